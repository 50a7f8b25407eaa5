#include "app/pictures/png_file.h"

#include "app/pictures/png_text.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <vector>

#include <png.h>
#include <zlib.h>

#include <csetjmp>

namespace athanor {

namespace {

constexpr uint64_t signatureBytes = 8, chunkExtra = 12; // length, name and checksum of a chunk
constexpr size_t maxColourBytes = 16 << 20; // of a profile

// The library's way out of an error is a jump; no object with a destructor may live in a function that it leaves.
struct PngDecoder {
    explicit PngDecoder(const ByteSource& source);
    ~PngDecoder() { png_destroy_read_struct(&png, &header, nullptr); }
    PngDecoder(const PngDecoder&) = delete;
    PngDecoder& operator=(const PngDecoder&) = delete;

    void readBytes(png_bytep out, size_t count);

    const ByteSource& file;
    png_structp png = nullptr;
    png_infop header = nullptr;
    jmp_buf jump;
    char text[200] = {};
    bool outOfMemory = false;
    std::exception_ptr readError;
    std::array<std::byte, 65'536> block;
    uint64_t at = 0; // of the file
    size_t blockAt = 0, blockEnd = 0;
};

PngDecoder& decoderOf(png_structp png)
{
    return *static_cast<PngDecoder*>(png_get_error_ptr(png));
}

extern "C" {

static void onPngError(png_structp png, png_const_charp text)
{
    PngDecoder& decoder = decoderOf(png);
    std::snprintf(decoder.text, sizeof decoder.text, "%s", text);
    longjmp(decoder.jump, 1);
}

static void onPngWarning(png_structp, png_const_charp) { }

static png_voidp onPngAllocate(png_structp png, png_alloc_size_t bytes)
{
    void* memory = std::malloc(bytes);
    if (!memory)
        static_cast<PngDecoder*>(png_get_mem_ptr(png))->outOfMemory = true;
    return memory;
}

static void onPngFree(png_structp, png_voidp memory)
{
    std::free(memory);
}

static void onPngRead(png_structp png, png_bytep out, size_t count)
{
    PngDecoder& decoder = decoderOf(png);
    try {
        decoder.readBytes(out, count);
        return;
    } catch (...) { // must not pass through the library
        decoder.readError = std::current_exception();
    }
    png_error(png, "cannot read");
}
}

PngDecoder::PngDecoder(const ByteSource& source)
    : file(source)
    , png(png_create_read_struct_2(
          PNG_LIBPNG_VER_STRING, this, onPngError, onPngWarning, this, onPngAllocate, onPngFree))
    , header(png ? png_create_info_struct(png) : nullptr)
{
    if (!header) {
        png_destroy_read_struct(&png, nullptr, nullptr);
        throw std::bad_alloc();
    }
    png_set_read_fn(png, this, onPngRead);
}

void PngDecoder::readBytes(png_bytep out, size_t count)
{
    while (count > 0) {
        if (blockAt == blockEnd) {
            const size_t next = size_t(std::min<uint64_t>(block.size(), file.size() - at));
            if (next == 0)
                file.refuse("the picture is damaged: the file ends early");
            file.read(at, std::span(block).first(next));
            at += next;
            blockAt = 0;
            blockEnd = next;
        }
        const size_t part = std::min(count, blockEnd - blockAt);
        std::memcpy(out, block.data() + blockAt, part);
        blockAt += part;
        out += part;
        count -= part;
    }
}

// What the lines look like once the library has unpacked them.
struct PngLines {
    QImage::Format format = QImage::Format_Invalid;
    int width = 0, height = 0, passes = 1;
    size_t pixelBytes = 0;
    bool hidesGray = false; // pixels of the transparent gray become black
};

QImage::Format formatOf(int depth, bool isGray, bool hasAlpha)
{
    if (depth == 16)
        return hasAlpha ? QImage::Format_RGBA64 : isGray ? QImage::Format_Grayscale16 : QImage::Format_RGBX64;
    return hasAlpha ? QImage::Format_ARGB32 : isGray ? QImage::Format_Grayscale8 : QImage::Format_RGB888;
}

bool readPngHeader(PngDecoder& decoder, PngLines& lines)
{
    constexpr png_alloc_size_t mostAtOnce = 8 << 20; // of a chunk
    static const png_byte passedOver[] = "tEXt\0zTXt\0iTXt\0iCCP\0sPLT\0eXIf";
    if (setjmp(decoder.jump))
        return false;
    png_structp png = decoder.png;
    png_set_option(png, PNG_MAXIMUM_INFLATE_WINDOW, PNG_OPTION_ON); // some writers tell too small a window
    png_set_chunk_malloc_max(png, mostAtOnce);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, passedOver, 6);
    png_read_info(png, decoder.header);
    const png_byte colours = png_get_color_type(png, decoder.header);
    const png_byte depth = png_get_bit_depth(png, decoder.header);
    const bool isGray = (colours & PNG_COLOR_MASK_COLOR) == 0;
    const bool marksColour = png_get_valid(png, decoder.header, PNG_INFO_tRNS) != 0;
    const bool hasAlpha = (colours & PNG_COLOR_MASK_ALPHA) != 0 || marksColour;
    lines.width = int(png_get_image_width(png, decoder.header));
    lines.height = int(png_get_image_height(png, decoder.header));
    lines.passes = png_get_interlace_type(png, decoder.header) == PNG_INTERLACE_ADAM7 ? PNG_INTERLACE_ADAM7_PASSES : 1;
    lines.format = formatOf(depth, isGray, hasAlpha);
    lines.hidesGray = isGray && marksColour && depth > 1 && depth <= 8;
    png_set_expand(png); // palettes, few bits a pixel, transparent colours
    if (isGray && hasAlpha)
        png_set_gray_to_rgb(png);
    if (depth == 16) {
        if (!isGray && !hasAlpha)
            png_set_filler(png, 0xffff, PNG_FILLER_AFTER);
        if (std::endian::native == std::endian::little)
            png_set_swap(png);
    } else if (hasAlpha && std::endian::native == std::endian::little) {
        png_set_bgr(png);
    } else if (hasAlpha) {
        png_set_swap_alpha(png);
    }
    png_read_update_info(png, decoder.header);
    lines.pixelBytes = size_t(png_get_channels(png, decoder.header)) * (depth == 16 ? 2 : 1);
    return png_get_rowbytes(png, decoder.header) == size_t(lines.width) * lines.pixelBytes;
}

// `whole`: null, or room for a line of the picture, of which the line of a pass is the first `bytes`.
bool readPngLines(
    PngDecoder& decoder, uint8_t* first, qsizetype lineBytes, int count, uint8_t* whole = nullptr, size_t bytes = 0)
{
    if (setjmp(decoder.jump))
        return false;
    for (int i = 0; i < count; ++i) {
        png_read_row(decoder.png, whole ? whole : first + i * lineBytes, nullptr);
        if (whole)
            std::memcpy(first + i * lineBytes, whole, bytes);
    }
    return true;
}

void requireDone(const PngDecoder& decoder, bool done)
{
    if (done)
        return;
    if (decoder.outOfMemory)
        throw std::bad_alloc();
    if (decoder.readError)
        std::rethrow_exception(decoder.readError);
    decoder.file.refuse("the picture is damaged: " + printable(decoder.text));
}

void hideGray(QImage& strip)
{
    for (int y = 0; y < strip.height(); ++y) {
        auto* line = reinterpret_cast<QRgb*>(strip.scanLine(y));
        for (int x = 0; x < strip.width(); ++x)
            line[x] = qAlpha(line[x]) == 0 ? 0 : line[x];
    }
}

void readPass(PngDecoder& decoder, const PngLines& lines, StripPlace place, PictureRows& rows)
{
    const int columns = (lines.width - place.x + place.columnStep - 1) / place.columnStep;
    const int end = (lines.height - place.y + place.rowStep - 1) / place.rowStep;
    if (columns <= 0) // there are no lines, either
        return;
    const size_t bytes = size_t(columns) * lines.pixelBytes;
    std::vector<uint8_t> whole(lines.passes > 1 ? size_t(lines.width) * lines.pixelBytes : 0);
    for (int done = 0; done < end;) {
        const int count = std::min(PictureRows::rowsAtOnce(columns), end - done);
        QImage strip(columns, count, lines.format);
        if (strip.isNull())
            throw std::bad_alloc();
        requireDone(decoder,
            readPngLines(
                decoder, strip.bits(), strip.bytesPerLine(), count, whole.empty() ? nullptr : whole.data(), bytes));
        if (lines.hidesGray)
            hideGray(strip);
        rows.add(place, std::move(strip));
        place.y += count * place.rowStep;
        done += count;
    }
}

// The chunks of the file that tell of its colours, as they are.
std::string colourChunks(const ByteSource& file)
{
    std::string chunks;
    for (uint64_t at = signatureBytes; file.size() - at >= chunkExtra;) {
        std::array<std::byte, 8> head;
        file.read(at, head);
        uint64_t length = 0;
        for (int i = 0; i < 4; ++i)
            length = length << 8 | std::to_integer<uint64_t>(head[size_t(i)]);
        const std::string_view name(reinterpret_cast<const char*>(head.data()) + 4, 4);
        if (name == "IDAT" || length > file.size() - at - chunkExtra)
            break;
        const bool tells = name == "gAMA" || name == "cHRM" || name == "sRGB" || name == "iCCP" || name == "cICP";
        if (tells && chunks.size() + length <= maxColourBytes) {
            const std::vector<std::byte> chunk = file.read(at, length + chunkExtra);
            chunks.append(reinterpret_cast<const char*>(chunk.data()), chunk.size());
        }
        at += chunkExtra + length;
    }
    return chunks;
}

// As Qt takes them: it reads a picture of one pixel with these chunks.
QColorSpace pngColours(const ByteSource& file, bool isGray)
{
    const std::string chunks = colourChunks(file);
    if (chunks.empty())
        return {};
    const Bytef line[4] = {};
    Bytef packed[64];
    uLongf size = sizeof packed;
    compress(packed, &size, line, isGray ? 2 : 4);
    const std::string header =
        std::string("IHDR\0\0\0\1\0\0\0\1\x08", 13) + (isGray ? '\0' : '\2') + std::string(3, '\0');
    const std::string png = std::string("\x89PNG\r\n\x1a\n", signatureBytes) + pngChunk(header) + chunks
        + pngChunk("IDAT" + std::string(reinterpret_cast<const char*>(packed), size)) + pngChunk("IEND");
    return QImage::fromData(reinterpret_cast<const uchar*>(png.data()), int(png.size()), "png").colorSpace();
}

}

void decodePng(const ByteSource& file, bool isGray, PictureRows& rows)
{
    rows.setColours(pngColours(file, isGray));
    const auto decoder = std::make_unique<PngDecoder>(file);
    PngLines lines;
    requireDone(*decoder, readPngHeader(*decoder, lines));
    if (lines.width != rows.width() || lines.height != rows.height())
        file.refuse("the picture is damaged: two sizes are told");
    if (lines.passes == 1)
        return readPass(*decoder, lines, {}, rows);
    for (int pass = 0; pass < lines.passes; ++pass)
        readPass(*decoder, lines,
            {PNG_PASS_START_ROW(pass), PNG_PASS_ROW_OFFSET(pass), PNG_PASS_START_COL(pass), PNG_PASS_COL_OFFSET(pass)},
            rows);
}

}
