// Pictures are decoded strip by strip: the same pixels as in one go, and hardly more memory than the result; what is
// cut short is told; and when memory is short, that is what is said.
#include "app/pictures/image_store.h"

#include "app/pictures/picture_rows.h"
#include "tests/support/picture_bytes.h"
#include "tests/support/png_chunks.h"
#include "tests/support/sanitized.h"
#include "tests/support/test_program.h"

#include <QColorSpace>
#include <QImageReader>
#include <QTest>

#include <fstream>
#include <random>

#include <sys/resource.h>
#include <unistd.h>

using namespace athanor;

namespace {

long numberOf(const char* file, const char* name)
{
    std::ifstream lines(file);
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with(name))
            return std::atol(line.c_str() + std::string_view(name).size());
    return 0;
}

// KiB by which the process was at most larger than before while `action` ran.
long growth(const std::function<void()>& action)
{
    std::ofstream("/proc/self/clear_refs") << "5"; // the peak begins anew
    const long before = numberOf("/proc/self/status", "VmRSS:");
    action();
    return numberOf("/proc/self/status", "VmHWM:") - before;
}

QByteArray deflated(const QByteArray& bytes)
{
    return qCompress(bytes, 1).mid(4);
}

struct PngKind {
    int width = 37, height = 21, depth = 8, colours = 2, interlace = 0;

    int lineBytes(int columns) const
    {
        constexpr int channels[] = {1, 0, 3, 1, 2, 0, 4};
        return (columns * depth * channels[colours] + 7) / 8;
    }
    // Lines with their filters, of every pass.
    QByteArray lines(std::minstd_rand& random, bool blank) const
    {
        constexpr int passes[7][4] = {
            {0, 8, 0, 8}, {4, 8, 0, 8}, {0, 4, 4, 8}, {2, 4, 0, 4}, {0, 2, 2, 4}, {1, 2, 0, 2}, {0, 1, 1, 2}};
        QByteArray bytes;
        for (const auto& [x, dx, y, dy] : passes) {
            const int columns = interlace ? (width - x + dx - 1) / dx : width;
            const int rows = interlace ? (height - y + dy - 1) / dy : height;
            for (int row = 0; row < rows && columns > 0; ++row) {
                bytes += char(blank ? 0 : random() % 5);
                if (blank)
                    bytes += QByteArray(lineBytes(columns), '\x55');
                for (int i = 0; !blank && i < lineBytes(columns); ++i)
                    bytes += char(random() >> 8);
            }
            if (!interlace)
                break;
        }
        return bytes;
    }
    QByteArray png(const QByteArray& chunks, bool blank = false) const
    {
        std::minstd_rand random(7);
        const QByteArray header = bigEndian(quint32(width)) + bigEndian(quint32(height)) + char(depth) + char(colours)
            + QByteArray(2, 0) + char(interlace);
        return "\x89PNG\r\n\x1a\n" + pngChunk("IHDR", header) + chunks
            + pngChunk("IDAT", deflated(lines(random, blank))) + pngChunk("IEND", {});
    }
};

// By Qt, in one go.
RgbImage wholeByQt(const std::string& path, const char* format, std::vector<uint8_t>& alpha)
{
    QImageReader reader(QString::fromStdString(path), format);
    QImage picture = reader.read();
    if (picture.isNull())
        qFatal("Qt cannot read it");
    if (picture.colorSpace().isValid() && picture.colorSpace() != QColorSpace::SRgb)
        picture = picture.convertToFormat(picture.hasAlphaChannel() ? QImage::Format_RGBA64 : QImage::Format_RGBX64)
                      .convertedToColorSpace(QColorSpace::SRgb);
    alpha.clear();
    const QImage rgba = picture.convertToFormat(QImage::Format_RGBA8888);
    for (int y = 0; y < rgba.height() && picture.hasAlphaChannel(); ++y)
        for (int x = 0; x < rgba.width(); ++x)
            alpha.push_back(rgba.constScanLine(y)[4 * x + 3]);
    return fromQImage(picture);
}

QByteArray number(quint32 value, int bytes)
{
    QByteArray out;
    for (int i = 0; i < bytes; ++i)
        out += char(value >> 8 * i);
    return out;
}

