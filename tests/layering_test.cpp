// Holds every #include of the program against the rooms of the design: calls go down, no room reaches back to one that
// reaches it, and nothing below ui knows Qt.
#include "tests/support/files.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QDirIterator>
#include <QRegularExpression>
#include <QTest>
#include <algorithm>
#include <functional>

using namespace athanor;

class LayeringTest : public QObject {
    Q_OBJECT

private slots:
    void everyRoomIncludesOnlyWhatItMay_data();
    void everyRoomIncludesOnlyWhatItMay();
    void everyRoomHasARow();
    void roomsComeBeforeWhatIncludesThem();
    void wouldSeeAWrongInclude();
};

namespace {

struct Room {
    const char* folder;
    const char* rooms; // it may include, besides itself; a name that ends in .h is that file alone
    const char* library; // #include <…>, besides the standard's and the system's
};

// A name without dot or slash is the C++ standard library's.
constexpr const char* standard = "[a-z_]+|unistd\\.h|dlfcn\\.h|fcntl\\.h|dirent\\.h|sys/"
                                 "[a-z]+\\.h|sched\\.h|signal\\.h|pthread\\.h|semaphore\\.h|immintrin\\.h|cpuid\\.h";
constexpr const char *json = "nlohmann/.*|unicode/.*|zlib\\.h", *openCv = "opencv2/.*|nlohmann/.*",
                     *qt = "Q[A-Za-z]+|glm/.*",
                     *pictureLibraries =
                         "Q[A-Za-z]+|nlohmann/.*|zlib\\.h|jpeglib\\.h|jerror\\.h|png\\.h|webp/[a-z]+\\.h",
                     *programLibraries = "Q[A-Za-z]+|CLI/.*|nlohmann/.*|glm/.*|cblas\\.h";

// From the bottom up: a row names rows above it alone.
constexpr Room rooms[] = {
    {"render", "render/kernels", "volk\\.h"},
    {"inference/tensor", "render", ""},
    {"inference/weights", "render inference/tensor", json},
    {"inference/sampling", "render", ""},
    {"inference/text", "render inference/program.h inference/weights", json},
    {"inference/models", "render inference/tensor inference/weights inference/sampling inference/text", json},
    {"inference/graph", "render inference/weights inference/sampling inference/text", json},
    {"inference/formats", "render inference/weights inference/sampling inference/text inference/graph", json},
    {"inference/values",
        "render inference/weights inference/sampling inference/text/lora_tags.h inference/models inference/formats",
        openCv},
    {"inference/networks", "render inference/tensor inference/weights inference/sampling inference/values", openCv},
    {"inference/preprocess", "render inference/weights inference/values inference/networks", openCv},
    {"inference/diffusion",
        "render inference/program.h inference/weights inference/tensor inference/sampling inference/text "
        "inference/models inference/graph inference/values inference/preprocess",
        json},
    {"inference/run",
        "render inference/program.h inference/weights inference/sampling inference/models inference/graph "
        "inference/formats inference/values inference/networks inference/diffusion",
        json},
    {"inference/nodes",
        "render inference/weights inference/sampling inference/models inference/graph inference/formats "
        "inference/values inference/preprocess inference/diffusion inference/run",
        json},
    // What is drawn in the window is what nodes make of it: the same functions, of plain values.
    {"ui/document", "inference/graph inference/formats", qt},
    {"ui/common", "inference/program.h inference/graph inference/formats inference/run/run_event.h ui/document", qt},
    {"ui/canvas", "inference/graph inference/formats ui/document ui/common", qt},
    {"ui/inspector", "inference/graph inference/formats inference/run/run_event.h ui/document ui/common", qt},
    {"ui/paint",
        "inference/graph inference/preprocess/drawing.h inference/preprocess/drawing_sheet.h "
        "inference/preprocess/pose_map.h inference/preprocess/pose_json.h ui/document ui/common ui/inspector",
        qt},
    {"ui/panels",
        "inference/program.h inference/weights/families.h inference/graph inference/run/run_event.h "
        "inference/run/output_name.h ui/document "
        "ui/common ui/canvas",
        qt},
    {"ui/window",
        "render/regular_file.h inference/program.h inference/graph ui/document ui/common ui/canvas ui/inspector "
        "ui/paint ui/panels",
        qt},
    {"app/files", "render inference ui/common", programLibraries},
    {"app/pictures", "render inference app/files", pictureLibraries},
    {"app/engine", "render inference ui/common app/files app/pictures", programLibraries},
    {"app/window", "render inference ui app/files app/pictures app/engine", programLibraries},
    {"app/bench", "render inference ui app/files app/pictures app/engine app/window", programLibraries},
    {"app/commands", "render inference ui app/files app/pictures app/engine app/window app/bench", programLibraries},
};

QString parent(const QString& path)
{
    return path.left(path.lastIndexOf('/'));
}

bool mayInclude(const Room& room, const QString& path)
{
    if (parent(path) == room.folder)
        return true;
    const QStringList allowed = QString(room.rooms).split(' ');
    return std::ranges::any_of(
        allowed, [&](const QString& name) { return name == path || path.startsWith(name + '/'); });
}

// Calls `take` with each file of a text's includes and whether it is the program's own.
void eachInclude(const QString& text, const std::function<void(const QString& file, bool own)>& take)
{
    static const QRegularExpression include(
        R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])", QRegularExpression::MultilineOption);
    for (auto it = include.globalMatch(text); it.hasNext();) {
        const QRegularExpressionMatch match = it.next();
        take(match.captured(2), match.captured(1) == "\"");
    }
}

