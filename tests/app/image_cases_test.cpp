// Pictures that are small, large, of unusual colours, or none at all.
#include "tests/support/jpeg_parts.h"
#include "tests/support/picture_bytes.h"
#include "tests/support/png_chunks.h"
#include "tests/support/test_program.h"

#include <QImageWriter>
#include <QTest>

#include <sys/stat.h>
#include <webp/encode.h>

using namespace athanor;

class ImageCasesTest : public QObject {
    Q_OBJECT
private slots:
    void init() { m_files = std::make_unique<PictureFolder>(); }
    void i01_small_data();
    void i01_small();
    void i02_i03_i04_tooLarge_data();
    void i02_i03_i04_tooLarge();
    void i05_progressiveJpeg();
    void i06_jpegColours_data();
    void i06_jpegColours();
    void i07_pngKinds_data();
    void i07_pngKinds();
    void i08_alpha_data();
    void i08_alpha();
    void i14_byContentAlone();
    void i15_i16_noPicture_data();
    void i15_i16_noPicture();
    void i17_pngTexts();

private:
    std::unique_ptr<PictureFolder> m_files;
};

void ImageCasesTest::i01_small_data()
{
    QTest::addColumn<QSize>("size");
    for (const QSize size : {QSize(1, 1), QSize(8, 8), QSize(1, 64)})
        QTest::addRow("%dx%d", size.width(), size.height()) << size;
}

void ImageCasesTest::i01_small()
{
    QFETCH(QSize, size);
    for (const PictureFormat format : formats) {
        RgbImage image;
        QCOMPARE(m_files->refusal(encoded(somePicture(size.width(), size.height()), format), &image), std::string());
        QCOMPARE(QSize(image.width, image.height), size);
    }
}

void ImageCasesTest::i02_i03_i04_tooLarge_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const auto png = [](quint32 width, quint32 height) {
        const QByteArray header = bigEndian(width) + bigEndian(height) + QByteArray("\x08\x02\0\0\0", 5);
        return "\x89PNG\r\n\x1a\n" + pngChunk("IHDR", header) + pngChunk("IDAT", qCompress(QByteArray(64, 0)).mid(4))
            + pngChunk("IEND", {});
    };
    const auto jpeg = [](int width, int height) {
        QByteArray bytes = qtEncoded(QImage(8, 8, QImage::Format_RGB32), "jpeg");
        const qsizetype frame = bytes.indexOf("\xff\xc0");
        bytes[frame + 5] = char(height >> 8), bytes[frame + 6] = char(height);
        bytes[frame + 7] = char(width >> 8), bytes[frame + 8] = char(width);
        return bytes;
    };
    const auto webp = [](quint32 width, quint32 height) {
        return webpOf(webpChunk("VP8X", littleEndian(0, 4) + littleEndian(width - 1, 3) + littleEndian(height - 1, 3))
            + encoded(somePicture(8, 8), PictureFormat::Webp).mid(12));
    };
    QTest::newRow("I02 PNG 100,000×1") << png(100'000, 1);
    QTest::newRow("I02 PNG 1×100,000") << png(1, 100'000);
    QTest::newRow("I03 PNG 2^31 - 1") << png(0x7fffffff, 0x7fffffff);
    QTest::newRow("I03 PNG 65,535") << png(65'535, 65'535);
    QTest::newRow("I03 JPEG 65,535") << jpeg(65'535, 65'535);
    QTest::newRow("I03 JPEG 16,385 wide") << jpeg(16'385, 8);
    QTest::newRow("I03 WebP 2^24") << webp(1 << 24, 1 << 24);
    QTest::newRow("I03 WebP 16,385 high") << webp(8, 16'385);
    QTest::newRow("I04 PNG bomb of 30,000") << png(30'000, 30'000);
}

void ImageCasesTest::i02_i03_i04_tooLarge()
{
    QFETCH(QByteArray, bytes);
    const std::string path = m_files->written(bytes);
    try {
        readImage(path);
        QFAIL("read");
    } catch (const Error& error) {
        QVERIFY2(error.kind == ErrorKind::BadFile, error.what());
        QVERIFY2(std::string(error.what()).find("at most 16384 a side") != std::string::npos, error.what());
    }
}

// A baseline file as a progressive one would be larger; here scans are repeated until they are too many.
void ImageCasesTest::i05_progressiveJpeg()
{
    QImage picture(64, 64, QImage::Format_RGB32);
    picture.fill(Qt::red);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QImageWriter writer(&buffer, "jpeg");
    writer.setProgressiveScanWrite(true);
    QVERIFY(writer.write(picture));
    RgbImage image;
    QCOMPARE(m_files->refusal(bytes, &image), std::string());
    QVERIFY(infoOf(bytes).interlaced);
    QVERIFY(image.pixels[0] > 240 && image.pixels[1] < 16);
    const qsizetype scan = bytes.lastIndexOf("\xff\xda"), end = bytes.lastIndexOf("\xff\xd9");
    const QByteArray last = bytes.mid(scan, end - scan);
    QVERIFY(m_files->refusal(bytes.first(end) + last.repeated(600) + bytes.mid(end)).find("500 scans")
        != std::string::npos);
}

void ImageCasesTest::i06_jpegColours_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("red");
    QImage gray(16, 16, QImage::Format_Grayscale8);
    gray.fill(QColor(77, 77, 77));
    QTest::newRow("gray") << qtEncoded(gray, "jpeg") << 77;
    // Four components, each a flat 8×8 block of the value 128 (all coefficients 0); with Adobe's mark 255 − ink.
    const auto cmyk = [](bool adobe) {
        QByteArray bytes("\xff\xd8", 2);
        if (adobe)
            bytes += QByteArray("\xff\xee\0\x0e"
                                "Adobe\0\x64\0\0\0\0\0",
                16);
        bytes += QByteArray("\xff\xdb\0\x43\0", 5) + QByteArray(64, 1);
        bytes +=
            QByteArray("\xff\xc0\0\x14\x08\0\x08\0\x08\4", 10) + QByteArray("\1\x11\0\2\x11\0\3\x11\0\4\x11\0", 12);
        const QByteArray oneCode = QByteArray(1, 1) + QByteArray(15, 0) + QByteArray(1, 0); // "0" means 0
        bytes += QByteArray("\xff\xc4\0\x14\0", 5) + oneCode + QByteArray("\xff\xc4\0\x14\x10", 5) + oneCode;
        bytes += QByteArray("\xff\xda\0\x0e\4\1\0\2\0\3\0\4\0\0\x3f\0", 16) + QByteArray(1, 0);
        return bytes + QByteArray("\xff\xd9", 2);
    };
    QTest::newRow("CMYK of Adobe") << cmyk(true) << 128 * 128 / 255;
    QTest::newRow("CMYK") << cmyk(false) << 127 * 127 / 255;
}

void ImageCasesTest::i06_jpegColours()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, red);
    RgbImage image;
    std::vector<std::string> warnings;
    QCOMPARE(m_files->refusal(bytes, &image, &warnings), std::string());
    QVERIFY2(warnings.empty(), warnings.empty() ? "" : warnings[0].c_str());
    for (const uint8_t value : image.pixels)
        QVERIFY2(std::abs(value - red) <= 1, QByteArray::number(value));
    QByteArray deep = qtEncoded(QImage(8, 8, QImage::Format_RGB32), "jpeg");
    deep[deep.indexOf("\xff\xc0") + 4] = 12; // bits
    QVERIFY(m_files->refusal(deep).find("damaged") != std::string::npos);
}

