#include "app/pictures/image_store.h"

#include "render/error.h"
#include "tests/support/files.h"
#include "tests/support/png_chunks.h"
#include "tests/support/test_program.h"

#include <QBuffer>
#include <QColorSpace>
#include <QDir>
#include <QFile>
#include <QImage>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <sys/resource.h>

using namespace athanor;

namespace {

RgbImage roughPicture(int width = 5, int height = 3)
{
    RgbImage image{width, height, {}};
    for (int i = 0; i < width * height * 3; ++i)
        image.pixels.push_back(uint8_t(i * 37));
    return image;
}

void write(const QString& path, const QByteArray& bytes)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
}

// What `action` throws; QFAILs if nothing.
Error errorOf(const std::function<void()>& action)
{
    try {
        action();
    } catch (const Error& error) {
        return error;
    }
    return Error(ErrorKind(0), "no error");
}

}

class ImageStoreTest : public QObject {
    Q_OBJECT
private slots:
    void init();
    void pixelsAndTextComeBack();
    void sameBytesTwice();
    void replacesOnlyAsAWhole();
    void followsLinks();
    void refusesWhereItCannotWrite_data();
    void refusesWhereItCannotWrite();
    void keepsOldFileWhenTheDiskIsFull();
    void readsByContent_data();
    void readsByContent();
    void refusesPictures_data();
    void refusesPictures();
    void turnsUpright();
    void convertsToSrgb();
    void scales();
    void namesBatches();

private:
    QString path(const QString& name) const { return m_folder->filePath(name); }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void ImageStoreTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
}

void ImageStoreTest::pixelsAndTextComeBack()
{
    const RgbImage image = roughPicture();
    writePng(path("x.png").toStdString(), image, {"line\nline: \"ü\""});
    QCOMPARE(readImage(path("x.png").toStdString()).pixels, image.pixels);
    QCOMPARE(QImage(path("x.png")).text("parameters"), QString::fromUtf8("line\nline: \"ü\""));
}

void ImageStoreTest::sameBytesTwice()
{
    writePng(path("x.png").toStdString(), roughPicture(), {"a"});
    writePng(path("y.png").toStdString(), roughPicture(), {"a"});
    QCOMPARE(contents(path("x.png")), contents(path("y.png")));
}

void ImageStoreTest::replacesOnlyAsAWhole()
{
    write(path("x.png"), "old");
    requireWritable(path("x.png").toStdString());
    QCOMPARE(contents(path("x.png")), QByteArray("old"));
    writePng(path("x.png").toStdString(), roughPicture());
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files), QStringList{"x.png"});
    QCOMPARE(QImage(path("x.png")).size(), QSize(5, 3));
}

void ImageStoreTest::followsLinks()
{
    write(path("real.png"), "old");
    QVERIFY(QFile::link(path("real.png"), path("link.png")));
    writePng(path("link.png").toStdString(), roughPicture());
    QVERIFY(QFileInfo(path("link.png")).isSymLink());
    QCOMPARE(QImage(path("real.png")).size(), QSize(5, 3));
}

void ImageStoreTest::refusesWhereItCannotWrite_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("reason");
    QTest::newRow("missing folder") << "missing/x.png"
                                    << "No such file or directory";
    QTest::newRow("file as folder") << "file/x.png"
                                    << "Not a directory";
    QTest::newRow("a folder") << "folder.png"
                              << "folder";
    QTest::newRow("name too long") << QString(300, 'x') + ".png"
                                   << "too long";
    QTest::newRow("not writable") << "/proc/x.png"
                                  << "/proc/x.png";
}

void ImageStoreTest::refusesWhereItCannotWrite()
{
    QFETCH(QString, name);
    QFETCH(QString, reason);
    write(path("file"), "");
    QVERIFY(QDir(m_folder->path()).mkdir("folder.png"));
    const std::string target = (name.startsWith('/') ? name : path(name)).toStdString();
    for (const auto& action : {std::function<void()>([&] { requireWritable(target); }),
             std::function<void()>([&] { writePng(target, roughPicture()); })}) {
        const Error error = errorOf(action);
        QVERIFY2(error.kind == ErrorKind::CannotWrite, error.what());
        QVERIFY2(QByteArray(error.what()).contains(reason.toUtf8()), error.what());
        QVERIFY2(!QByteArray(error.what()).contains("Unknown"), error.what());
    }
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files), QStringList{"file"});
}

void ImageStoreTest::keepsOldFileWhenTheDiskIsFull()
{
    write(path("x.png"), "old");
    rlimit before;
    getrlimit(RLIMIT_FSIZE, &before);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit tight{1000, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &tight);
    const Error error =
        errorOf([&] { writePng(path("x.png").toStdString(), roughPicture(64, 64), {std::string(5000, 'a')}); });
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    QVERIFY2(error.kind == ErrorKind::CannotWrite, error.what());
    QVERIFY2(QByteArray(error.what()).contains("File too large"), error.what());
    QCOMPARE(contents(path("x.png")), QByteArray("old"));
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files), QStringList{"x.png"});
}

