// Every source names the headers of the standard library that it uses, itself or through its own header, the one that
// it includes first: what one library's headers bring along, another's (or the next edition's) do not, and precompiled
// headers hide it in ordinary builds.
#include "tests/support/files.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QDirIterator>
#include <QRegularExpression>
#include <QTest>

using namespace athanor;

class IncludesTest : public QObject {
    Q_OBJECT

private slots:
    void everySourceNamesItsStandardHeaders();
};

namespace {

struct Names {
    const char* headers; // any of these will do
    const char* names; // of namespace std, or plain; of an inner namespace its name
};

// Not wanted of anyone are the names that every container's header declares: size_t, move, pair, swap, begin, end, ….
constexpr Names table[] = {
    {"algorithm",
        "ranges max min clamp copy copy_n transform any_of all_of max_element find find_if nth_element equal rotate "
        "fill "
        "fill_n reverse stable_sort sort unique adjacent_find lower_bound upper_bound is_permutation replace_if "
        "count_if"},
    {"array", "array"},
    {"atomic", "atomic"},
    {"bit", "bit_cast endian rotl"},
    {"cassert", "assert"},
    {"cctype", "isalnum tolower"},
    {"cerrno", "errno"},
    {"charconv", "from_chars to_chars chars_format"},
    {"charconv system_error", "errc"},
    {"chrono", "chrono chrono_literals milli"},
    {"climits", "INT_MAX INT_MIN"},
    {"clocale", "setlocale"},
    {"cmath",
        "round lround sqrt isfinite fma pow log floor exp hypot lerp sin ceil cos llround isnan nearbyint trunc "
        "nextafter tanh atan2 expm1 log1p acos ldexp copysign"},
    {"cmath cstdlib", "abs"},
    {"condition_variable", "condition_variable condition_variable_any"},
    {"csignal", "signal"},
    {"cstddef span", "byte to_integer"},
    {"cstdint",
        "int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t INT32_MAX INT64_MAX INT64_MIN "
        "UINT32_MAX UINT64_MAX SIZE_MAX"},
    {"cstdio", "printf fprintf fflush fwrite ferror fputs snprintf puts fgets stdout stderr"},
    {"cstdlib", "_Exit free getenv malloc"},
    {"cstring", "memcpy memset strstr strlen strcmp"},
    {"ctime", "clock clock_t time time_t tm strftime"},
    {"deque", "deque"},
    {"exception", "exception_ptr current_exception rethrow_exception"},
    {"exception new stdexcept", "exception"},
    {"filesystem", "filesystem"},
    {"fstream", "ifstream ofstream ios streamsize"},
    {"functional", "hash equal_to function less greater"},
    {"initializer_list algorithm array map set string utility vector", "initializer_list"},
    {"iterator", "back_inserter input_iterator_tag"},
    {"limits", "numeric_limits"},
    {"list", "list"},
    {"map", "map"},
    {"memory", "shared_ptr unique_ptr weak_ptr make_shared make_unique"},
    {"mutex", "mutex timed_mutex lock_guard unique_lock try_to_lock once_flag call_once"},
    {"new", "bad_alloc"},
    {"numbers", "numbers"},
    {"numeric", "accumulate iota"},
    {"optional", "optional nullopt"},
    {"queue", "priority_queue"},
    {"random", "mt19937 random_device"},
    {"set", "set"},
    {"span", "span as_bytes as_writable_bytes"},
    {"stdexcept", "runtime_error"},
    {"stop_token", "stop_token stop_source stop_callback"},
    {"string", "string u32string to_string stoll getline"},
    {"string_view string", "string_view u32string_view string_view_literals"},
    {"system_error", "error_code generic_category system_error"},
    {"thread", "thread jthread"},
    {"tuple", "tuple"},
    {"type_traits", "is_same_v is_constructible_v"},
    {"unordered_map", "unordered_map"},
    {"unordered_set", "unordered_set"},
    {"utility", "exchange as_const"},
    {"variant", "variant visit monostate get_if holds_alternative"},
    {"vector", "vector"},
    {"", "begin end erase erase_if get move next pair prev ptrdiff_t size size_t swap"},
};

QHash<QString, QStringList> headersOfNames()
{
    QHash<QString, QStringList> headers;
    for (const Names& row : table)
        for (const QString& name : QString(row.names).split(' '))
            headers[name] = QString(row.headers).split(' ', Qt::SkipEmptyParts);
    return headers;
}

// Of the source text, less comments and strings, the names whose headers neither it nor text ownHeader includes.
QStringList namesWithoutHeader(QString text, const QString& ownHeader)
{
    static const QHash<QString, QStringList> headers = headersOfNames();
    static const QRegularExpression include("^ *# *include *<([a-z_]+)>", QRegularExpression::MultilineOption);
    static const QRegularExpression unread(
        R"~(//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"([^"\\\n]|\\.)*"|\b'[0-9A-Fa-f]|'([^'\\\n]|\\.)+')~",
        QRegularExpression::DotMatchesEverythingOption);
    static const QRegularExpression name(
        R"(\bstd::(\w+)|(?<![\w.>:])(u?int\d+_t|U?INT\d*_M(?:AX|IN)|SIZE_MAX|assert|errno|stdout|stderr|getenv)\b)");
    QSet<QString> included;
    for (const QString& part : {text, ownHeader})
        for (auto it = include.globalMatch(part); it.hasNext();)
            included << it.next().captured(1);
    text.remove(unread);
    QStringList wrong;
    for (auto it = name.globalMatch(text); it.hasNext();) {
        const QRegularExpressionMatch match = it.next();
        const QString used = match.captured(1) + match.captured(2);
        const QStringList wanted = headers.value(used, {"a row of this test's table"});
        const auto has = [&](const QString& header) { return included.contains(header); };
        const QString said = used + " wants " + wanted.join(" or ");
        if (!wanted.isEmpty() && std::none_of(wanted.begin(), wanted.end(), has) && !wrong.contains(said))
            wrong << said;
    }
    return wrong;
}

QString textOf(const QString& path)
{
    return QString::fromUtf8(contents(path));
}

}

void IncludesTest::everySourceNamesItsStandardHeaders()
{
    QCOMPARE(namesWithoutHeader("#include <map>\n// std::set\nstd::map m(\"std::set\", 1'0, std::max('\"', 2));", ""),
        QStringList("max wants algorithm"));

    static const QRegularExpression firstOwn("^#include \"([^\"]+)\"", QRegularExpression::MultilineOption);
    const QString source = QString::fromStdString(sourcePath(""));
    QStringList wrong;
    int files = 0;
    for (const char* folder : {"render", "inference", "ui", "app"})
        for (QDirIterator it(source + folder, {"*.h", "*.cpp"}, QDir::Files, QDirIterator::Subdirectories);
             it.hasNext(); ++files) {
            const QString path = it.next(), text = textOf(path);
            const QString own = path.endsWith(".cpp") ? firstOwn.match(text).captured(1) : QString();
            for (const QString& said : namesWithoutHeader(text, own.isEmpty() ? own : textOf(source + own)))
                wrong << path.mid(source.size()) + ": " + said;
        }
    QVERIFY(files > 600);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join("\n")));
}

ATHANOR_TEST(IncludesTest)
#include "includes_test.moc"
