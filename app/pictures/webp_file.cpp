#include "app/pictures/webp_file.h"

#include "app/pictures/exif.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <QColorSpace>
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

#include <webp/decode.h>
#include <webp/demux.h>
#include <webp/encode.h>
#include <webp/mux.h>

namespace athanor {

namespace {

std::string imageBytes(const RgbImage& image, int quality)
{
    WebPConfig config;
    WebPPicture picture;
    if (!WebPConfigInit(&config) || !WebPPictureInit(&picture))
        throw Error(ErrorKind::Internal, "internal error: another version of the WebP library");
    config.lossless = quality == 0;
    config.quality = quality == 0 ? 75 : float(quality); // effort, when lossless
    config.exact = config.lossless;
    picture.use_argb = config.lossless;
    picture.width = image.width;
    picture.height = image.height;
    WebPMemoryWriter writer;
    WebPMemoryWriterInit(&writer);
    picture.writer = WebPMemoryWrite;
    picture.custom_ptr = &writer;
    const bool done =
        WebPPictureImportRGB(&picture, image.pixels.data(), image.width * 3) && WebPEncode(&config, &picture);
    std::string bytes(reinterpret_cast<const char*>(writer.mem), writer.size);
    const int code = picture.error_code;
    WebPMemoryWriterClear(&writer);
    WebPPictureFree(&picture);
    if (!done)
        throw Error(ErrorKind::OutOfMemory, "cannot encode the picture as WebP: error " + std::to_string(code));
    return bytes;
}

// The texts in an Exif chunk behind the picture.
std::string withTexts(std::string webp, const std::vector<PictureText>& texts)
{
    const std::string exif = writeExif(texts);
    if (exif.empty())
        return webp;
    const auto data = [](const std::string& bytes) {
        return WebPData{reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()};
    };
    const WebPData picture = data(webp), chunk = data(exif);
    const std::unique_ptr<WebPMux, void (*)(WebPMux*)> mux(WebPMuxCreate(&picture, 0), WebPMuxDelete);
    WebPData file{};
    const bool done = mux && WebPMuxSetChunk(mux.get(), "EXIF", &chunk, 0) == WEBP_MUX_OK
        && WebPMuxAssemble(mux.get(), &file) == WEBP_MUX_OK;
    if (!done)
        throw Error(ErrorKind::OutOfMemory, "cannot encode the picture as WebP: no room for its texts");
    const std::unique_ptr<WebPData, void (*)(WebPData*)> release(&file, WebPDataClear);
    return {reinterpret_cast<const char*>(file.bytes), file.size};
}

[[noreturn]] void damaged(const ByteSource& file)
{
    file.refuse("the picture is damaged: it is no whole WebP file");
}

// Into the part of the picture that begins at x, y.
void decodeInto(const ByteSource& file, QImage& picture, int x, int y, const WebPData& data)
{
    WebPDecoderConfig config;
    if (!WebPInitDecoderConfig(&config))
        throw Error(ErrorKind(1), "internal error: another version of the WebP library");
    const bool hasAlpha = picture.hasAlphaChannel();
    const qsizetype first = y * picture.bytesPerLine() + x * (hasAlpha ? 4 : 3);
    config.output.colorspace = hasAlpha ? MODE_RGBA : MODE_RGB;
    config.output.is_external_memory = 1;
    config.output.u.RGBA = {picture.bits() + first, int(picture.bytesPerLine()), size_t(picture.sizeInBytes() - first)};
    const VP8StatusCode status = WebPDecode(data.bytes, data.size, &config);
    if (status == VP8_STATUS_OUT_OF_MEMORY)
        throw std::bad_alloc();
    if (status != VP8_STATUS_OK)
        damaged(file);
}

using Demuxer = std::unique_ptr<WebPDemuxer, void (*)(WebPDemuxer*)>;

// What an animation shows first: the first frame on a canvas that is transparent around it.
void decodeFirstFrame(const ByteSource& file, QImage& canvas, const WebPData& data)
{
    const Demuxer demuxer(WebPDemux(&data), WebPDemuxDelete);
    WebPIterator frame;
    if (!demuxer || !WebPDemuxGetFrame(demuxer.get(), 1, &frame))
        damaged(file);
    const std::unique_ptr<WebPIterator, void (*)(WebPIterator*)> release(&frame, WebPDemuxReleaseIterator);
    if (frame.x_offset < 0 || frame.y_offset < 0 || frame.x_offset + frame.width > canvas.width()
        || frame.y_offset + frame.height > canvas.height())
        damaged(file);
    canvas.fill(Qt::transparent);
    decodeInto(file, canvas, frame.x_offset, frame.y_offset, frame.fragment);
}

QByteArray profileOf(const WebPData& data)
{
    const Demuxer demuxer(WebPDemux(&data), WebPDemuxDelete);
    WebPChunkIterator chunk;
    if (!demuxer || !WebPDemuxGetChunk(demuxer.get(), "ICCP", 1, &chunk))
        return {};
    const QByteArray profile(reinterpret_cast<const char*>(chunk.chunk.bytes), qsizetype(chunk.chunk.size));
    WebPDemuxReleaseChunkIterator(&chunk);
    return profile;
}

// Of the file, of all its pixels as the library gives them and as it works on them, and of the result.
uint64_t webpMemory(const ByteSource& file, const WebPBitstreamFeatures& features, const PictureRows& rows)
{
    constexpr int lossy = 1;
    const uint64_t pixels = uint64_t(features.width) * uint64_t(features.height);
    const uint64_t given = features.has_alpha || features.has_animation ? 4 : 3;
    const uint64_t work = features.format == lossy ? given - 3 : 4;
    const uint64_t result = 3 + (given == 4 && rows.keepsAlpha() ? 1 : 0);
    return file.size() + pixels * (given + std::max(work, result));
}

}

std::string encodeWebp(const RgbImage& image, int quality, const std::vector<PictureText>& texts)
{
    if (image.width > maxWebpSide || image.height > maxWebpSide)
        throw Error(ErrorKind::BadArgument,
            "the picture has " + std::to_string(image.width) + "×" + std::to_string(image.height)
                + " pixels; WebP holds at most " + std::to_string(maxWebpSide) + " a side. Save it as PNG or JPEG");
    return withTexts(imageBytes(image, quality), texts);
}

void decodeWebp(const ByteSource& file, PictureRows& rows)
{
    constexpr size_t headerBytes = 8, sizeAt = 4; // the container's size: what follows
    const uint64_t first = std::min<uint64_t>(file.size(), 4096);
    std::vector<std::byte> bytes = file.read(0, first);
    WebPBitstreamFeatures features;
    const bool isWhole =
        bytes.size() >= headerBytes && littleEndian<uint32_t>(bytes, sizeAt) + uint64_t(headerBytes) <= file.size();
    if (!isWhole
        || WebPGetFeatures(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(), &features) != VP8_STATUS_OK
        || features.width != rows.width() || features.height != rows.height())
        damaged(file);
    requirePictureMemory(file, webpMemory(file, features, rows), "Save it as PNG or make it smaller");
    bytes = file.read(0, file.size());
    const WebPData data{reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()};
    const bool hasAlpha = features.has_alpha || features.has_animation;
    QImage picture(features.width, features.height, hasAlpha ? QImage::Format_RGBA8888 : QImage::Format_RGB888);
    if (picture.isNull())
        throw std::bad_alloc();
    if (features.has_animation)
        decodeFirstFrame(file, picture, data);
    else
        decodeInto(file, picture, 0, 0, data);
    if (const QByteArray profile = profileOf(data); !profile.isEmpty())
        rows.setColours(QColorSpace::fromIccProfile(profile));
    rows.addAll(picture);
}

}