// 16×5 pixels, of runs where packing is 1 or 2.
QByteArray bmpOf(int bits, int packing = 0, int height = 5, bool old = false)
{
    const int side = std::abs(height);
    QByteArray pixels;
    if (packing == 0) {
        for (int i = 0; i < (16 * bits + 31) / 32 * 4 * side; ++i)
            pixels += char(i * 37);
    } else {
        for (int y = 0; y < side; ++y) {
            pixels += QByteArray("\x05\x21", 2); // five pixels
            pixels += packing == 1 ? QByteArray("\0\x03\1\2\3\0", 6) : QByteArray("\0\x03\x12\x30", 4);
            pixels += QByteArray("\x08\x32\0\0", 4);
        }
        pixels += QByteArray("\0\1", 2);
    }
    QByteArray palette;
    for (int i = 0; bits <= 8 && i < 1 << bits; ++i)
        palette += number(quint32(i * 0x010305), 3) + (old ? QByteArray() : QByteArray(1, 0));
    const QByteArray header = old
        ? number(12, 4) + number(16, 2) + number(quint32(height), 2) + number(1, 2) + number(quint32(bits), 2)
        : number(40, 4) + number(16, 4) + number(quint32(height), 4) + number(1, 2) + number(quint32(bits), 2)
            + number(quint32(packing), 4) + QByteArray(20, 0);
    const qsizetype at = 14 + header.size() + palette.size();
    return "BM" + number(quint32(at + pixels.size()), 4) + number(0, 4) + number(quint32(at), 4) + header + palette
        + pixels;
}

}

class ImageMemoryTest : public QObject {
    Q_OBJECT
private slots:
    void init() { m_files = std::make_unique<PictureFolder>(); }
    void pngsAreAsQtHasThem_data();
    void pngsAreAsQtHasThem();
    void transparentColoursOf16Bits();
    void bmpsAreAsQtHasThemOrTold_data();
    void bmpsAreAsQtHasThemOrTold();
    void takesNoMoreThanTheResult_data();
    void takesNoMoreThanTheResult();
    void refusesByPlan();
    void refusesLyingChunksAtOnce();
    void tellsWhatEndsBehindThePixels();
    void saysThatMemoryIsShort_data();
    void saysThatMemoryIsShort();

private:
    std::unique_ptr<PictureFolder> m_files;
};

