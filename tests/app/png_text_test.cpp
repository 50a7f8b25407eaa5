#include "app/pictures/png_text.h"

#include "render/error.h"
#include "tests/support/png_chunks.h"
#include "tests/support/test_program.h"

#include <QBuffer>
#include <QImage>
#include <QTest>

using namespace athanor;

namespace {

PictureInfo infoIn(const QByteArray& bytes)
{
    return readPngInfo(ByteSource("test.png", std::as_bytes(std::span(bytes.constData(), size_t(bytes.size())))));
}

QByteArray emptyPicture()
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QImage picture(3, 2, QImage::Format_RGB888);
    picture.fill(Qt::red);
    picture.save(&buffer, "png");
    return bytes;
}

QByteArray zlibOf(const QByteArray& data)
{
    return qCompress(data).mid(4); // without Qt's length in front
}

}

class PngTextTest : public QObject {
    Q_OBJECT
private slots:
    void textComesBack_data();
    void textComesBack();
    void readsEveryKind();
    void readsUtf8WhereLatin1Belongs();
    void leavesOutBadTexts_data();
    void leavesOutBadTexts();
    void toleratesWrongEnds_data();
    void toleratesWrongEnds();
    void refusesBadHeaders_data();
    void refusesBadHeaders();
    void countsTexts();
};

void PngTextTest::textComesBack_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("type");
    QTest::newRow("ASCII with lines") << "a\n\nb: \"c\"\r\n\tend" << QByteArray("tEXt");
    QTest::newRow("Latin-1") << QString::fromUtf8("é ÿ \u00a0 ß") << QByteArray("tEXt");
    QTest::newRow("beyond Latin-1") << QString::fromUtf8("赤い家\n🏠 Ā") << QByteArray("iTXt");
    QTest::newRow("Latin-1 that looks like UTF-8") << QString::fromUtf8("Ã© Â°") << QByteArray("iTXt");
    QTest::newRow("long") << QString(100'000, 'x') << QByteArray("tEXt");
    QTest::newRow("empty") << "" << QByteArray("tEXt");
}

void PngTextTest::textComesBack()
{
    QFETCH(QString, text);
    QFETCH(QByteArray, type);
    const QByteArray picture = emptyPicture();
    const QByteArray bytes =
        QByteArray::fromStdString(withPngText(picture.toStdString(), {"parameters", text.toStdString()}));
    QVERIFY(bytes.contains(type + "parameters"));
    const PictureInfo info = infoIn(bytes);
    QCOMPARE(info.width, 3u);
    QCOMPARE(info.height, 2u);
    QCOMPARE(info.colours, std::string_view("RGB"));
    QVERIFY(info.warnings.empty());
    QCOMPARE(info.texts.size(), size_t(1));
    QCOMPARE(info.texts[0].key, std::string("parameters"));
    QCOMPARE(QString::fromStdString(info.texts[0].text), text);
    // libpng, through Qt, agrees that the file and its checksums are right.
    const QImage again = QImage::fromData(bytes, "png");
    QVERIFY(again == QImage::fromData(picture, "png"));
    QCOMPARE(again.text("parameters"), text);
}

void PngTextTest::readsEveryKind()
{
    const PictureInfo info = infoIn(
        pngWith(pngChunk("tEXt", QByteArray("a\0\xe9", 3)) + pngChunk("zTXt", QByteArray("b\0\0", 3) + zlibOf("packed"))
            + pngChunk("iTXt", QByteArray("c\0\0\0en\0title\0\xc4\x80", 15))
            + pngChunk("iTXt", QByteArray("d\0\1\0\0\0", 6) + zlibOf("\xc4\x80"))));
    QCOMPARE(info.texts.size(), size_t(4));
    QCOMPARE(info.texts[0].text, std::string("é"));
    QCOMPARE(info.texts[1].text, std::string("packed"));
    QCOMPARE(info.texts[2].text, std::string("Ā"));
    QCOMPARE(info.texts[3].text, std::string("Ā"));
    QVERIFY(info.warnings.empty());
}

// As many programs write it; what is no UTF-8 is Latin-1, as the specification has it.
void PngTextTest::readsUtf8WhereLatin1Belongs()
{
    const std::string words = "テスト, café 🏠";
    const QByteArray utf8 = QByteArray::fromStdString(words);
    const PictureInfo info = infoIn(pngWith(pngChunk("tEXt", QByteArray("a\0", 2) + utf8)
        + pngChunk("zTXt", QByteArray("b\0\0", 3) + zlibOf(utf8)) + pngChunk("tEXt", QByteArray("c\0caf\xe9", 6))));
    QVERIFY(info.warnings.empty());
    QCOMPARE(info.texts.size(), size_t(3));
    QCOMPARE(info.texts[0].text, words);
    QCOMPARE(info.texts[1].text, words);
    QCOMPARE(info.texts[2].text, std::string("café"));
}

