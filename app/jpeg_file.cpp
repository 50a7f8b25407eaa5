#include "app/jpeg_file.h"

#include "app/exif.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <QColorSpace>

#include <algorithm>
#include <cassert>
#include <cstdio>
#include <memory>

#include <jpeglib.h>

#include <csetjmp>

namespace athanor {

namespace {

constexpr std::string_view exifName("Exif\0\0", 6), moreName("athanor\0", 8);
constexpr size_t mostInSegment = 65'533, moreHead = 12; // bytes behind a segment's length; of ours in front of its part
constexpr size_t maxSegments = 10'000;
constexpr int maxScans = 500;
constexpr uint64_t maxDecodeBytes = uint64_t(2) << 30;

uint32_t bigEndian16(std::string_view bytes, size_t at)
{
    return uint32_t(uint8_t(bytes[at])) << 8 | uint8_t(bytes[at + 1]);
}

std::string bigEndian16(size_t value)
{
    return {char(value >> 8), char(value)};
}

std::string readBytes(const ByteSource& file, uint64_t at, uint64_t count)
{
    std::string bytes(count, '\0');
    file.read(at, std::as_writable_bytes(std::span(bytes)));
    return bytes;
}

std::string_view coloursOf(int components)
{
    return components == 1 ? "gray" : components == 3 ? "YCbCr" : components == 4 ? "CMYK" : "unknown";
}

// Gathers what the segments before the first scan tell.
class SegmentReader {
public:
    explicit SegmentReader(const ByteSource& file)
        : m_file(file)
    {
        m_info.format = "JPEG";
    }

    PictureInfo read()
    {
        readSegments();
        if (m_info.width == 0 || m_info.height == 0)
            m_file.refuse("the picture is damaged: its header is missing or cut short");
        if (m_partsSeen != m_partsWanted)
            warn("a text is left out: " + std::to_string(m_partsWanted) + " parts are told of, "
                + std::to_string(m_partsSeen) + " are there");
        else if (!m_more.empty())
            take(readExif(m_more), false);
        return std::move(m_info);
    }

private:
    void readSegments()
    {
        uint64_t at = 2;
        for (size_t i = 0; i < maxSegments && m_file.size() - at >= 4; ++i) {
            const std::string head = readBytes(m_file, at, 4);
            const auto marker = uint8_t(head[1]);
            if (uint8_t(head[0]) != 0xff || marker == 0xda || marker == 0xd9) // the picture itself, or its end
                return;
            if (marker == 0xff || marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8)) { // filling; without length
                at += marker == 0xff ? 1 : 2;
                continue;
            }
            const uint64_t length = bigEndian16(head, 2);
            if (length < 2 || length > m_file.size() - at - 2)
                return;
            readSegment(marker, readBytes(m_file, at + 4, length - 2));
            at += 2 + length;
        }
    }

    void readSegment(uint8_t marker, std::string_view data)
    {
        const bool isFrame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
        if (isFrame && data.size() >= 6 && m_info.width == 0) {
            m_info.bitDepth = uint8_t(data[0]);
            m_info.height = bigEndian16(data, 1);
            m_info.width = bigEndian16(data, 3);
            m_info.colours = coloursOf(uint8_t(data[5]));
            m_info.interlaced = marker == 0xc2 || marker == 0xc6 || marker == 0xca || marker == 0xce;
        } else if (marker == 0xe1 && data.starts_with(exifName)) {
            take(readExif(data), true);
        } else if (marker == 0xe2 && data.starts_with(std::string_view("ICC_PROFILE\0", 12))) {
            m_info.hasProfile = true;
        } else if (marker == 0xe9 && data.starts_with(moreName) && data.size() >= moreHead) {
            m_partsWanted = bigEndian16(data, 10);
            if (bigEndian16(data, 8) == m_partsSeen + 1 && m_more.size() + data.size() <= maxPictureTextBytes) {
                m_more += data.substr(moreHead);
                ++m_partsSeen;
            }
        }
    }

    void take(ExifData exif, bool turns)
    {
        if (turns)
            m_info.orientation = exif.orientation;
        std::ranges::move(exif.texts, std::back_inserter(m_info.texts));
        std::ranges::move(exif.warnings, std::back_inserter(m_info.warnings));
    }

    void warn(std::string sentence) { m_info.warnings.push_back(std::move(sentence)); }

