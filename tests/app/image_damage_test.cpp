// Pictures that move, lie on their side, or are damaged.
#include "tests/support/jpeg_parts.h"
#include "tests/support/picture_bytes.h"
#include "tests/support/png_chunks.h"
#include "tests/support/test_program.h"

#include <QColorSpace>
#include <QTest>

using namespace athanor;

namespace {

void forEveryFormat()
{
    QTest::addColumn<int>("format");
    for (const PictureFormat format : formats)
        QTest::addRow("%s", std::string(pictureFormatNames()[size_t(format)]).c_str()) << int(format);
}

}

class ImageDamageTest : public QObject {
    Q_OBJECT
private slots:
    void init() { m_files = std::make_unique<PictureFolder>(); }
    void i09_animations();
    void i10_turnsUpright_data();
    void i10_turnsUpright();
    void i11_brokenProfiles_data();
    void i11_brokenProfiles();
    void i12_truncated_data();
    void i12_truncated();
    void i13_flippedBytes_data();
    void i13_flippedBytes();
    void hostileContainers_data();
    void hostileContainers();

private:
    std::unique_ptr<PictureFolder> m_files;
};

void ImageDamageTest::i09_animations()
{
    const QByteArray red =
        encoded({2, 2, {200, 0, 0, 200, 0, 0, 200, 0, 0, 200, 0, 0}}, PictureFormat::WebpLossless).mid(12);
    const QByteArray blue =
        encoded({2, 2, {0, 0, 200, 0, 0, 200, 0, 0, 200, 0, 0, 200}}, PictureFormat::WebpLossless).mid(12);
    const QByteArray place = littleEndian(0, 6) + littleEndian(1, 3) + littleEndian(1, 3) + littleEndian(100, 3) + '\0';
    const QByteArray webp = webpOf(webpChunk("VP8X", littleEndian(2, 4) + littleEndian(1, 3) + littleEndian(1, 3))
        + webpChunk("ANIM", littleEndian(0xffffffff, 4) + littleEndian(0, 2)) + webpChunk("ANMF", place + red)
        + webpChunk("ANMF", place + blue));
    const QByteArray png = encoded(somePicture(), PictureFormat::Png);
    const QByteArray apng = png.first(33) + pngChunk("acTL", bigEndian(3) + bigEndian(0)) + png.mid(33);
    for (const auto& [bytes, frames] : {std::pair(webp, "of 2 is used"), {apng, "of 3 is used"}}) {
        RgbImage image;
        std::vector<std::string> warnings;
        QCOMPARE(m_files->refusal(bytes, &image, &warnings), std::string());
        QCOMPARE(warnings.size(), size_t(1));
        QVERIFY2(warnings[0].find(frames) != std::string::npos, warnings[0].c_str());
        QVERIFY(bytes != webp || (image.pixels[0] == 200 && image.pixels[2] == 0));
    }
    QVERIFY(!m_files->refusal("GIF89a" + QByteArray(100, 0)).empty());
}

// The corners of a picture that is stored turned, top left first, then top right.
void ImageDamageTest::i10_turnsUpright_data()
{
    QTest::addColumn<int>("orientation");
    QTest::addColumn<QByteArray>("corners");
    // Stored: A B above C D. Exif 2.32, 4.6.4, orientation.
    const char* const corners[] = {"ABCD", "BADC", "DCBA", "CDAB", "ACBD", "CADB", "DBCA", "BDAC"};
    for (int i = 0; i < 8; ++i)
        QTest::addRow("%d", i + 1) << i + 1 << QByteArray(corners[i]);
}

void ImageDamageTest::i10_turnsUpright()
{
    QFETCH(int, orientation);
    QFETCH(QByteArray, corners);
    RgbImage stored{32, 16, {}};
    for (int y = 0; y < 16; ++y)
        for (int x = 0; x < 32; ++x)
            stored.pixels.insert(stored.pixels.end(), 3, uint8_t(40 + (x >= 16 ? 60 : 0) + (y >= 8 ? 120 : 0)));
    const QByteArray exif = orientationExif(orientation);
    const QByteArray png = encoded(stored, PictureFormat::Png);
    const QByteArray jpeg = encoded(stored, PictureFormat::Jpeg);
    const QByteArray webp = encoded(stored, PictureFormat::Webp);
    for (const QByteArray& bytes : {png.first(33) + pngChunk("eXIf", exif) + png.mid(33),
             withJpegSegment(jpeg, '\xe1', QByteArray("Exif\0\0", 6) + exif), withWebpExif(webp, 32, 16, exif)}) {
        RgbImage image;
        QCOMPARE(m_files->refusal(bytes, &image), std::string());
        QCOMPARE(image.width, orientation < 5 ? 32 : 16);
        QByteArray seen;
        for (const int y : {2, image.height - 3})
            for (const int x : {2, image.width - 3})
                seen += char('A' + (image.pixels[size_t(y * image.width + x) * 3] - 40 + 30) / 60);
        QCOMPARE(seen, corners);
    }
}

void ImageDamageTest::i11_brokenProfiles_data()
{
    QTest::addColumn<QByteArray>("profile");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("noise") << QByteArray(5000, 'x');
    QByteArray huge = QColorSpace(QColorSpace::SRgb).iccProfile();
    huge.replace(0, 4, bigEndian(0x7fffffff));
    QTest::newRow("2^31 bytes") << huge;
    QByteArray gray = QColorSpace(QColorSpace::SRgb).iccProfile();
    gray.replace(16, 4, "CMYK");
    QTest::newRow("of inks") << gray;
}

