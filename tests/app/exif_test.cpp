// The texts in Exif blocks: those of A1111 and ComfyUI, made here byte by byte, ours, and damaged ones.
#include "app/pictures/exif.h"

#include "tests/support/test_program.h"

#include <QTest>
#include <QtEndian>

using namespace athanor;

namespace {

// A TIFF put together by hand, in either byte order, independent of the program's writer.
struct Block {
    bool bigEndian = true;
    QByteArray bytes = {};

    QByteArray number(quint32 value, int size) const
    {
        QByteArray out(size, 0);
        for (int i = 0; i < size; ++i)
            out[bigEndian ? size - 1 - i : i] = char(value >> 8 * i);
        return out;
    }
    QByteArray header(quint32 first = 8) const { return (bigEndian ? "MM" : "II") + number(42, 2) + number(first, 4); }
    QByteArray entry(quint16 tag, quint16 type, quint32 count, quint32 value) const
    {
        return number(tag, 2) + number(type, 2) + number(count, 4) + number(value, 4);
    }
};

QByteArray utf16(const QString& text, bool bigEndian)
{
    QByteArray out;
    for (const QChar c : text)
        out += Block{bigEndian}.number(c.unicode(), 2);
    return out;
}

// As piexif writes the user comment for A1111: the folder of Exif behind the first one, the comment behind that.
QByteArray a1111(const QByteArray& comment, bool bigEndian)
{
    const Block b{bigEndian};
    const quint32 exif = 8 + 2 + 12 + 4, data = exif + 2 + 12 + 4;
    return b.header() + b.number(1, 2) + b.entry(0x8769, 4, 1, exif) + b.number(0, 4) + b.number(1, 2)
        + b.entry(0x9286, 7, quint32(comment.size()), data) + b.number(0, 4) + comment;
}

// As ComfyUI has it: 0x0110 "prompt:…" and 0x010F "workflow:…", through Pillow.
QByteArray comfy(const QByteArray& workflow, const QByteArray& prompt, bool bigEndian)
{
    const Block b{bigEndian};
    const QByteArray make = "workflow:" + workflow + '\0', model = "prompt:" + prompt + '\0';
    const quint32 data = 8 + 2 + 24 + 4;
    return b.header() + b.number(2, 2) + b.entry(0x010f, 2, quint32(make.size()), data)
        + b.entry(0x0110, 2, quint32(model.size()), data + quint32(make.size())) + b.number(0, 4) + make + model;
}

ExifData exifIn(const QByteArray& bytes)
{
    return readExif({bytes.constData(), size_t(bytes.size())});
}

const QByteArray unicode("UNICODE\0", 8);

}

class ExifTest : public QObject {
    Q_OBJECT
private slots:
    void readsA1111_data();
    void readsA1111();
    void readsComfyUi();
    void readsTheOrientation_data();
    void readsTheOrientation();
    void ourTextsComeBack_data();
    void ourTextsComeBack();
    void writesAsA1111Does();
    void leavesOutWhatIsDamaged_data();
    void leavesOutWhatIsDamaged();
    void survivesEveryCutAndFlip();
};

void ExifTest::readsA1111_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("text");
    const QString words = QString::fromUtf8("a red house, 赤い家 🏠\nSteps: 20, Seed: 7, Size: 512x512");
    for (const bool big : {true, false}) {
        const char* order = big ? "big-endian" : "little-endian";
        QTest::addRow("UTF-16 in a %s file", order) << a1111(unicode + utf16(words, big), big) << words;
        QTest::addRow("UTF-16 of the other order in a %s file", order)
            << a1111(unicode + utf16(words, !big), big) << words;
        QTest::addRow("with Exif in front, %s", order)
            << QByteArray("Exif\0\0", 6) + a1111(unicode + utf16(words, big), big) << words;
    }
    QTest::newRow("byte order mark") << a1111(unicode + utf16(QChar(0xfeff) + words, true), true) << words;
    QTest::newRow("ends in NUL") << a1111(unicode + utf16(words + QChar(0), true), true) << words;
    QTest::newRow("ASCII") << a1111(QByteArray("ASCII\0\0\0", 8) + "plain words", true) << "plain words";
    QTest::newRow("without the name of a code") << a1111(words.toUtf8(), true) << words;
    QTest::newRow("without it, short") << a1111("words", true) << "words"; // fewer than a code has
    QTest::newRow("ASCII, filled with blanks") << a1111("ASCII   plain words", true) << "plain words";
    QTest::newRow("begins like a code") << a1111("ASCII art of a house", true) << "ASCII art of a house";
    QTest::newRow("not told, UTF-8") << a1111(QByteArray(8, 0) + words.toUtf8(), true) << words;
}