void ImageCasesTest::i07_pngKinds_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("pixels");
    // 2×1 pixels: header, palette and such, one line with the filter 0.
    const auto png = [](int bits, int colours, const QByteArray& line, const QByteArray& chunks = {},
                         int interlace = 0) {
        const QByteArray header =
            bigEndian(2) + bigEndian(1) + char(bits) + char(colours) + QByteArray(2, 0) + char(interlace);
        return "\x89PNG\r\n\x1a\n" + pngChunk("IHDR", header) + chunks
            + pngChunk("IDAT", qCompress(QByteArray(1, 0) + line).mid(4)) + pngChunk("IEND", {});
    };
    const QByteArray palette = pngChunk("PLTE", QByteArray("\x0a\x14\x1e\xff\x80\0", 6));
    const QByteArray both("\x0a\x14\x1e\xff\x80\0", 6);
    QTest::newRow("16-bit RGB") << png(16, 2, QByteArray("\x0a\0\x14\0\x1e\0\xff\xff\x80\x80\0\0", 12)) << both;
    QTest::newRow("8-bit palette") << png(8, 3, QByteArray("\0\1", 2), palette) << both;
    QTest::newRow("4-bit palette") << png(4, 3, QByteArray("\x01", 1), palette) << both;
    QTest::newRow("2-bit palette") << png(2, 3, QByteArray("\x10", 1), palette) << both;
    QTest::newRow("1-bit palette") << png(1, 3, QByteArray("\x40", 1), palette) << both;
    QTest::newRow("palette with tRNS") << png(
        8, 3, QByteArray("\0\1", 2), palette + pngChunk("tRNS", QByteArray("\x40", 1)))
                                       << both;
    QTest::newRow("gray and alpha") << png(8, 4, QByteArray("\x0a\xff\x80\x10", 4))
                                    << QByteArray("\x0a\x0a\x0a\x80\x80\x80");
    QTest::newRow("2-bit gray") << png(2, 0, QByteArray("\x70", 1)) << QByteArray("\x55\x55\x55\xff\xff\xff");
    // Adam7 of two pixels: the first in pass 1, the second in pass 6.
    QTest::newRow("interlaced") << png(8, 2, QByteArray("\x0a\x14\x1e\0\xff\x80\0", 7), {}, 1) << both;
}