    const ByteSource& m_file;
    PictureInfo m_info;
    std::string m_more;
    uint32_t m_partsSeen = 0, m_partsWanted = 0;
};

std::string segment(uint8_t marker, std::string_view name, std::string_view data)
{
    assert(name.size() + data.size() <= mostInSegment);
    std::string bytes{char(0xff), char(marker)};
    return bytes.append(bigEndian16(2 + name.size() + data.size())).append(name).append(data);
}

std::string numberedSegments(std::string_view block)
{
    constexpr size_t most = mostInSegment - moreHead;
    const size_t count = (block.size() + most - 1) / most;
    std::string segments;
    for (size_t i = 0; i < count; ++i)
        segments += segment(
            0xe9, std::string(moreName) + bigEndian16(i + 1) + bigEndian16(count), block.substr(i * most, most));
    return segments;
}

std::string textSegments(const std::vector<PictureText>& texts, std::vector<std::string>& warnings)
{
    constexpr size_t most = mostInSegment - exifName.size();
    const std::string all = writeExif(texts);
    if (all.empty())
        return {};
    if (all.size() <= most)
        return segment(0xe1, exifName, all);
    std::vector<PictureText> parameters, others;
    for (const PictureText& text : texts)
        (text.key == parametersKey ? parameters : others).push_back(text);
    std::string first = writeExif(parameters);
    const std::string more = writeExif(others);
    if (first.size() > most) {
        warnings.push_back("the prompt and its settings are not in the JPEG, which holds 64 KB of them: they take "
            + std::to_string(first.size() / 1024) + " KB; PNG and WebP hold them");
        first.clear();
    }
    if (more.size() > maxPictureTextBytes)
        warnings.push_back("the workflow is not in the JPEG, which holds 16 MB of it: it takes "
            + std::to_string(more.size() >> 20) + " MB");
    return (first.empty() ? "" : segment(0xe1, exifName, first))
        + (more.size() > maxPictureTextBytes ? "" : numberedSegments(more));
}

// The library's way out of an error is a jump; no object with a destructor may live in a function that it leaves.
struct Failure {
    jpeg_error_mgr manager; // first, so that its address is this one's
    jmp_buf jump;
    char text[JMSG_LENGTH_MAX] = {};
    char warning[JMSG_LENGTH_MAX] = {}; // the first
};

Failure& failureOf(j_common_ptr info)
{
    return *reinterpret_cast<Failure*>(info->err);
}

extern "C" {

static void onError(j_common_ptr info)
{
    Failure& failure = failureOf(info);
    failure.manager.format_message(info, failure.text);
    longjmp(failure.jump, 1);
}

static void onMessage(j_common_ptr info, int level)
{
    Failure& failure = failureOf(info);
    if (level < 0 && failure.manager.num_warnings++ == 0)
        failure.manager.format_message(info, failure.warning);
}

static void onProgress(j_common_ptr info)
{
    if (!info->is_decompressor || reinterpret_cast<j_decompress_ptr>(info)->input_scan_number <= maxScans)
        return;
    Failure& failure = failureOf(info);
    std::snprintf(failure.text, sizeof failure.text, "it has more than %d scans", maxScans);
    longjmp(failure.jump, 1);
}
}

jpeg_error_mgr* prepare(Failure& failure)
{
    jpeg_std_error(&failure.manager);
    failure.manager.error_exit = onError;
    failure.manager.emit_message = onMessage;
    return &failure.manager;
}

struct Encoder {
    jpeg_compress_struct info{};
    Failure failure{};
    unsigned char* bytes = nullptr;
    unsigned long size = 0;

    Encoder() { info.err = prepare(failure); }
    ~Encoder()
    {
        jpeg_destroy_compress(&info);
        std::free(bytes);
    }
    Encoder(const Encoder&) = delete;
    Encoder& operator=(const Encoder&) = delete;
};

bool encode(Encoder& encoder, const RgbImage& image, int quality)
{
    constexpr int fullColours = 90; // quality from which colours are not halved
    jpeg_compress_struct& info = encoder.info;
    if (setjmp(encoder.failure.jump))
        return false;
    jpeg_create_compress(&info);
    jpeg_mem_dest(&info, &encoder.bytes, &encoder.size);
    info.image_width = JDIMENSION(image.width);
    info.image_height = JDIMENSION(image.height);
    info.input_components = 3;
    info.in_color_space = JCS_RGB;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, quality, TRUE);
    info.optimize_coding = TRUE;
    if (quality >= fullColours)
        info.comp_info[0].h_samp_factor = info.comp_info[0].v_samp_factor = 1;
    jpeg_start_compress(&info, TRUE);
    while (info.next_scanline < info.image_height) {
        auto* row = const_cast<JSAMPROW>(image.pixels.data() + size_t(info.next_scanline) * size_t(image.width) * 3);
        jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
    return true;
}

struct Decoder {
    jpeg_decompress_struct info{};
    jpeg_progress_mgr progress{};
    Failure failure{};
    JOCTET* profile = nullptr;
    unsigned profileBytes = 0;