// What a text includes beyond what its room may.
QStringList wrongIncludes(const Room& room, const QString& text)
{
    const QRegularExpression library(QRegularExpression::anchoredPattern(QString(standard) + "|" + room.library));
    QStringList wrong;
    eachInclude(text, [&](const QString& file, bool own) {
        if (own ? !mayInclude(room, file) : !library.match(file).hasMatch())
            wrong << file;
    });
    return wrong;
}

QString top()
{
    return QString::fromStdString(sourcePath(""));
}

}

void LayeringTest::everyRoomIncludesOnlyWhatItMay_data()
{
    QTest::addColumn<int>("index");
    for (int i = 0; i < int(std::size(rooms)); ++i)
        QTest::newRow(rooms[i].folder) << i;
}

void LayeringTest::everyRoomIncludesOnlyWhatItMay()
{
    QFETCH(int, index);
    const Room& room = rooms[index];
    int files = 0;
    QDirIterator it(top() + room.folder, {"*.h", "*.cpp"}, QDir::Files, QDirIterator::Subdirectories);
    while (it.hasNext()) {
        const QString text = contents(it.next());
        QVERIFY2(!text.isEmpty(), qPrintable(it.filePath()));
        const QStringList wrong = wrongIncludes(room, text);
        QVERIFY2(wrong.isEmpty(), qPrintable(it.filePath() + " includes " + wrong.join(", ")));
        ++files;
    }
    QVERIFY2(files > 0, "there is no such room");
}

void LayeringTest::everyRoomHasARow()
{
    for (const char* layer : {"inference", "ui", "app"})
        for (const QString& name : QDir(top() + layer).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
            const QString folder = QString(layer) + '/' + name;
            QVERIFY2(std::ranges::find(rooms, folder, [](const Room& room) { return QString(room.folder); })
                    != std::end(rooms),
                qPrintable(folder));
        }
}

// So that none reaches itself by others. What is allowed as a single file is not looked at.
void LayeringTest::roomsComeBeforeWhatIncludesThem()
{
    QStringList before{"render/kernels"};
    for (const Room& room : rooms) {
        for (const QString& name : QString(room.rooms).split(' '))
            if (!name.endsWith(".h"))
                QVERIFY2(std::ranges::any_of(
                             before, [&](const QString& earlier) { return (earlier + '/').startsWith(name + '/'); }),
                    qPrintable(QString(room.folder) + " before " + name));
        before << room.folder;
    }
}

void LayeringTest::wouldSeeAWrongInclude()
{
    const QString text = "#include <vector>\n #  include <QString>\n#include \"inference/tensor/ops.h\"\n"
                         "#include \"memory.h\"\n// #include <QFile>\n#include <volk.h>\n";
    const auto wrong = [&](const char* folder) {
        return wrongIncludes(
            *std::ranges::find(rooms, QString(folder), [](const Room& room) { return QString(room.folder); }), text);
    };
    QCOMPARE(wrong("render"), (QStringList{"QString", "inference/tensor/ops.h", "memory.h"}));
    QCOMPARE(wrong("inference/models"), (QStringList{"QString", "memory.h", "volk.h"}));
    QCOMPARE(wrong("inference/graph"), (QStringList{"QString", "inference/tensor/ops.h", "memory.h", "volk.h"}));
    QCOMPARE(wrong("ui/canvas"), (QStringList{"inference/tensor/ops.h", "memory.h", "volk.h"}));
    QCOMPARE(wrong("app/commands"), (QStringList{"memory.h", "volk.h"}));
}

ATHANOR_TEST(LayeringTest)
#include "layering_test.moc"