void ImageMemoryTest::pngsAreAsQtHasThem_data()
{
    QTest::addColumn<QByteArray>("bytes");
    constexpr std::pair<int, int> kinds[] = {{1, 0}, {2, 0}, {4, 0}, {8, 0}, {16, 0}, {8, 2}, {16, 2}, {1, 3}, {2, 3},
        {4, 3}, {8, 3}, {8, 4}, {16, 4}, {8, 6}, {16, 6}};
    const QByteArray gamma = pngChunk("gAMA", bigEndian(100'000));
    const QByteArray primaries = pngChunk("cHRM",
        bigEndian(31270) + bigEndian(32900) + bigEndian(68000) + bigEndian(32000) + bigEndian(26500) + bigEndian(69000)
            + bigEndian(15000) + bigEndian(6000));
    const QByteArray profile =
        pngChunk("iCCP", QByteArray("p\0\0", 3) + qCompress(QColorSpace(QColorSpace::AdobeRgb).iccProfile()).mid(4));
    for (const std::pair<int, int>& bitsAndColours : kinds)
        for (const int interlace : {0, 1}) {
            const int depth = bitsAndColours.first, colours = bitsAndColours.second;
            const PngKind kind{.depth = depth, .colours = colours, .interlace = interlace};
            QByteArray palette, clear;
            for (int i = 0; colours == 3 && i < 3 << depth; ++i)
                palette += char(i * 53);
            if (colours == 3)
                palette = pngChunk("PLTE", palette), clear = pngChunk("tRNS", QByteArray("\x10\xff", 2));
            else if (colours == 0)
                clear = pngChunk("tRNS", QByteArray("\0\1", 2));
            else if (colours == 2 && depth == 8) // of 16 bits Qt 6.4 takes three numbers for four
                clear = pngChunk("tRNS", QByteArray("\0\1\0\2\0\3", 6));
            const auto add = [&](const char* what, const QByteArray& chunks) {
                QTest::addRow("%d bits, colours %d, interlace %d, %s", depth, colours, interlace, what)
                    << kind.png(chunks);
            };
            add("plain", palette);
            add("gamma", gamma + palette);
            add("primaries", gamma + primaries + palette);
            add("sRGB", gamma + pngChunk("sRGB", QByteArray(1, 0)) + palette);
            if (colours != 0 && colours != 4)
                add("profile", profile + palette);
            if (!clear.isEmpty()) {
                add("transparent", palette + clear);
                add("transparent, gamma", gamma + palette + clear);
            }
        }
}

void ImageMemoryTest::pngsAreAsQtHasThem()
{
    QFETCH(QByteArray, bytes);
    const std::string path = m_files->written(bytes);
    std::vector<uint8_t> alpha, expected;
    const RgbImage image = readImage(path, &alpha), whole = wholeByQt(path, "png", expected);
    QCOMPARE(image.width, whole.width);
    QVERIFY(image.pixels == whole.pixels);
    QVERIFY(alpha == expected);
}

void ImageMemoryTest::transparentColoursOf16Bits()
{
    const PngKind kind{.depth = 16};
    const auto transparent = [](const char* colour) { return pngChunk("tRNS", QByteArray(colour, 6)); };
    std::vector<uint8_t> none, all;
    const RgbImage random = readImage(m_files->written(kind.png({}))),
                   clear = readImage(m_files->written(kind.png(transparent("\0\1\0\2\0\3"))), &none),
                   blank = readImage(m_files->written(kind.png(transparent("UUUUUU"), true)), &all);
    QVERIFY(clear.pixels == random.pixels);
    QCOMPARE(blank.pixels.size(), random.pixels.size());
    QCOMPARE(none, std::vector<uint8_t>(none.size(), 255));
    QCOMPARE(all, std::vector<uint8_t>(random.pixels.size() / 3, 0));
}

void ImageMemoryTest::bmpsAreAsQtHasThemOrTold_data()
{
    QTest::addColumn<QByteArray>("bytes");
    for (const int bits : {1, 4, 8, 16, 24, 32}) {
        QTest::addRow("%d bits", bits) << bmpOf(bits);
        QTest::addRow("%d bits, from the top", bits) << bmpOf(bits, 0, -5);
    }
    QTest::newRow("OS/2") << bmpOf(24, 0, 5, true);
    QTest::newRow("runs of 8 bits") << bmpOf(8, 1);
    QTest::newRow("runs of 4 bits") << bmpOf(4, 2);
    QTest::newRow("large, 24 bits") << qtEncoded(QImage(3000, 700, QImage::Format_RGB888), "bmp"); // many strips
}

void ImageMemoryTest::bmpsAreAsQtHasThemOrTold()
{
    QFETCH(QByteArray, bytes);
    std::vector<uint8_t> none;
    const std::string path = m_files->written(bytes);
    QVERIFY(readImage(path).pixels == wholeByQt(path, "bmp", none).pixels);
    QCOMPARE(infoOf(bytes).width > 0, true);
    const qsizetype step = std::max<qsizetype>(1, bytes.size() / 200);
    // Nobody needs the marks of the last line's end and the picture's, nor the bytes that fill the last line.
    const qsizetype unneeded = QByteArray(QTest::currentDataTag()).startsWith("runs") ? 4 : 2;
    for (qsizetype size = 0; size < bytes.size() - unneeded; size += step) {
        const std::string why = m_files->refusal(bytes.first(size));
        QVERIFY2(!why.empty() && why.find("of another kind") == why.npos, QByteArray::number(size));
    }
}

void ImageMemoryTest::takesNoMoreThanTheResult_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const QByteArray gamma = pngChunk("gAMA", bigEndian(100'000));
    PngKind large{.width = 4096, .height = 4096, .colours = 6};
    QTest::newRow("PNG of RGB, alpha and gamma") << large.png(gamma, true);
    large.depth = 1, large.colours = 0;
    QTest::newRow("PNG of one bit a pixel") << large.png({}, true);
    large.depth = 8, large.interlace = 1, large.colours = 2;
    QTest::newRow("PNG, interlaced") << large.png({}, true);
    QImage plain(4096, 4096, QImage::Format_RGB888);
    plain.fill(Qt::red);
    QTest::newRow("JPEG") << qtEncoded(plain, "jpeg");
    plain.setColorSpace(QColorSpace::AdobeRgb);
    QTest::newRow("JPEG with a profile") << qtEncoded(plain, "jpeg");
    QTest::newRow("BMP") << qtEncoded(plain, "bmp");
}

void ImageMemoryTest::takesNoMoreThanTheResult()
{
    QFETCH(QByteArray, bytes);
    constexpr long extra = 24 << 10; // KiB: strips, tables, the file's own bytes
    const std::string path = m_files->written(bytes);
    readImage(m_files->written(qtEncoded(QImage(2, 2, QImage::Format_RGB32), "png"), "y.png")); // what stays loaded
    RgbImage image;
    const long grown = growth([&] { image = readImage(path); });
    QCOMPARE(image.pixels.size(), size_t(4096) * 4096 * 3);
    const long result = long(image.pixels.size() >> 10);
    QVERIFY2(isSanitized || grown <= result + extra, QByteArray::number(qlonglong(grown)));
}

void ImageMemoryTest::refusesByPlan()
{
    const ByteSource file("x.jpg", {});
    requirePictureMemory(file, maxPictureMemory, "");
    try {
        requirePictureMemory(file, maxPictureMemory + (1 << 20), "Advice");
        QFAIL("not refused");
    } catch (const Error& error) {
        QCOMPARE(error.kind, ErrorKind::BadFile);
        QVERIFY(QByteArray(error.what()).contains("takes 1921 MiB of memory; the limit is 1920. Advice"));
    }
}

// 2³¹ − 1 bytes of text, before and behind the pixels.
void ImageMemoryTest::refusesLyingChunksAtOnce()
{
    const QByteArray png = encoded(somePicture(), PictureFormat::Png), claim = bigEndian(0x7fffffff) + "tEXta";
    const std::string before = m_files->written(png.first(33) + claim + png.mid(33), "before.png");
    const std::string behind = m_files->written(png.chopped(12) + claim + png.last(12), "behind.png");
    const long grown = growth([&] {
        try {
            readImage(before);
            QFAIL("read");
        } catch (const Error& error) {
            QVERIFY2(error.kind == ErrorKind::BadFile, error.what());
        }
        std::vector<std::string> warnings;
        QCOMPARE(readImage(behind, nullptr, &warnings).width, 40);
        QCOMPARE(warnings.size(), size_t(1));
    });
    QVERIFY2(isSanitized || grown < 16 << 10, QByteArray::number(qlonglong(grown)));
}

void ImageMemoryTest::tellsWhatEndsBehindThePixels()
{
    const QByteArray png = encoded(somePicture(), PictureFormat::Png);
    const QByteArray text = pngChunk("tEXt", QByteArray("a\0", 2) + QByteArray(100, 'x'));
    std::vector<std::string> warnings;
    QCOMPARE(m_files->refusal(png.chopped(12) + text.first(60), nullptr, &warnings), std::string());
    QCOMPARE(warnings.size(), size_t(1));
    QVERIFY2(warnings[0].find("ends early") != std::string::npos, warnings[0].c_str());
    for (int missing = 1; missing < 40; ++missing)
        QVERIFY2(!m_files->refusal(png.chopped(missing)).empty(), QByteArray::number(missing));
}

void ImageMemoryTest::saysThatMemoryIsShort_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const PngKind large{.width = 8192, .height = 8192, .depth = 1, .colours = 0};
    QTest::newRow("PNG") << large.png({}, true);
    QImage gray(8192, 8192, QImage::Format_Grayscale8);
    gray.fill(Qt::gray);
    QTest::newRow("JPEG") << qtEncoded(gray, "jpeg");
    QTest::newRow("BMP") << qtEncoded(gray.convertToFormat(QImage::Format_Mono), "bmp");
    QTest::newRow("WebP") << encoded(somePicture(4096, 4096), PictureFormat::Webp);
}

void ImageMemoryTest::saysThatMemoryIsShort()
{
    QFETCH(QByteArray, bytes);
    const std::string path = m_files->written(bytes);
    rlimit before = {};
    getrlimit(RLIMIT_AS, &before);
    const rlim_t used = rlim_t(numberOf("/proc/self/status", "VmSize:")) << 10;
    const rlimit tight{used + (24 << 20) + rlim_t(bytes.size()), before.rlim_max};
    QByteArray text = "read";
    int kind = 0;
    if (!isSanitized)
        setrlimit(RLIMIT_AS, &tight);
    try {
        readImage(path);
    } catch (const Error& error) {
        kind = int(error.kind);
        text = error.what();
    }
    setrlimit(RLIMIT_AS, &before);
    QVERIFY2(isSanitized || kind == int(ErrorKind::OutOfMemory), text);
    QVERIFY2(isSanitized || (text.contains("not enough memory") && text.contains(" MiB")), text);
}

ATHANOR_CORE_TEST(ImageMemoryTest)
#include "image_memory_test.moc"