    Decoder()
    {
        info.err = prepare(failure);
        progress.progress_monitor = onProgress;
    }
    ~Decoder()
    {
        jpeg_destroy_decompress(&info);
        std::free(profile);
    }
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;
};

bool readHeader(Decoder& decoder, const std::vector<std::byte>& bytes)
{
    jpeg_decompress_struct& info = decoder.info;
    if (setjmp(decoder.failure.jump))
        return false;
    jpeg_create_decompress(&info);
    info.progress = &decoder.progress;
    jpeg_mem_src(&info, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    jpeg_save_markers(&info, JPEG_APP0 + 2, 0xffff);
    jpeg_read_header(&info, TRUE);
    const long before = decoder.failure.manager.num_warnings;
    jpeg_read_icc_profile(&info, &decoder.profile, &decoder.profileBytes);
    decoder.failure.manager.num_warnings = before; // the picture is none the worse
    if (before == 0)
        decoder.failure.warning[0] = 0;
    const bool isCmyk = info.jpeg_color_space == JCS_CMYK || info.jpeg_color_space == JCS_YCCK;
    info.out_color_space = isCmyk ? JCS_CMYK : JCS_RGB;
    jpeg_calc_output_dimensions(&info);
    return true;
}

// Programs that mark their files as Adobe's store 255 − ink.
void toRgb(const uint8_t* cmyk, uint8_t* rgb, int width, bool inverted)
{
    for (int x = 0; x < width; ++x, cmyk += 4, rgb += 3)
        for (int c = 0; c < 3; ++c)
            rgb[c] = uint8_t((inverted ? cmyk[c] * cmyk[3] : (255 - cmyk[c]) * (255 - cmyk[3])) / 255);
}

// `row` has room for a line of four channels.
bool readPixels(Decoder& decoder, uint8_t* pixels, qsizetype lineBytes, uint8_t* row)
{
    jpeg_decompress_struct& info = decoder.info;
    if (setjmp(decoder.failure.jump))
        return false;
    jpeg_start_decompress(&info);
    while (info.output_scanline < info.output_height) {
        uint8_t* line = pixels + qsizetype(info.output_scanline) * lineBytes;
        JSAMPROW target = info.out_color_space == JCS_CMYK ? row : line;
        jpeg_read_scanlines(&info, &target, 1);
        if (info.out_color_space == JCS_CMYK)
            toRgb(row, line, int(info.output_width), info.saw_Adobe_marker);
    }
    jpeg_finish_decompress(&info);
    return true;
}

}

bool isJpeg(const ByteSource& file)
{
    return file.size() >= 3 && readBytes(file, 0, 3) == "\xff\xd8\xff";
}

PictureInfo readJpegInfo(const ByteSource& file)
{
    return SegmentReader(file).read();
}

std::string encodeJpeg(
    const RgbImage& image, int quality, const std::vector<PictureText>& texts, std::vector<std::string>& warnings)
{
    Encoder encoder;
    if (!encode(encoder, image, quality))
        throw Error(ErrorKind::OutOfMemory, std::string("cannot encode the picture as JPEG: ") + encoder.failure.text);
    const std::string_view bytes(reinterpret_cast<const char*>(encoder.bytes), encoder.size);
    constexpr size_t begin = 20; // behind the start and the JFIF segment, which comes first
    assert(bytes.substr(6, 4) == "JFIF");
    return std::string(bytes.substr(0, begin)) + textSegments(texts, warnings) + std::string(bytes.substr(begin));
}

QImage decodeJpeg(const ByteSource& file, std::vector<std::string>& warnings)
{
    const std::vector<std::byte> bytes = file.read(0, file.size());
    const auto decoder = std::make_unique<Decoder>();
    const auto damaged = [&] {
        file.refuse(std::string("the picture is damaged: ") + printable(decoder->failure.text));
    };
    if (!readHeader(*decoder, bytes))
        damaged();
    const jpeg_decompress_struct& info = decoder->info;
    const uint64_t pixels = uint64_t(info.image_width) * info.image_height;
    const uint64_t needed =
        pixels * 3 + (jpeg_has_multiple_scans(&decoder->info) ? pixels * 2 * uint64_t(info.num_components) : 0);
    if (needed > maxDecodeBytes)
        file.refuse("decoding this picture takes " + std::to_string(needed >> 20) + " MiB of memory; the limit is "
            + std::to_string(maxDecodeBytes >> 20) + ". Save it as a baseline JPEG");
    QImage picture(int(info.output_width), int(info.output_height), QImage::Format_RGB888);
    if (picture.isNull())
        throw Error(ErrorKind::OutOfMemory, "not enough memory for the picture " + printable(file.path()));
    picture.fill(Qt::gray);
    std::vector<uint8_t> row(size_t(info.output_width) * 4);
    if (!readPixels(*decoder, picture.bits(), picture.bytesPerLine(), row.data()))
        damaged();
    if (*decoder->failure.warning)
        warnings.push_back(std::string("the picture is damaged: ") + printable(decoder->failure.warning));
    if (decoder->profile && info.out_color_space != JCS_CMYK)
        picture.setColorSpace(QColorSpace::fromIccProfile(
            QByteArray(reinterpret_cast<const char*>(decoder->profile), qsizetype(decoder->profileBytes))));
    return picture;
}

}