void ImageDamageTest::i11_brokenProfiles()
{
    QFETCH(QByteArray, profile);
    const RgbImage picture = somePicture();
    const QByteArray png = encoded(picture, PictureFormat::Png), jpeg = encoded(picture, PictureFormat::Jpeg);
    const QByteArray webp = encoded(picture, PictureFormat::WebpLossless);
    const QByteArray zipped = QByteArray("p\0\0", 3) + qCompress(profile).mid(4);
    const QByteArray container =
        webpOf(webpChunk("VP8X", littleEndian(0x20, 4) + littleEndian(39, 3) + littleEndian(23, 3))
            + webpChunk("ICCP", profile) + webp.mid(12));
    for (const QByteArray& bytes : {png.first(33) + pngChunk("iCCP", zipped) + png.mid(33),
             withJpegSegment(jpeg, '\xe2', QByteArray("ICC_PROFILE\0\1\1", 14) + profile), container}) {
        RgbImage image;
        std::vector<std::string> warnings;
        QCOMPARE(m_files->refusal(bytes, &image, &warnings), std::string());
        QVERIFY(largestDifference(image, picture) <= 8);
        QCOMPARE(warnings.size(), size_t(1));
        QVERIFY2(warnings[0].find("profile") != std::string::npos, warnings[0].c_str());
    }
}

void ImageDamageTest::i12_truncated_data()
{
    forEveryFormat();
}

void ImageDamageTest::i12_truncated()
{
    QFETCH(int, format);
    const bool isJpeg = PictureFormat(format) == PictureFormat::Jpeg;
    const QByteArray whole = encoded(somePicture(160, 120), PictureFormat(format), ourTexts);
    int shown = 0;
    for (int percent = 0; percent < 100; ++percent) {
        std::vector<std::string> warnings;
        RgbImage image;
        const std::string why = m_files->refusal(whole.first(whole.size() * percent / 100), &image, &warnings);
        QVERIFY2(isJpeg || !why.empty(), QByteArray::number(percent));
        QVERIFY(why.find("of another kind") == std::string::npos);
        if (!why.empty())
            continue;
        ++shown;
        QVERIFY(warnings.size() == 1 && warnings[0].find("damaged") != std::string::npos);
    }
    QVERIFY(!isJpeg || shown > 50);
}

void ImageDamageTest::i13_flippedBytes_data()
{
    forEveryFormat();
}

void ImageDamageTest::i13_flippedBytes()
{
    QFETCH(int, format);
    const QByteArray whole = encoded(somePicture(64, 48), PictureFormat(format), ourTexts);
    quint32 random = 12345;
    for (int i = 0; i < 1000; ++i) {
        QByteArray bytes = whole;
        random = random * 1'664'525 + 1'013'904'223;
        bytes[qsizetype(random >> 8) % bytes.size()] ^= char(1 << random % 8);
        const std::string why = m_files->refusal(bytes);
        QVERIFY2(why.find("of another kind") == std::string::npos, why.c_str());
    }
}

void ImageDamageTest::hostileContainers_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("isRead");
    const QByteArray jpeg = encoded(somePicture(), PictureFormat::Jpeg);
    const QByteArray webp = encoded(somePicture(), PictureFormat::Webp);
    const QByteArray exif("Exif\0\0", 6), garbage = exif + QByteArray(60'000, '\xff');
    QTest::newRow("JPEG, garbage as Exif") << withJpegSegment(jpeg, '\xe1', garbage) << true;
    QByteArray many = jpeg;
    for (int i = 0; i < 2000; ++i)
        many = withJpegSegment(many, '\xe9', QByteArray("athanor\0\xff\xff\xff\xff", 12));
    QTest::newRow("JPEG, 2,000 parts of 65,535") << many << true;
    QTest::newRow("JPEG, a million filling bytes")
        << jpeg.first(2) + QByteArray(1'000'000, '\xff') + jpeg.mid(3) << false;
    QTest::newRow("JPEG, segment of length 0") << jpeg.first(2) + QByteArray("\xff\xe1\0\0", 4) + jpeg.mid(2) << false;
    QTest::newRow("JPEG, segment beyond the end") << jpeg.first(2) + QByteArray("\xff\xe1\xff\xff", 4) << false;
    QTest::newRow("WebP, garbage as Exif") << withWebpExif(webp, 40, 24, garbage) << true;
    QTest::newRow("WebP, chunk of 4 GiB") << webp.first(16) + QByteArray(4, '\xff') + webp.mid(20) << false;
    QTest::newRow("WebP, canvas of another size") << withWebpExif(webp, 4000, 4000, {}) << false;
    QTest::newRow("WebP, no picture") << webpOf(webpChunk("VP8X", QByteArray(10, 0))) << false;
    QTest::newRow("WebP, empty") << webpOf({}) << false;
}

void ImageDamageTest::hostileContainers()
{
    QFETCH(QByteArray, bytes);
    QFETCH(bool, isRead);
    const std::string why = m_files->refusal(bytes);
    QVERIFY2(why.empty() == isRead, why.c_str());
    if (isRead)
        QVERIFY(infoOf(bytes).texts.empty());
}

ATHANOR_CORE_TEST(ImageDamageTest)
#include "image_damage_test.moc"