void ExifTest::readsA1111()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, text);
    const ExifData exif = exifIn(bytes);
    QVERIFY(exif.warnings.empty());
    QCOMPARE(exif.texts.size(), size_t(1));
    QCOMPARE(exif.texts[0].key, std::string("parameters"));
    QCOMPARE(QString::fromStdString(exif.texts[0].text), text);
}

void ExifTest::readsComfyUi()
{
    for (const bool big : {true, false}) {
        const ExifData exif = exifIn(comfy(R"({"nodes": [], "a": NaN})", R"({"1": {"class_type": "x:y"}})", big));
        QVERIFY(exif.warnings.empty());
        QCOMPARE(exif.texts.size(), size_t(2));
        QVERIFY((exif.texts[0] == PictureText{"workflow", R"({"nodes": [], "a": NaN})"}));
        QVERIFY((exif.texts[1] == PictureText{"prompt", R"({"1": {"class_type": "x:y"}})"}));
    }
    // A camera's name is none of its texts.
    const Block b;
    const QByteArray camera = b.header() + b.number(1, 2) + b.entry(0x0110, 2, 10, 26) + b.number(0, 4) + "EOS: 5D II";
    QVERIFY(exifIn(camera).texts.empty());
}

void ExifTest::readsTheOrientation_data()
{
    QTest::addColumn<int>("value");
    QTest::addColumn<int>("orientation");
    for (int value : {1, 2, 3, 4, 5, 6, 7, 8})
        QTest::addRow("%d", value) << value << value;
    QTest::newRow("0") << 0 << 1;
    QTest::newRow("9") << 9 << 1;
}

void ExifTest::readsTheOrientation()
{
    QFETCH(int, value);
    QFETCH(int, orientation);
    for (const bool big : {true, false}) {
        const Block b{big};
        const QByteArray bytes = b.header() + b.number(1, 2) + b.entry(0x0112, 3, 1, 0).first(8)
            + b.number(quint32(value), 2) + b.number(0, 2) + b.number(0, 4);
        QCOMPARE(exifIn(bytes).orientation, orientation);
    }
}

void ExifTest::ourTextsComeBack_data()
{
    QTest::addColumn<QStringList>("texts"); // key, text, …
    const QString workflow = QString::fromUtf8("{\"nodes\": [\"ü 赤 🏠\"]}");
    QTest::newRow("none") << QStringList{};
    QTest::newRow("parameters") << QStringList{"parameters", QString::fromUtf8("a\nSteps: 1, Ü 赤 🏠\r\n\t ")};
    QTest::newRow("workflow") << QStringList{"athanor", workflow};
    QTest::newRow("both") << QStringList{"athanor", workflow, "parameters", "x"};
    QTest::newRow("all") << QStringList{"workflow", "{}", "athanor", workflow, "prompt", "{}", "parameters", "x, y"};
    QTest::newRow("a long one") << QStringList{"athanor", QString(3'000'000, 'a')};
    QTest::newRow("one letter") << QStringList{"parameters", "x"};
    QTest::newRow("no letter") << QStringList{"parameters", ""};
}

void ExifTest::ourTextsComeBack()
{
    QFETCH(QStringList, texts);
    std::vector<PictureText> given;
    for (qsizetype i = 0; i < texts.size(); i += 2)
        given.push_back({texts[i].toStdString(), texts[i + 1].toStdString()});
    const std::string block = writeExif(given);
    QCOMPARE(block.empty(), texts.isEmpty());
    QVERIFY(block == writeExif(given));
    if (block.empty())
        return;
    ExifData exif = readExif(block);
    QVERIFY(exif.warnings.empty());
    const auto byKey = [](const PictureText& text) { return text.key; };
    std::ranges::sort(exif.texts, {}, byKey);
    std::ranges::sort(given, {}, byKey);
    QVERIFY(exif.texts == given);
}

