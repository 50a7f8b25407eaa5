#include "app/pictures/jpeg_file.h"

#include "app/pictures/jpeg_text.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>

#include <jerror.h>
#include <jpeglib.h>

#include <csetjmp>

namespace athanor {

namespace {

constexpr int maxScans = 500;

// The library's way out of an error is a jump; no object with a destructor may live in a function that it leaves.
struct Failure {
    jpeg_error_mgr manager; // first, so that its address is this one's
    jmp_buf jump;
    char text[JMSG_LENGTH_MAX] = {};
    char warning[JMSG_LENGTH_MAX] = {}; // the first
    bool outOfMemory = false;
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
    failure.outOfMemory = info->err->msg_code == JERR_OUT_OF_MEMORY;
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

bool encode(Encoder& encoder, const RgbImage& image, int quality, const std::vector<JpegSegment>& segments)
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
    for (const JpegSegment& segment : segments)
        jpeg_write_marker(
            &info, segment.marker, reinterpret_cast<const JOCTET*>(segment.data.data()), unsigned(segment.data.size()));
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

bool startPixels(Decoder& decoder)
{
    if (setjmp(decoder.failure.jump))
        return false;
    jpeg_start_decompress(&decoder.info);
    return true;
}

// `row` has room for a line of four channels.
bool readJpegLines(Decoder& decoder, uint8_t* pixels, qsizetype lineBytes, int count, uint8_t* row)
{
    jpeg_decompress_struct& info = decoder.info;
    if (setjmp(decoder.failure.jump))
        return false;
    for (int i = 0; i < count; ++i) {
        uint8_t* line = pixels + i * lineBytes;
        JSAMPROW target = info.out_color_space == JCS_CMYK ? row : line;
        jpeg_read_scanlines(&info, &target, 1);
        if (info.out_color_space == JCS_CMYK)
            toRgb(row, line, int(info.output_width), info.saw_Adobe_marker);
    }
    if (info.output_scanline == info.output_height)
        jpeg_finish_decompress(&info);
    return true;
}

// Of the result, and of what the library keeps of a picture in several scans.
uint64_t jpegMemory(Decoder& decoder)
{
    const jpeg_decompress_struct& info = decoder.info;
    const uint64_t pixels = uint64_t(info.image_width) * info.image_height;
    uint64_t kept = 0;
    for (int i = 0; jpeg_has_multiple_scans(&decoder.info) && i < info.num_components; ++i) {
        const jpeg_component_info& component = info.comp_info[i];
        kept += 2 * pixels * uint64_t(component.h_samp_factor) * uint64_t(component.v_samp_factor)
            / (uint64_t(info.max_h_samp_factor) * uint64_t(info.max_v_samp_factor));
    }
    return pixels * 3 + kept;
}

}

std::string encodeJpeg(
    const RgbImage& image, int quality, const std::vector<PictureText>& texts, std::vector<std::string>& warnings)
{
    const std::vector<JpegSegment> segments = jpegTextSegments(texts, warnings);
    Encoder encoder;
    if (!encode(encoder, image, quality, segments))
        throw Error(ErrorKind::OutOfMemory, std::string("cannot encode the picture as JPEG: ") + encoder.failure.text);
    return {reinterpret_cast<const char*>(encoder.bytes), encoder.size};
}

void decodeJpeg(const ByteSource& file, PictureRows& rows, std::vector<std::string>& warnings)
{
    const std::vector<std::byte> bytes = file.read(0, file.size());
    const auto decoder = std::make_unique<Decoder>();
    const auto require = [&](bool done) {
        if (!done && decoder->failure.outOfMemory)
            throw std::bad_alloc();
        if (!done)
            file.refuse(std::string("the picture is damaged: ") + printable(decoder->failure.text));
    };
    require(readHeader(*decoder, bytes));
    const jpeg_decompress_struct& info = decoder->info;
    const int width = int(info.output_width), height = int(info.output_height);
    if (width != rows.width() || height != rows.height())
        file.refuse("the picture is damaged: two sizes are told");
    requirePictureMemory(file, bytes.size() + jpegMemory(*decoder), "Save it as a baseline JPEG");
    if (decoder->profile && info.out_color_space != JCS_CMYK)
        rows.setColours(QColorSpace::fromIccProfile(
            QByteArray(reinterpret_cast<const char*>(decoder->profile), qsizetype(decoder->profileBytes))));
    require(startPixels(*decoder));
    std::vector<uint8_t> row(size_t(width) * 4);
    for (int y = 0; y < height; y += PictureRows::rowsAtOnce(width)) {
        QImage strip(width, std::min(PictureRows::rowsAtOnce(width), height - y), QImage::Format_RGB888);
        if (strip.isNull())
            throw std::bad_alloc();
        require(readJpegLines(*decoder, strip.bits(), strip.bytesPerLine(), strip.height(), row.data()));
        rows.add({.y = y}, std::move(strip));
    }
    if (*decoder->failure.warning)
        warnings.push_back(std::string("the picture is damaged: ") + printable(decoder->failure.warning));
}

}