void ImageStoreTest::readsByContent_data()
{
    QTest::addColumn<QByteArray>("format");
    QTest::addColumn<int>("qtFormat");
    QTest::newRow("RGB PNG") << QByteArray("png") << int(QImage::Format_RGB888);
    QTest::newRow("RGBA PNG") << QByteArray("png") << int(QImage::Format_RGBA8888);
    QTest::newRow("16-bit PNG") << QByteArray("png") << int(QImage::Format_RGBA64);
    QTest::newRow("gray PNG") << QByteArray("png") << int(QImage::Format_Grayscale8);
    QTest::newRow("palette PNG") << QByteArray("png") << int(QImage::Format_Indexed8);
    QTest::newRow("1-bit PNG") << QByteArray("png") << int(QImage::Format_Mono);
    QTest::newRow("JPEG") << QByteArray("jpeg") << int(QImage::Format_RGB888);
    QTest::newRow("BMP") << QByteArray("bmp") << int(QImage::Format_RGB888);
}

void ImageStoreTest::readsByContent()
{
    QFETCH(QByteArray, format);
    QFETCH(int, qtFormat);
    QImage picture(8, 4, QImage::Format_RGB888);
    picture.fill(Qt::white);
    picture = picture.convertToFormat(QImage::Format(qtFormat));
    QVERIFY(picture.save(path("picture.txt"), format));
    const RgbImage image = readImage(path("picture.txt").toStdString());
    QCOMPARE(image.width, 8);
    QCOMPARE(image.height, 4);
    QCOMPARE(image.pixels, std::vector<uint8_t>(8 * 4 * 3, 255));
}

void ImageStoreTest::refusesPictures_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("text");
    const auto sized = [](quint32 width, quint32 height) {
        const QByteArray header = bigEndian(width) + bigEndian(height) + QByteArray("\x08\x02\0\0\0", 5);
        return "\x89PNG\r\n\x1a\n" + pngChunk("IHDR", header) + pngChunk("IDAT", qCompress(QByteArray(64, 0)).mid(4))
            + pngChunk("IEND", {});
    };
    QTest::newRow("empty") << QByteArray() << "no picture";
    QTest::newRow("SVG, which could open other files")
        << QByteArray("<svg xmlns='http://www.w3.org/2000/svg'/>") << "no picture";
    QTest::newRow("web page") << QByteArray("<!DOCTYPE html>") << "no picture";
    QTest::newRow("100,000×1") << sized(100'000, 1) << "16384";
    QTest::newRow("16,385 high") << sized(1, 16'385) << "16384";
    QTest::newRow("2^31 - 1") << sized(0x7fffffff, 0x7fffffff) << "";
    QTest::newRow("no pixels") << sized(64, 64) << "damaged";
    QTest::newRow("signature alone") << QByteArray("\x89PNG\r\n\x1a\n") << "ends inside its header";
    QTest::newRow("cut JPEG header") << QByteArray("\xff\xd8\xff\xe0") << "damaged";
}

void ImageStoreTest::refusesPictures()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, text);
    write(path("x.png"), bytes);
    const Error error = errorOf([&] { readImage(path("x.png").toStdString()); });
    QVERIFY2(error.kind == ErrorKind::BadFile, error.what());
    QVERIFY2(QByteArray(error.what()).contains(text.toUtf8()), error.what());
}

void ImageStoreTest::turnsUpright()
{
    QImage picture(4, 2, QImage::Format_RGB888);
    picture.fill(Qt::black);
    QBuffer jpeg;
    jpeg.open(QIODevice::WriteOnly);
    QVERIFY(picture.save(&jpeg, "jpeg"));
    // An Exif segment that says: turn right by a quarter (TIFF tag 0x0112, value 6).
    const QByteArray tiff = QByteArray("MM\0*\0\0\0\x08\0\1\x01\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0", 26);
    const QByteArray exif = QByteArray("Exif\0\0", 6) + tiff;
    const QByteArray segment = QByteArray("\xff\xe1\0", 3) + char(exif.size() + 2) + exif;
    write(path("x.jpg"), jpeg.data().first(2) + segment + jpeg.data().mid(2));
    const RgbImage image = readImage(path("x.jpg").toStdString());
    QCOMPARE(image.width, 2);
    QCOMPARE(image.height, 4);
}

void ImageStoreTest::convertsToSrgb()
{
    QImage picture(1, 1, QImage::Format_RGB888);
    picture.fill(QColor(128, 128, 128));
    picture.setColorSpace(QColorSpace(QColorSpace::SRgbLinear));
    QVERIFY(picture.save(path("x.png")));
    // Linear 128 / 255 is 188 in sRGB (IEC 61966-2-1); Qt's tables may be one off.
    const int value = readImage(path("x.png").toStdString()).pixels[1];
    QVERIFY2(std::abs(value - 188) <= 1, QByteArray::number(value));
}

void ImageStoreTest::scales()
{
    RgbImage image{4, 4, std::vector<uint8_t>(48, 90)};
    const RgbImage larger = scaled(image, 9, 3); // rows of 27 bytes: not a multiple of four
    QCOMPARE(larger.width, 9);
    QCOMPARE(larger.height, 3);
    QCOMPARE(larger.pixels, std::vector<uint8_t>(9 * 3 * 3, 90));
    QCOMPARE(scaled(image, 4, 4).pixels, image.pixels);
}

void ImageStoreTest::namesBatches()
{
    QCOMPARE(batchPath("a/x.png", 0), std::string("a/x.png"));
    QCOMPARE(batchPath("a/x.png", 1), std::string("a/x-2.png"));
    QCOMPARE(batchPath("a.b/x.y.PNG", 9), std::string("a.b/x.y-10.PNG"));
}

ATHANOR_CORE_TEST(ImageStoreTest)
#include "image_store_test.moc"
