// The preprocessors that need no weights against their published definitions, stored by tests/reference/preprocess.py;
// and the subcommand that runs them.
#include "app/pictures/image_store.h"
#include "inference/preprocess/binary.h"
#include "inference/preprocess/blur.h"
#include "inference/preprocess/canny.h"
#include "inference/preprocess/color_grid.h"
#include "inference/preprocess/detect_size.h"
#include "inference/preprocess/inpaint.h"
#include "inference/preprocess/lineart_standard.h"
#include "inference/preprocess/lineart_xdog.h"
#include "inference/preprocess/normal.h"
#include "inference/preprocess/pose_json.h"
#include "inference/preprocess/recolor.h"
#include "inference/preprocess/scribble.h"
#include "inference/preprocess/scribble_xdog.h"
#include "inference/preprocess/shuffle.h"
#include "inference/preprocess/threshold.h"
#include "inference/preprocess/tile.h"
#include "inference/values/resample.h"
#include "render/error.h"
#include "tests/app/picture_sheet.h"
#include "tests/support/program.h"
#include "tests/support/sanitized.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

#include <sys/resource.h>

using namespace athanor;

namespace {

struct MapCase {
    const char* name; // of the file
    Preprocess preprocess;
    int tolerance; // shades that a pixel may differ by
};

const std::vector<MapCase> mapCases{
    {"canny", [](const RgbImage& x) { return canny(x, {}); }, 0},
    {"canny_low",
        [](const RgbImage& x) {
            return canny(x, {20, 60});
        },
        0},
    {"lineart_standard", [](const RgbImage& x) { return lineartStandard(x, {}); }, 1},
    {"lineart_xdog", [](const RgbImage& x) { return lineartXdog(x, {}); }, 1},
    {"scribble", [](const RgbImage& x) { return scribble(x, {}); }, 0},
    {"scribble_soft_edges", [](const RgbImage& x) { return scribble(x, {ScribbleParams::From::SoftEdges}); }, 0},
    {"scribble_xdog", [](const RgbImage& x) { return scribbleXdog(x, {}); }, 0},
    {"threshold", [](const RgbImage& x) { return threshold(x, {}); }, 0},
    {"binary", [](const RgbImage& x) { return binary(x, {}); }, 0},
    {"binary_otsu", [](const RgbImage& x) { return binary(x, {0}); }, 0},
    {"blur", [](const RgbImage& x) { return blurred(x, {}); }, 1},
    {"tile", [](const RgbImage& x) { return tile(x, {2.5}); }, 1},
    {"color_grid", [](const RgbImage& x) { return colorGrid(x, {16}); }, 1},
    {"recolor_luminance",
        [](const RgbImage& x) {
            return recolor(x, {RecolorParams::By::Luminance, 1.3});
        },
        1},
    {"recolor_intensity",
        [](const RgbImage& x) {
            return recolor(x, {RecolorParams::By::Intensity, 0.7});
        },
        1},
    {"shuffle",
        [](const RgbImage& x) {
            return shuffled(x, {7, 32});
        },
        1},
    {"normal", [](const RgbImage& x) { return normalFromDepth(x, {}); }, 1},
};

RgbImage stored(const std::string& name)
{
    return readImage(testDataPath("preprocess/" + name + ".png"));
}

struct Difference {
    int pixels = 0, largest = 0;
};

// Pixels that differ by more than the tolerance, and the largest difference of any.
Difference difference(const RgbImage& a, const RgbImage& b, int tolerance)
{
    if (a.width != b.width || a.height != b.height || a.pixels.size() != b.pixels.size())
        return {-1, 255};
    Difference found;
    for (size_t i = 0; i < a.pixels.size(); ++i) {
        const int d = std::abs(a.pixels[i] - b.pixels[i]);
        found.largest = std::max(found.largest, d);
        found.pixels += d > tolerance;
    }
    return found;
}

#define COMPARE_MAPS(ours, theirs, tolerance, label)                                                                   \
    do {                                                                                                               \
        const Difference d = difference(ours, theirs, tolerance);                                                      \
        QVERIFY2(d.pixels == 0,                                                                                        \
            qPrintable(QString("%1: %2 values differ, the most by %3").arg(label).arg(d.pixels).arg(d.largest)));      \
    } while (false)

}