void ImageCasesTest::i07_pngKinds()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, pixels);
    RgbImage image;
    QCOMPARE(m_files->refusal(bytes, &image), std::string());
    QCOMPARE(QByteArray(reinterpret_cast<const char*>(image.pixels.data()), qsizetype(image.pixels.size())), pixels);
}

void ImageCasesTest::i08_alpha_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QImage picture(2, 1, QImage::Format_RGBA8888);
    picture.setPixelColor(0, 0, QColor(10, 20, 30, 255));
    picture.setPixelColor(1, 0, QColor(200, 100, 50, 51));
    QTest::newRow("PNG") << qtEncoded(picture, "png");
    uint8_t* bytes = nullptr;
    const size_t size = WebPEncodeLosslessRGBA(picture.constBits(), 2, 1, 8, &bytes);
    QTest::newRow("WebP") << QByteArray(reinterpret_cast<const char*>(bytes), qsizetype(size));
    WebPFree(bytes);
}

void ImageCasesTest::i08_alpha()
{
    QFETCH(QByteArray, bytes);
    std::vector<uint8_t> alpha;
    const RgbImage image = readImage(m_files->written(bytes), &alpha);
    QVERIFY((image.pixels == std::vector<uint8_t>{10, 20, 30, 200, 100, 50}));
    QVERIFY((alpha == std::vector<uint8_t>{255, 51}));
    readImage(m_files->written(encoded(image, PictureFormat::Jpeg)), &alpha);
    QVERIFY(alpha.empty());
}

void ImageCasesTest::i14_byContentAlone()
{
    const RgbImage picture = somePicture();
    for (const PictureFormat format : formats)
        for (const QString name : {"x", "x.png", "x.jpg", "x.webp", "x.txt", "x.safetensors"})
            QVERIFY(largestDifference(readImage(m_files->written(encoded(picture, format), name)), picture) <= 12);
    QCOMPARE(readImage(m_files->written(qtEncoded(QImage(3, 2, QImage::Format_RGB32), "bmp"))).width, 3);
}

void ImageCasesTest::i15_i16_noPicture_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("I15 SVG") << QByteArray("<svg xmlns='http://www.w3.org/2000/svg'><image href='/etc/passwd'/></svg>");
    QTest::newRow("I15 PDF") << QByteArray("%PDF-1.7\n");
    QTest::newRow("I15 TIFF") << QByteArray("II*\0\x08\0\0\0", 8);
    QTest::newRow("I15 EXR") << QByteArray("\x76\x2f\x31\x01");
    QTest::newRow("I15 PSD") << QByteArray("8BPS\0\1", 6);
    QTest::newRow("I15 GIF") << QByteArray("GIF89a\1\0\1\0", 10);
    QTest::newRow("I16 empty") << QByteArray();
    QTest::newRow("I16 HTML") << QByteArray("<!DOCTYPE html><html></html>");
    QTest::newRow("AVI, which is RIFF too") << QByteArray("RIFF\0\0\0\0AVI LIST", 16);
}

void ImageCasesTest::i15_i16_noPicture()
{
    QFETCH(QByteArray, bytes);
    QVERIFY(m_files->refusal(bytes).find("no picture; PNG, JPEG, WebP and BMP are read") != std::string::npos);
    const std::string pipe = m_files->folder.filePath("pipe").toStdString();
    QVERIFY(mkfifo(pipe.c_str(), 0600) == 0);
    for (const std::string& path : {m_files->folder.path().toStdString(), pipe}) {
        try {
            readImage(path);
            QFAIL("read");
        } catch (const Error& error) {
            QCOMPARE(error.kind, ErrorKind::BadFile);
        }
    }
}

// png_text_test has every kind of damage; here that the picture comes all the same.
void ImageCasesTest::i17_pngTexts()
{
    const QByteArray png = encoded(somePicture(), PictureFormat::Png);
    const QByteArray chunk = pngChunk("tEXt", QByteArray("athanor\0{}", 10));
    QByteArray wrongSum = chunk;
    wrongSum.back() = char(wrongSum.back() ^ 1);
    const QByteArray bomb = qCompress(QByteArray(20 << 20, 'x')).mid(4);
    for (const QByteArray& texts :
        {wrongSum, chunk.repeated(5000), chunk + chunk, pngChunk("zTXt", QByteArray("athanor\0\0", 9) + bomb),
            pngChunk("tEXt", QByteArray("a\0", 2) + QByteArray(20'000'000, 'x'))}) {
        RgbImage image;
        const QByteArray bytes = png.first(33) + texts + png.mid(33);
        QCOMPARE(m_files->refusal(bytes, &image), std::string());
        QCOMPARE(image.width, 40);
        QVERIFY(!infoOf(bytes).warnings.empty());
    }
}

ATHANOR_CORE_TEST(ImageCasesTest)
#include "image_cases_test.moc"
