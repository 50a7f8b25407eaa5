// Holds every #include of the program against the layers of the design: calls go down, and nothing below ui knows Qt.
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QDirIterator>
#include <QRegularExpression>
#include <QTest>

using namespace athanor;

class LayeringTest : public QObject {
    Q_OBJECT

private slots:
    void everyLayerIncludesOnlyWhatItMay_data();
    void everyLayerIncludesOnlyWhatItMay();
    void wouldSeeAWrongInclude();
};

namespace {

struct Layer {
    const char* folder;
    const char* own; // #include "…": paths from the top of the source tree
    const char* library; // #include <…>, besides the standard's and the system's
};

// A name without dot or slash is the C++ standard library's.
constexpr const char* standard = "[a-z_]+|unistd\\.h|dlfcn\\.h|fcntl\\.h|dirent\\.h|sys/"
                                 "[a-z]+\\.h|sched\\.h|signal\\.h|pthread\\.h|semaphore\\.h|immintrin\\.h|cpuid\\.h";

constexpr Layer layers[] = {
    {"render", "render/.*", "vulkan/.*|glm/.*"},
    {"inference", "(render|inference)/.*", "nlohmann/.*|unicode/.*|opencv2/.*|zlib\\.h"},
    // What is drawn in the window is what nodes make of it: the same functions, of plain values.
    {"ui",
        "(ui|inference/pipeline)/.*|render/regular_file\\.h|inference/program\\.h|inference/preprocess/"
        "(drawing|drawing_sheet|pose_map|pose_json)\\.h",
        "Q[A-Za-z]+|glm/.*"},
    {"app", "(app|ui|inference|render)/.*",
        "Q[A-Za-z]+|CLI/.*|nlohmann/.*|glm/.*|cblas\\.h|zlib\\.h|jpeglib\\.h|jerror\\.h|png\\.h|webp/[a-z]+\\.h"},
};

// What a text includes beyond what its layer may, one a line.
QStringList wrongIncludes(const Layer& layer, const QString& text)
{
    static const QRegularExpression include(
        R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])", QRegularExpression::MultilineOption);
    const QRegularExpression own(QRegularExpression::anchoredPattern(layer.own));
    const QRegularExpression library(QRegularExpression::anchoredPattern(QString(standard) + "|" + layer.library));
    QStringList wrong;
    for (auto it = include.globalMatch(text); it.hasNext();) {
        const QRegularExpressionMatch match = it.next();
        const QRegularExpression& allowed = match.captured(1) == "\"" ? own : library;
        if (!allowed.match(match.captured(2)).hasMatch())
            wrong << match.captured(2);
    }
    return wrong;
}

}

void LayeringTest::everyLayerIncludesOnlyWhatItMay_data()
{
    QTest::addColumn<int>("index");
    for (int i = 0; i < int(std::size(layers)); ++i)
        QTest::newRow(layers[i].folder) << i;
}

void LayeringTest::everyLayerIncludesOnlyWhatItMay()
{
    QFETCH(int, index);
    const Layer& layer = layers[index];
    const QString folder = QString::fromStdString(sourcePath(layer.folder));
    if (!QDir(folder).exists())
        QSKIP("this layer is still to come");
    int files = 0;
    QDirIterator it(folder, {"*.h", "*.cpp"}, QDir::Files, QDirIterator::Subdirectories);
    while (it.hasNext()) {
        QFile file(it.next());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QStringList wrong = wrongIncludes(layer, QString::fromUtf8(file.readAll()));
        QVERIFY2(wrong.isEmpty(), qPrintable(file.fileName() + " includes " + wrong.join(", ")));
        ++files;
    }
    QVERIFY(files > 0);
}

void LayeringTest::wouldSeeAWrongInclude()
{
    const QString text = "#include <vector>\n #  include <QString>\n#include \"inference/tensor/ops.h\"\n"
                         "#include \"memory.h\"\n// #include <QFile>\n#include <vulkan/vulkan.h>\n";
    QCOMPARE(wrongIncludes(layers[0], text), (QStringList{"QString", "inference/tensor/ops.h", "memory.h"}));
    QCOMPARE(wrongIncludes(layers[1], text), (QStringList{"QString", "memory.h", "vulkan/vulkan.h"}));
    QCOMPARE(wrongIncludes(layers[2], text), (QStringList{"inference/tensor/ops.h", "memory.h", "vulkan/vulkan.h"}));
    QCOMPARE(wrongIncludes(layers[3], text), (QStringList{"memory.h", "vulkan/vulkan.h"}));
}

ATHANOR_TEST(LayeringTest)
#include "layering_test.moc"