class PreprocessTest : public QObject {
    Q_OBJECT
private slots:
    void definition_data();
    void definition();
    void atAResolution_data();
    void atAResolution();
    void poses_data();
    void poses();
    void anySize_data() { definition_data(); }
    void anySize();
    void resolutionsAreLimited();
    void inpaintHides();
    void commandMakesAMap();
    void commandDrawsPoses();
    void commandTakesAMask();
    void commandLaysAlphaOnWhite();
    void commandRefusesHostileNetworks();
    void commandDrawsOnLargeCanvases();
    void commandRefuses_data();
    void commandRefuses();

private:
    ProgramResult run(const QStringList& words)
    {
        return runProgram(QStringList{"preprocess"} + words, m_folder.path());
    }
    QString path(const char* name) const { return m_folder.filePath(name); }
    QString written(const char* name, const RgbImage& image) const
    {
        writePng(path(name).toStdString(), image);
        return path(name);
    }

    QTemporaryDir m_folder;
};

void PreprocessTest::definition_data()
{
    QTest::addColumn<int>("index");
    for (size_t i = 0; i < mapCases.size(); ++i)
        QTest::newRow(mapCases[i].name) << int(i);
}

void PreprocessTest::definition()
{
    QFETCH(int, index);
    const MapCase& c = mapCases[size_t(index)];
    const RgbImage pictures = stored("pictures"), maps = stored(c.name);
    for (int i = 0; i < PictureSheet::pictures; ++i)
        COMPARE_MAPS(c.preprocess(cellOf(pictures, i)), cellOf(maps, i), c.tolerance, i);
}

void PreprocessTest::atAResolution_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("resolution");
    for (const char* name : {"canny", "lineart_standard", "scribble_xdog"})
        QTest::newRow(name) << name << 64;
    QTest::newRow("larger") << "larger" << 128;
}

void PreprocessTest::atAResolution()
{
    QFETCH(QString, name);
    QFETCH(int, resolution);
    // What makes no map shows that the size is right: OpenCV's versions round it differently when enlarging.
    MapCase c{"larger", [](const RgbImage& x) { return x; }, 1};
    for (const MapCase& other : mapCases)
        if (name == other.name)
            c = other;
    const RgbImage pictures = stored("pictures"), maps = stored("resized_" + name.toStdString());
    int cell = 0;
    for (const int i : {0, 7, 12, 15}) {
        const RgbImage ours = atResolution(cellOf(pictures, i), resolution, c.preprocess);
        QCOMPARE(std::min(ours.width, ours.height), resolution);
        COMPARE_MAPS(ours, cropped(maps, {cell++ * 192, 0, ours.width, ours.height}), c.tolerance, i);
    }
}

void PreprocessTest::poses_data()
{
    QTest::addColumn<int>("file");
    QTest::addColumn<QString>("map");
    for (int i = 0; i < 4; ++i)
        for (const char* map : {"pose", "pose_blended"})
            QTest::addRow("%s %d", map, i) << i << map;
    QTest::newRow("pose_wide") << 2 << "pose_wide";
}

void PreprocessTest::poses()
{
    QFETCH(int, file);
    QFETCH(QString, map);
    QFile json(QString::fromStdString(testDataPath("preprocess/pose_" + std::to_string(file) + ".json")));
    QVERIFY(json.open(QIODevice::ReadOnly));
    const Poses read = readPoses(json.readAll().toStdString(), "pose.json");
    QCOMPARE(int(read.people.size()), file + 1);
    QCOMPARE(read.width, 320);
    QCOMPARE(read.height, 192);
    const RgbImage all = stored(map.toStdString());
    if (map == "pose_wide") {
        COMPARE_MAPS(drawPoses(read, 1024, 512, {.wideLimbs = true}), all, 0, map);
        return;
    }
    const auto style = map == "pose" ? PoseDrawing::Style::Opaque : PoseDrawing::Style::Blended;
    COMPARE_MAPS(drawPoses(read, 320, 192, {style}), cropped(all, {0, file * 192, 320, 192}), 0, map);
    // What is written is what was read.
    COMPARE_MAPS(drawPoses(readPoses(writePoses(read), "written"), 320, 192, {style}),
        drawPoses(read, 320, 192, {style}), 0, "written");
}