void PngTextTest::leavesOutBadTexts_data()
{
    QTest::addColumn<QByteArray>("chunk");
    const QByteArray bomb = zlibOf(QByteArray(20 << 20, 'x'));
    QByteArray wrongSum = pngChunk("tEXt", QByteArray("a\0b", 3));
    wrongSum.back() = char(wrongSum.back() ^ 1);
    QTest::newRow("wrong checksum") << wrongSum;
    QTest::newRow("100 MB") << pngChunk("tEXt", QByteArray("a\0", 2) + QByteArray(100'000'000, 'x'));
    QTest::newRow("packed bomb") << pngChunk("zTXt", QByteArray("a\0\0", 3) + bomb);
    QTest::newRow("packed bomb, international") << pngChunk("iTXt", QByteArray("a\0\1\0\0\0", 6) + bomb);
    QTest::newRow("packed, cut short") << pngChunk("zTXt", QByteArray("a\0\0", 3) + zlibOf("packed").chopped(6));
    QTest::newRow("no key") << pngChunk("tEXt", QByteArray("\0b", 2));
    QTest::newRow("no end of key") << pngChunk("tEXt", "abc");
    QTest::newRow("key too long") << pngChunk("tEXt", QByteArray(80, 'k') + QByteArray("\0b", 2));
    QTest::newRow("unknown packing") << pngChunk("zTXt", QByteArray("a\0\1", 3) + zlibOf("x"));
    QTest::newRow("no text at all") << pngChunk("zTXt", QByteArray("a\0", 2));
    QTest::newRow("international, cut") << pngChunk("iTXt", QByteArray("a\0\0\0en", 6));
    QTest::newRow("not UTF-8") << pngChunk("iTXt", QByteArray("a\0\0\0\0\0\xff", 7));
}

void PngTextTest::leavesOutBadTexts()
{
    QFETCH(QByteArray, chunk);
    const PictureInfo info = infoIn(pngWith(chunk + pngChunk("tEXt", QByteArray("good\0text", 9))));
    QCOMPARE(info.texts.size(), size_t(1));
    QCOMPARE(info.texts[0].key, std::string("good"));
    QCOMPARE(info.warnings.size(), size_t(1));
}

void PngTextTest::toleratesWrongEnds_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const QByteArray good = pngWith(pngChunk("tEXt", QByteArray("a\0b", 3)));
    QTest::newRow("no last chunk") << good.chopped(12);
    QTest::newRow("cut inside the last chunk") << good.chopped(5);
    QTest::newRow("length 2^31 - 1") << good.chopped(12) + bigEndian(0x7fffffff) + "tEXtabc";
    QTest::newRow("length 2^32 - 1") << good.chopped(12) + bigEndian(0xffffffff) + "\x1b[2Jabcdef";
}

void PngTextTest::toleratesWrongEnds()
{
    QFETCH(QByteArray, bytes);
    const PictureInfo info = infoIn(bytes);
    QCOMPARE(info.width, 64u);
    QCOMPARE(info.texts.size(), size_t(1));
    QCOMPARE(info.warnings.size(), size_t(1));
    QVERIFY(info.warnings[0].find('\x1b') == std::string::npos);
}

void PngTextTest::refusesBadHeaders_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const QByteArray good = pngWith({});
    QByteArray wrongSum = good;
    wrongSum[30] = char(wrongSum[30] ^ 1);
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("signature alone") << good.first(8);
    QTest::newRow("cut in the header") << good.first(32);
    QTest::newRow("wrong checksum") << wrongSum;
    QTest::newRow("not a PNG") << QByteArray(100, 'x');
    const auto header = [](quint32 width, quint32 height, char colours) {
        const QByteArray data = bigEndian(width) + bigEndian(height) + '\x08' + colours + QByteArray(3, 0);
        return "\x89PNG\r\n\x1a\n" + pngChunk("IHDR", data) + pngChunk("IEND", {});
    };
    QTest::newRow("no width") << header(0, 1, 2);
    QTest::newRow("height 2^31") << header(1, 0x80000000, 2);
    QTest::newRow("unknown colours") << header(1, 1, 5);
}

void PngTextTest::refusesBadHeaders()
{
    QFETCH(QByteArray, bytes);
    try {
        infoIn(bytes);
        QFAIL("accepted");
    } catch (const Error& error) {
        QCOMPARE(error.kind, ErrorKind::BadFile);
        QVERIFY(std::string(error.what()).starts_with("test.png"));
    }
}

void PngTextTest::countsTexts()
{
    const QByteArray chunk = pngChunk("tEXt", QByteArray("a\0b", 3));
    const PictureInfo atLimit = infoIn(pngWith(chunk.repeated(maxPictureTexts)));
    QCOMPARE(atLimit.texts.size(), maxPictureTexts);
    const PictureInfo beyond = infoIn(pngWith(chunk.repeated(5000)));
    QCOMPARE(beyond.texts.size(), maxPictureTexts);
    QVERIFY(beyond.warnings.back().find("more than 256 texts") != std::string::npos);
}

ATHANOR_TEST(PngTextTest)
#include "png_text_test.moc"
