// J13, J14: where a workflow may write, and under which names.
#include "app/files/new_file.h"

#include "inference/run/output_name.h"
#include "inference/weights/printable.h"
#include "render/error.h"
#include "tests/support/test_program.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <set>
#include <thread>

using namespace athanor;

class OutputNameTest : public QObject {
    Q_OBJECT
private slots:
    void refusesPatterns_data();
    void refusesPatterns();
    void makesNamesSafe_data();
    void makesNamesSafe();
    void neverReplaces();
    void countsOn();
    void countsInSeveralThreads();
    void followsNoLink();
    void tellsWhatCannotBeWritten();
    void tellsBeforeWhatCannotBeWritten();

private:
    std::string folder() const { return m_folder.path().toStdString(); }
    QByteArray contents(const char* name) const
    {
        QFile file(m_folder.filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : "cannot be read";
    }
    QTemporaryDir m_folder;
};

void OutputNameTest::refusesPatterns_data()
{
    QTest::addColumn<QByteArray>("pattern");
    for (const char* pattern :
        {"", "../x", "a/../x", "a/..", "/etc/x", "~/x", "C:\\x", "C:x", "\\\\server\\x", "//server/x", "a:b", "CON",
            "nul", "com1", "LPT9.txt", "a/aux.b", "x.", "x ", "a./b", "a\\b", "a\nb", "%date:../../x%", "%date:/x%",
            "a/%date://%b", "%date:yyyy", "http://x/y", "a//b", "a/", "a*b", "a?b", "a\"b", "a<b", "a|b", ".", "\xff"})
        QTest::addRow("%s", printable(pattern).c_str()) << QByteArray(pattern);
    QTest::newRow("NUL") << QByteArray("a\0b", 3);
}

void OutputNameTest::refusesPatterns()
{
    QFETCH(QByteArray, pattern);
    QVERIFY(!namePatternProblem(pattern.toStdString()).empty());
}

void OutputNameTest::makesNamesSafe_data()
{
    QTest::addColumn<QByteArray>("pattern");
    QTest::addColumn<QByteArray>("name");
    const auto row = [](const char* title, const QByteArray& pattern, const QByteArray& name) {
        QTest::newRow(title) << pattern << name;
    };
    row("plain", "red house", "red house");
    row("folders", "a/b/c", "a/b/c");
    row("tokens", "%seed%_%steps%-%width%x%height%", "7_20-512x64");
    row("token with a path inside", "x-%model%", "x-.._.._etc_passwd");
    row("token of control characters", "%prompt%", "a_b");
    row("token that is reserved", "%sampler%", "athanor");
    row("unknown token", "%nothing% %", "%nothing% %");
    row("token after a %", "100%%seed%", "100%7");
    row("missing value", "%cfg%", "athanor");
    row("only dots", "...", "athanor");
    row("tokens in brackets", "[seed]_[steps]-[width]x[height]-[prompt]", "7_20-512x64-a_b");
    row("both kinds", "[seed]%seed%[nothing][seed", "77[nothing][seed");
    row("bracket in a bracket", "[[seed]]", "[7]");
    row("counter", "[counter]-[seed]", "\x01-7");
    row("counter of a folder", "[counter]/x", "[counter]/x");
    row("brackets with a path inside", "x[model]", "x.._.._etc_passwd");
    const auto now = [](const char* format) { return QDateTime::currentDateTime().toString(format).toUtf8(); };
    row("date", "%date:yyyy-MM-dd%/x", now("yyyy-MM-dd") + "/x");
    row("date in short", "%date:d.M.yy%", now("d.M.yy"));
    row("date with folders", "%date:yyyy/MM%/x", now("yyyy/MM") + "/x");
    row("date that is none", "%date:y-yyy-H-'a%b", "y-yyy-H-'ab");
    row("date with what no name has", "%date:a:b*%c", "a_b_c");
    row("date that does not end", "%date", "%date");
    row("year to day", "%year%%month%%day%", now("yyyyMMdd"));
    row("60 counters", QByteArray("[counter]").repeated(60), QByteArray(27, '\x01'));
    row("300 letters", QByteArray(300, 'a'), QByteArray(190, 'a'));
    row("300 letters of two bytes", "a" + QByteArray("ü").repeated(150), "a" + QByteArray("ü").repeated(94));
}

void OutputNameTest::makesNamesSafe()
{
    QFETCH(QByteArray, pattern);
    QFETCH(QByteArray, name);
    const Infotext info{"a\nb", "",
        {{"Seed", "7"}, {"Steps", "20"}, {"Size", "512x64"}, {"Model", "../../etc/passwd"}, {"Sampler", "CON"}}};
    QCOMPARE(QByteArray::fromStdString(namePatternProblem(pattern.toStdString())), QByteArray());
    QCOMPARE(QByteArray::fromStdString(expandedName(pattern.toStdString(), info, 10)), name);
}

void OutputNameTest::neverReplaces()
{
    const NewFile file{folder() + "/new", "a/x", ".png"};
    QCOMPARE(writeNewFile(file, "first").path, folder() + "/new/a/x.png");
    QCOMPARE(writeNewFile(file, "second").path, folder() + "/new/a/x-2.png");
    NewFile later = file;
    later.number = 2;
    const WrittenFile third = writeNewFile(later, "third");
    QCOMPARE(third.path, folder() + "/new/a/x-3.png");
    QCOMPARE(third.number, 3);
    QCOMPARE(contents("new/a/x.png"), QByteArray("first"));
    QCOMPARE(contents("new/a/x-3.png"), QByteArray("third"));
    QCOMPARE(QDir(m_folder.filePath("new/a")).entryList(QDir::Files | QDir::Hidden).size(), 3); // nothing left over
}

void OutputNameTest::countsOn()
{
    const auto name = [&](const char* pattern, const char* ending) {
        const std::string path =
            writeNewFile({folder() + "/counted", expandedName(pattern, {}, 16), ending}, "bytes").path;
        return path.substr(path.rfind('/') + 1);
    };
    QCOMPARE(name("a-[counter]", ".png"), std::string("a-00001.png"));
    QCOMPARE(name("a-[counter]", ".png"), std::string("a-00002.png"));
    QCOMPARE(name("a-[counter]", ".webp"), std::string("a-00003.webp")); // not the number of another picture
    QCOMPARE(name("b-[counter]", ".png"), std::string("b-00001.png"));
    QVERIFY(QFile::remove(m_folder.filePath("counted/a-00001.png"))); // a gap stays
    QVERIFY(QFile::rename(m_folder.filePath("counted/a-00002.png"), m_folder.filePath("counted/a-00041.jpg")));
    for (const char* other : {"a-99.png", "a-000050.png", "a-00060x.png", "xa-00070.png", "a-99999999999.png"}) {
        QFile file(m_folder.filePath(QString("counted/") + other));
        QVERIFY(file.open(QIODevice::WriteOnly));
    }
    QCOMPARE(name("a-[counter]", ".png"), std::string("a-00042.png"));
    QCOMPARE(name("[counter]-[counter]", ".png"), std::string("00001-00001.png"));
    QCOMPARE(name("[counter]-[counter]", ".png"), std::string("00002-00002.png"));
    const std::string many = QByteArray("[counter]").repeated(60).toStdString();
    QCOMPARE(name(many.c_str(), ".png").substr(0, 10), std::string("0000100001"));
    QCOMPARE(name(many.c_str(), ".png").substr(0, 10), std::string("0000200002"));
}

// E15: one output folder, several that write to it.
void OutputNameTest::countsInSeveralThreads()
{
    std::vector<std::jthread> threads;
    std::array<std::set<std::string>, 4> paths;
    for (auto& own : paths)
        threads.emplace_back([&own, this] {
            for (int i = 0; i < 25; ++i)
                own.insert(writeNewFile({folder() + "/shared", i % 2 ? "x" : "\x01", ".png"}, "bytes").path);
        });
    threads.clear();
    std::set<std::string> all;
    for (auto& own : paths)
        all.merge(own);
    QCOMPARE(all.size(), size_t(100));
    QCOMPARE(QDir(m_folder.filePath("shared")).entryList(QDir::Files | QDir::Hidden).size(), 100);
}

void OutputNameTest::followsNoLink()
{
    QVERIFY(QDir(m_folder.path()).mkpath("out") && QDir(m_folder.path()).mkpath("elsewhere"));
    QVERIFY(QFile::link(m_folder.filePath("elsewhere"), m_folder.filePath("out/away")));
    QVERIFY(QFile::link(m_folder.filePath("elsewhere/x.png"), m_folder.filePath("out/x.png"))); // to nothing
    try {
        writeNewFile({folder() + "/out", "away/x", ".png"}, "bytes");
        QFAIL("written");
    } catch (const Error& error) {
        QCOMPARE(error.kind, ErrorKind::CannotWrite);
    }
    QCOMPARE(writeNewFile({folder() + "/out", "x", ".png"}, "bytes").path, folder() + "/out/x-2.png");
    QVERIFY(QDir(m_folder.filePath("elsewhere")).isEmpty());
}

void OutputNameTest::tellsWhatCannotBeWritten()
{
    for (const auto& [base, name] : {std::pair<std::string, std::string>{"/proc/nowhere", "x"}, {"/dev/null", "x"},
             {folder(), std::string(300, 'a')}}) {
        try {
            writeNewFile({base, name, ".png"}, "bytes");
            QFAIL("written");
        } catch (const Error& error) {
            QCOMPARE(error.kind, ErrorKind::CannotWrite);
            QVERIFY2(std::string(error.what()).find(base) != std::string::npos, error.what());
        }
    }
}

void OutputNameTest::tellsBeforeWhatCannotBeWritten()
{
    QVERIFY(QDir(m_folder.path()).mkpath("before/a"));
    QFile file(m_folder.filePath("before/file"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(
        QFile::link("loop", m_folder.filePath("before/loop")) && QFile::link("a", m_folder.filePath("before/link")));
    const std::string in = folder() + "/before";
    const auto problem = [](const NewFile& wanted) {
        try {
            requireNewFile(wanted);
            return std::string();
        } catch (const Error& error) {
            return error.kind == ErrorKind::CannotWrite ? std::string(error.what()) : "another kind";
        }
    };
    for (const NewFile& good : {NewFile{in, "x", ".png"}, NewFile{in, "a/x", ".png"}, NewFile{in, "new/b/x", ".png"},
             NewFile{in + "/new/c", "d/x", ".png"}, NewFile{in + "/link", "x", ".png"}})
        QCOMPARE(problem(good), std::string());
    for (const NewFile& bad :
        {NewFile{in + "/file", "x", ".png"}, NewFile{in, "file/x", ".png"}, NewFile{in, "link/x", ".png"},
            NewFile{in + "/loop", "x", ".png"}, NewFile{"/proc/nowhere/a", "x", ".png"}})
        QVERIFY2(problem(bad).find(bad.folder) != std::string::npos, problem(bad).c_str());
    QCOMPARE(QDir(m_folder.filePath("before"))
                 .entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot),
        (QStringList{"a", "file", "link", "loop"}));
    QVERIFY(QDir(m_folder.filePath("before/a")).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
    QCOMPARE(fixedFolders("a/b/[seed]/c"), std::string("a/b/"));
    QCOMPARE(fixedFolders("a/b"), std::string("a/"));
    QCOMPARE(fixedFolders("%date%/.../x"), std::string());
    QCOMPARE(fixedFolders(""), std::string());
}

ATHANOR_TEST(OutputNameTest)
#include "output_name_test.moc"