void PreprocessTest::anySize()
{
    QFETCH(int, index);
    const RgbImage pictures = stored("pictures");
    for (const Size size : {Size{1, 1}, Size{1, 40}, Size{40, 1}, Size{2, 3}}) {
        const RgbImage map = mapCases[size_t(index)].preprocess(cropped(pictures, {100, 80, size.width, size.height}));
        QCOMPARE(map.width, int(size.width));
        QCOMPARE(map.height, int(size.height));
        QCOMPARE(map.pixels.size(), size_t(size.width * size.height * 3));
    }
    QVERIFY_THROWS_EXCEPTION(Error, mapCases[size_t(index)].preprocess({}));
}

void PreprocessTest::resolutionsAreLimited()
{
    const RgbImage picture = cellOf(stored("pictures"), 0), flat{16'384, 100, std::vector<uint8_t>(16'384 * 300)};
    const Preprocess same = [](const RgbImage& x) { return x; };
    QVERIFY(atResolution(picture, 0, same).pixels == picture.pixels);
    QCOMPARE(atResolution(picture, 64, same).height, 64);
    QVERIFY_THROWS_EXCEPTION(Error, atResolution(picture, 63, same));
    QVERIFY_THROWS_EXCEPTION(Error, atResolution(picture, 2049, same));
    QVERIFY_THROWS_EXCEPTION(Error, atResolution(flat, 128, same)); // 20972 wide
}

void PreprocessTest::inpaintHides()
{
    const RgbImage picture{2, 1, {10, 20, 30, 40, 50, 60}};
    const ControlMapValue hint = inpaintHint(picture, Mask{2, 1, {0.5f, 0.6f}});
    QVERIFY((hint.maps.at(0).pixels == std::vector<uint8_t>{10, 20, 30, 0, 0, 0}));
    QVERIFY((hint.hidden->pixels == std::vector<float>{0, 1}));
    QVERIFY_THROWS_EXCEPTION(Error, inpaintHint(picture, Mask{1, 1, {1}}));
}

void PreprocessTest::commandMakesAMap()
{
    const RgbImage picture = cellOf(stored("pictures"), 12);
    const ProgramResult result =
        run({"canny", "--low=20", written("a.png", picture), path("map.png"), "--high", "60", "--resolution", "64"});
    QVERIFY2(result.exitCode == 0, result.err);
    QCOMPARE(result.out, path("map.png").toUtf8() + '\n');
    COMPARE_MAPS(
        readImage(path("map.png").toStdString()), atResolution(picture, 64, mapCases[1].preprocess), 0, "canny");
}

void PreprocessTest::commandDrawsPoses()
{
    const QString json = QString::fromStdString(testDataPath("preprocess/pose_2.json"));
    const ProgramResult result = run({"pose", json, path("poses.png")});
    QVERIFY2(result.exitCode == 0, result.err);
    COMPARE_MAPS(
        readImage(path("poses.png").toStdString()), cropped(stored("pose"), {0, 2 * 192, 320, 192}), 0, "pose");
}

void PreprocessTest::commandTakesAMask()
{
    const QString mask = written("mask.png", {2, 1, {255, 255, 255, 0, 0, 0}});
    const QString picture = written("two.png", {2, 1, {10, 20, 30, 40, 50, 60}});
    const ProgramResult result = run({"inpaint", picture, path("hint.png"), "--mask", mask});
    QVERIFY2(result.exitCode == 0, result.err);
    QVERIFY((readImage(path("hint.png").toStdString()).pixels == std::vector<uint8_t>{0, 0, 0, 40, 50, 60}));
}