void ExifTest::writesAsA1111Does()
{
    const QString words = QString::fromUtf8("a 赤 🏠\nSteps: 20");
    QCOMPARE(QByteArray::fromStdString(writeExif({{"parameters", words.toStdString()}})),
        a1111(unicode + utf16(words, true), true));
    QCOMPARE(QByteArray::fromStdString(writeExif({{"prompt", "{}"}, {"workflow", R"({"a":1})"}})).size(),
        comfy(R"({"a":1})", "{}", true).size() + 1); // filled up to an even size
}

void ExifTest::leavesOutWhatIsDamaged_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const Block b;
    const auto one = [&](const QByteArray& entry) { return b.header() + b.number(1, 2) + entry + b.number(0, 4); };
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("no TIFF") << QByteArray("GIF89a");
    QTest::newRow("wrong version") << QByteArray("MM\0\x2b\0\0\0\x08\0\0", 10);
    QTest::newRow("folder beyond the end") << b.header(0xfffffff0);
    QTest::newRow("folder in the header") << b.header(4);
    QTest::newRow("65,535 entries") << b.header() + b.number(65'535, 2);
    QTest::newRow("text beyond the end") << one(b.entry(0x010f, 2, 100, 8));
    QTest::newRow("2^32 - 1 letters") << one(b.entry(0x010f, 2, 0xffffffff, 8));
    QTest::newRow("2^32 - 1 fractions") << one(b.entry(0x010f, 5, 0xffffffff, 8));
    QTest::newRow("Exif beyond the end") << one(b.entry(0x8769, 4, 1, 0x7fffffff));
    QTest::newRow("lone surrogate") << a1111(unicode + QByteArray("\xd8\0\0a", 4), true);
    QTest::newRow("surrogate at the end") << a1111(unicode + QByteArray("\0a\xd8\0", 4), true);
    QTest::newRow("not UTF-8") << a1111(QByteArray(8, 0) + "a\xff", true);
    QTest::newRow("texts of 17 MiB") << [&] { // ten entries that share their bytes
        const QByteArray text = "athanor:" + QByteArray(2 << 20, 'x');
        QByteArray entries;
        for (int i = 0; i < 10; ++i)
            entries += b.entry(quint16(0x0100 + i), 2, quint32(text.size()), 8 + 2 + 120 + 4);
        return b.header() + b.number(10, 2) + entries + b.number(0, 4) + text;
    }();
}

void ExifTest::leavesOutWhatIsDamaged()
{
    QFETCH(QByteArray, bytes);
    const ExifData exif = exifIn(bytes);
    QCOMPARE(exif.warnings.size(), size_t(1));
    size_t total = 0;
    for (const PictureText& text : exif.texts)
        total += text.text.size();
    QVERIFY(total <= maxPictureTextBytes);
}

void ExifTest::survivesEveryCutAndFlip()
{
    const QByteArray whole = QByteArray::fromStdString(
        writeExif({{"parameters", "a house\nSteps: 20"}, {"athanor", "{}"}, {"prompt", R"({"1": 2})"}}));
    for (qsizetype i = 0; i < whole.size(); ++i) {
        QVERIFY(exifIn(whole.first(i)).texts.size() <= 3);
        for (int bit = 0; bit < 8; ++bit) {
            QByteArray flipped = whole;
            flipped[i] = char(flipped[i] ^ 1 << bit);
            QVERIFY(exifIn(flipped).texts.size() <= 6);
        }
    }
    // A folder that names itself ends.
    const Block b;
    QVERIFY(exifIn(b.header() + b.number(1, 2) + b.entry(0x8769, 4, 1, 8) + b.number(0, 4)).texts.empty());
}

ATHANOR_TEST(ExifTest)
#include "exif_test.moc"
