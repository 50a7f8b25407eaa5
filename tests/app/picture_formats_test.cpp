// Pictures of every format as they are written, and how they were made inside them.
#include "app/pictures/exif.h"
#include "inference/formats/infotext.h"
#include "render/error.h"
#include "tests/support/jpeg_parts.h"
#include "tests/support/picture_bytes.h"
#include "tests/support/test_program.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace athanor;

class PictureFormatsTest : public QObject {
    Q_OBJECT
private slots:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void endingsTellTheFormat();
    void pixelsComeBack_data();
    void pixelsComeBack();
    void theSameBytesTwice();
    void qualityCounts();
    void textsComeBack_data();
    void textsComeBack();
    void largeWorkflowsFitIntoJpeg_data();
    void largeWorkflowsFitIntoJpeg();
    void tellsWhatNoJpegHolds();
    void leavesOutDamagedParts();
    void readsForeignFiles();
    void leavesCamerasAlone();

private:
    std::string written(const QByteArray& bytes, const QString& name = "x.png")
    {
        QFile file(m_folder->filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("cannot write");
        return m_folder->filePath(name).toStdString();
    }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void PictureFormatsTest::endingsTellTheFormat()
{
    QVERIFY(formatByEnding("a/x.PNG") == PictureFormat::Png);
    QVERIFY(formatByEnding("x.y.jpeg") == PictureFormat::Jpeg && formatByEnding("x.Jpg") == PictureFormat::Jpeg);
    QVERIFY(formatByEnding("x.webp") == PictureFormat::Webp);
    for (const char* name : {"", "x", ".png", ".webp", "x.gif", "png", "x.png.txt"})
        QVERIFY2(!formatByEnding(name), name);
    for (const PictureFormat format : formats)
        QVERIFY(pictureFormat(pictureFormatNames()[size_t(format)]) == format);
    QVERIFY(pictureFormat("gif") == PictureFormat::Png);
}

void PictureFormatsTest::pixelsComeBack_data()
{
    QTest::addColumn<int>("format");
    QTest::addColumn<int>("quality");
    QTest::addColumn<int>("difference");
    QTest::newRow("PNG") << int(PictureFormat::Png) << 1 << 0;
    QTest::newRow("WebP lossless") << int(PictureFormat::WebpLossless) << 1 << 0;
    QTest::newRow("JPEG 95") << int(PictureFormat::Jpeg) << 95 << 4;
    QTest::newRow("JPEG 80") << int(PictureFormat::Jpeg) << 80 << 10;
    QTest::newRow("WebP 95") << int(PictureFormat::Webp) << 95 << 12; // colours at half the resolution
}

void PictureFormatsTest::pixelsComeBack()
{
    QFETCH(int, format);
    QFETCH(int, quality);
    QFETCH(int, difference);
    for (const auto& [width, height] : {std::pair(40, 24), {1, 1}, {1, 64}, {17, 3}}) {
        if (difference > 0 && width < 40) // steep
            continue;
        const RgbImage image = somePicture(width, height);
        const std::string path = written(encoded(image, PictureFormat(format), ourTexts, quality));
        const int largest = largestDifference(readImage(path), image);
        QVERIFY2(largest <= difference, QByteArray::number(largest));
    }
}

void PictureFormatsTest::theSameBytesTwice()
{
    for (const PictureFormat format : formats) {
        const QByteArray once = encoded(somePicture(), format, ourTexts);
        QVERIFY(once.size() > 100 && once == encoded(somePicture(), format, ourTexts));
    }
}

void PictureFormatsTest::qualityCounts()
{
    RgbImage noise = somePicture(128, 128);
    for (size_t i = 0; i < noise.pixels.size(); ++i)
        noise.pixels[i] = uint8_t(noise.pixels[i] / 2 + i * 2'654'435'761u % 97);
    for (const PictureFormat format : {PictureFormat::Jpeg, PictureFormat::Webp}) {
        qsizetype last = 0;
        for (const int quality : {1, 50, 90, 100}) {
            const qsizetype size = encoded(noise, format, {}, quality).size();
            QVERIFY(size > last);
            last = size;
        }
    }
}

void PictureFormatsTest::textsComeBack_data()
{
    QTest::addColumn<int>("format");
    for (const PictureFormat format : formats)
        QTest::addRow("%s", std::string(pictureFormatNames()[size_t(format)]).c_str()) << int(format);
}

void PictureFormatsTest::textsComeBack()
{
    QFETCH(int, format);
    const QByteArray bytes = encoded(somePicture(), PictureFormat(format), ourTexts);
    const PictureInfo info = infoOf(bytes);
    QCOMPARE(info.width, 40u);
    QCOMPARE(info.height, 24u);
    QVERIFY(info.warnings.empty());
    QCOMPARE(info.texts.size(), size_t(2));
    for (const PictureText& text : ourTexts)
        QCOMPARE(*findText(info.texts, text.key), text.text);
    QVERIFY(infoOf(encoded(somePicture(), PictureFormat(format))).texts.empty());
}

void PictureFormatsTest::largeWorkflowsFitIntoJpeg_data()
{
    QTest::addColumn<int>("size");
    for (const int size : {60'000, 65'000, 65'400, 65'600, 131'000, 5'000'000}) // about one segment, two, many
        QTest::addRow("%d", size) << size;
}

void PictureFormatsTest::largeWorkflowsFitIntoJpeg()
{
    QFETCH(int, size);
    std::string workflow;
    while (int(workflow.size()) < size)
        workflow += std::to_string(workflow.size()) + ',';
    const std::vector<PictureText> texts{ourTexts[0], {"athanor", workflow}};
    const QByteArray bytes = encoded(somePicture(), PictureFormat::Jpeg, texts);
    const PictureInfo info = infoOf(bytes);
    QVERIFY(info.warnings.empty());
    QVERIFY(*findText(info.texts, "parameters") == ourTexts[0].text);
    QVERIFY(*findText(info.texts, "athanor") == workflow);
    QVERIFY(QImage::fromData(bytes, "jpeg").size() == QSize(40, 24)); // other programs read it
}

void PictureFormatsTest::tellsWhatNoJpegHolds()
{
    std::vector<std::string> warnings;
    const std::string prompt(40'000, 'a');
    const std::string fields = "\nSteps: 20, Sampler: Euler, Seed: 7";
    std::string bytes = encodePicture(
        somePicture(), {{"parameters", prompt + fields}, ourTexts[1]}, {PictureFormat::Jpeg, 90}, warnings);
    QCOMPARE(warnings.size(), size_t(1));
    QVERIFY2(warnings[0].find("64 KB") != std::string::npos, warnings[0].c_str());
    QCOMPARE(*findText(infoOf(QByteArray::fromStdString(bytes)).texts, "athanor"), ourTexts[1].text);
    bytes = encodePicture(
        somePicture(), {ourTexts[0], {"athanor", std::string(17 << 20, 'a')}}, {PictureFormat::Jpeg, 90}, warnings);
    QCOMPARE(warnings.size(), size_t(2));
    QVERIFY2(warnings[1].find("17 MB") != std::string::npos, warnings[1].c_str());
    QCOMPARE(*findText(infoOf(QByteArray::fromStdString(bytes)).texts, "parameters"), ourTexts[0].text);
    warnings.clear();
    bytes = encodePicture(somePicture(), {{"parameters", prompt + fields}}, {PictureFormat::Webp, 90}, warnings);
    QVERIFY(warnings.empty());
    QCOMPARE(*findText(infoOf(QByteArray::fromStdString(bytes)).texts, "parameters"), prompt + fields);
    try {
        encodePicture({16'384, 1, std::vector<uint8_t>(16'384 * 3)}, {}, {PictureFormat::Webp, 90}, warnings);
        QFAIL("encoded");
    } catch (const Error& error) {
        QVERIFY2(error.kind == ErrorKind::BadArgument && std::string(error.what()).find("16383") != std::string::npos,
            error.what());
    }
}

void PictureFormatsTest::leavesOutDamagedParts()
{
    const std::vector<PictureText> texts{ourTexts[0], {"athanor", std::string(200'000, 'a')}};
    QByteArray bytes = encoded(somePicture(), PictureFormat::Jpeg, texts);
    const qsizetype second = bytes.indexOf(QByteArray("athanor\0\0\2\0\4", 12));
    QVERIFY(second > 0);
    bytes[second + 9] = 3; // its number
    const PictureInfo info = infoOf(bytes);
    QVERIFY(!findText(info.texts, "athanor"));
    QVERIFY(findText(info.texts, "parameters"));
    QCOMPARE(info.warnings.size(), size_t(1));
    QVERIFY2(info.warnings[0].find("4 parts") != std::string::npos, info.warnings[0].c_str());
}

void PictureFormatsTest::readsForeignFiles()
{
    const std::string a1111 = writeExif({{"parameters", ourTexts[0].text}}); // as exif_test shows
    const std::string comfy = writeExif({{"prompt", "{}"}, {"workflow", R"({"nodes": []})"}});
    const QByteArray jpeg = qtEncoded(QImage(8, 8, QImage::Format_RGB32), "jpeg");
    const PictureInfo photo =
        infoOf(withJpegSegment(jpeg, '\xe1', QByteArray("Exif\0\0", 6) + QByteArray::fromStdString(a1111)));
    QCOMPARE(*findText(photo.texts, "parameters"), ourTexts[0].text);
    const QByteArray plain = encoded(somePicture(8, 8), PictureFormat::Webp);
    for (const char* prefix : {"", "Exif"}) {
        const QByteArray front = *prefix ? QByteArray("Exif\0\0", 6) : QByteArray();
        const PictureInfo webp = infoOf(withWebpExif(plain, 8, 8, front + QByteArray::fromStdString(comfy)));
        QCOMPARE(*findText(webp.texts, "workflow"), std::string(R"({"nodes": []})"));
        QCOMPARE(*findText(webp.texts, "prompt"), std::string("{}"));
    }
}

void PictureFormatsTest::leavesCamerasAlone()
{
    const std::string comment = writeExif({{"parameters", "Holidays: 2024, by the sea"}});
    const QByteArray jpeg = qtEncoded(QImage(8, 8, QImage::Format_RGB32), "jpeg");
    QVERIFY(infoOf(withJpegSegment(jpeg, '\xe1', QByteArray("Exif\0\0", 6) + QByteArray::fromStdString(comment)))
                .texts.empty());
}

ATHANOR_CORE_TEST(PictureFormatsTest)
#include "picture_formats_test.moc"
