// Pictures and control maps in another size, held against what Pillow and A1111's ControlNet extension make of them, as
// tests/reference/pillow.py and map_resize.py store it.
#include "app/pictures/image_store.h"
#include "inference/preprocess/map_resize.h"
#include "inference/values/resample.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QDir>
#include <QTest>

#include <algorithm>
#include <set>

using namespace athanor;

namespace {

QDir storedMaps(const char* name)
{
    return QDir(QString::fromStdString(sourcePath(std::string("tests/data/") + name)));
}

RgbImage storedMap(const QString& path)
{
    return readImage(path.toStdString());
}

}

class MapSizeTest : public QObject {
    Q_OBJECT
private slots:
    void lanczosIsPillows_data()
    {
        QTest::addColumn<int>("cell");
        QTest::addColumn<QString>("path");
        for (const QString& name : storedMaps("pillow").entryList({"*.png"}))
            QTest::newRow(qPrintable(name)) << name.section('_', 0, 0).toInt() << storedMaps("pillow").filePath(name);
    }
    void lanczosIsPillows()
    {
        QFETCH(int, cell);
        QFETCH(QString, path);
        const RgbImage want = storedMap(path);
        const RgbImage sheet = storedMap(storedMaps("preprocess").filePath("pictures.png"));
        const RgbImage picture =
            cropped(sheet, {cell % 6 * 96, cell / 6 * 72, 96 - cell % 4 * 5, 72 - cell % 3 * 7}); // as its size(i)
        QVERIFY(resampled(picture, want.width, want.height, Resample::Lanczos).pixels == want.pixels);
    }

    void mapsAreTheExtensions_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("tolerance"); // shades: OpenCV's versions round enlarged ones differently
        QTest::newRow("lines") << "lines" << 0;
        QTest::newRow("areas") << "areas" << 0;
        QTest::newRow("colours") << "colours" << 0;
        QTest::newRow("shades") << "shades" << 1;
    }
    void mapsAreTheExtensions()
    {
        QFETCH(QString, name);
        QFETCH(int, tolerance);
        const QDir folder = storedMaps("map_resize");
        const RgbImage map = storedMap(folder.filePath(name + ".png"));
        const QStringList files = folder.entryList({name + "_*.png"});
        QCOMPARE(files.size(), 3);
        for (const QString& file : files) {
            const RgbImage want = storedMap(folder.filePath(file));
            const RgbImage got = resizedMap(map, want.width, want.height);
            QCOMPARE(got.pixels.size(), want.pixels.size());
            for (size_t i = 0; i < want.pixels.size(); ++i)
                QVERIFY2(std::abs(got.pixels[i] - want.pixels[i]) <= tolerance, qPrintable(file));
        }
        QVERIFY(resizedMap(map, map.width, map.height).pixels == map.pixels);
    }

    void blackAndWhiteStaysSo()
    {
        const RgbImage map = storedMap(storedMaps("map_resize").filePath("lines.png"));
        for (const Size size : {Size{47, 35}, Size{128, 96}, Size{64, 49}}) {
            const RgbImage got = resizedMap(map, int(size.width), int(size.height));
            const std::set<uint8_t> shades(got.pixels.begin(), got.pixels.end());
            QVERIFY((shades == std::set<uint8_t>{0, 255}));
        }
    }
};

ATHANOR_TEST(MapSizeTest)
#include "map_size_test.moc"