// ControlNet's own code lays pictures on white before it looks at them.
void PreprocessTest::commandLaysAlphaOnWhite()
{
    RgbImage maps[2];
    const char* names[] = {"13_black_on_clear", "13b_black_on_white"};
    for (int i = 0; i < 2; ++i) {
        const QString in = QString::fromStdString(testDataPath(std::string("preprocess/") + names[i] + ".png"));
        const ProgramResult result = run({"canny", in, path("alpha.png")});
        QVERIFY2(result.exitCode == 0, result.err);
        maps[i] = readImage(path("alpha.png").toStdString());
    }
    QVERIFY(std::ranges::count(maps[1].pixels, 255) > 100);
    COMPARE_MAPS(maps[0], maps[1], 0, "alpha");
}

void PreprocessTest::commandRefusesHostileNetworks()
{
    const QString picture = written("small.png", cellOf(stored("pictures"), 12));
    const QString models = path("models"), network = models + "/preprocessors/model-small.onnx";
    QVERIFY(QDir().mkpath(models + "/preprocessors"));
    for (const char* name : {"Gather-1-1194", "Gemm-1-1865", "Slice-1-1866"}) {
        QFile::remove(network);
        QVERIFY(QFile::copy(
            QString::fromStdString(sourcePath(std::string("tests/data/hostile_onnx/") + name + ".onnx")), network));
        const ProgramResult result = run({"depth", picture, path("none.png"), "--models", models});
        QVERIFY2(result.exitCode == 3 && result.err.contains("model-small.onnx: step "), result.err);
    }
}

// Of a canvas of 201 MB one is held, not three.
void PreprocessTest::commandDrawsOnLargeCanvases()
{
    QFile json(path("large.json"));
    QVERIFY(json.open(QIODevice::WriteOnly));
    json.write(R"({"people": [], "canvas_width": 8192, "canvas_height": 8192})");
    json.close();
    const ProgramResult result = run({"pose", json.fileName(), path("large.png")});
    QVERIFY2(result.exitCode == 0, result.err);
    rusage usage{};
    getrusage(RUSAGE_CHILDREN, &usage); // of the largest of all programs that this test started
    QVERIFY2(isSanitized || usage.ru_maxrss < 480'000, qPrintable(QString::number(usage.ru_maxrss)));
}

void PreprocessTest::commandRefuses_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QByteArray>("told");
    const QString in = QString::fromStdString(testDataPath("preprocess/pictures.png")), out = path("none.png");
    QTest::newRow("too few words") << QStringList{"canny", in} << 2 << QByteArray("NAME, IN and OUT");
    QTest::newRow("unknown name") << QStringList{"cany", in, out} << 2 << QByteArray("binary, blur, canny");
    QTest::newRow("no preprocessor") << QStringList{"save_image", in, out} << 2 << QByteArray("is no preprocessor");
    QTest::newRow("unknown parameter") << QStringList{"canny", in, out, "--middle", "1"} << 2
                                       << QByteArray("low, high, resolution");
    QTest::newRow("out of range") << QStringList{"canny", in, out, "--low", "256"} << 2 << QByteArray("from 1 to 255");
    QTest::newRow("a resolution of 63") << QStringList{"canny", in, out, "--resolution", "63"} << 2 << QByteArray("64");
    QTest::newRow("no value") << QStringList{"canny", in, out, "--low"} << 2 << QByteArray("--low needs a value");
    QTest::newRow("no picture to write") << QStringList{"canny", in, "x.gif"} << 2 << QByteArray("ends in .png");
    QTest::newRow("no such picture") << QStringList{"canny", "absent.png", out} << 4 << QByteArray("absent.png");
    QTest::newRow("no poses") << QStringList{"draw_pose", in, out} << 3 << QByteArray("JSON");
}

void PreprocessTest::commandRefuses()
{
    QFETCH(QStringList, words);
    QFETCH(int, exitCode);
    QFETCH(QByteArray, told);
    const ProgramResult result = run(words);
    QVERIFY2(result.exitCode == exitCode && result.err.contains(told), result.err);
    QVERIFY(!QFile::exists(path("none.png")));
}

ATHANOR_CORE_TEST(PreprocessTest)
#include "preprocess_test.moc"
