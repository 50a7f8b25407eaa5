#include "app/webp_file.h"

#include "app/webp_text.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <QColorSpace>

#include <cstddef>
#include <cstdint>
#include <memory>

#include <webp/decode.h>
#include <webp/demux.h>
#include <webp/encode.h>

namespace athanor {

namespace {

std::string imageBytes(const RgbImage& image, int quality)
{
    WebPConfig config;
    WebPPicture picture;
    if (!WebPConfigInit(&config) || !WebPPictureInit(&picture))
        throw Error(ErrorKind(1), "internal error: another version of the WebP library");
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

[[noreturn]] void damaged(const ByteSource& file)
{
    file.refuse("the picture is damaged: it is no whole WebP file");
}

QImage firstFrame(const ByteSource& file, const WebPData& data)
{
    const std::unique_ptr<WebPAnimDecoder, void (*)(WebPAnimDecoder*)> decoder(
        WebPAnimDecoderNew(&data, nullptr), WebPAnimDecoderDelete);
    WebPAnimInfo info;
    uint8_t* pixels = nullptr;
    int time = 0;
    if (!decoder || !WebPAnimDecoderGetInfo(decoder.get(), &info)
        || !WebPAnimDecoderGetNext(decoder.get(), &pixels, &time))
        damaged(file);
    const auto width = int(info.canvas_width), height = int(info.canvas_height);
    return QImage(pixels, width, height, qsizetype(width) * 4, QImage::Format_RGBA8888).copy();
}

QByteArray profileOf(const WebPData& data)
{
    const std::unique_ptr<WebPDemuxer, void (*)(WebPDemuxer*)> demuxer(WebPDemux(&data), WebPDemuxDelete);
    WebPChunkIterator chunk;
    if (!demuxer || !WebPDemuxGetChunk(demuxer.get(), "ICCP", 1, &chunk))
        return {};
    const QByteArray profile(reinterpret_cast<const char*>(chunk.chunk.bytes), qsizetype(chunk.chunk.size));
    WebPDemuxReleaseChunkIterator(&chunk);
    return profile;
}

}

std::string encodeWebp(const RgbImage& image, int quality, const std::vector<PictureText>& texts)
{
    if (image.width > maxWebpSide || image.height > maxWebpSide)
        throw Error(ErrorKind::BadArgument,
            "the picture has " + std::to_string(image.width) + "×" + std::to_string(image.height)
                + " pixels; WebP holds at most " + std::to_string(maxWebpSide) + " a side. Save it as PNG or JPEG");
    return withWebpTexts(imageBytes(image, quality), image.width, image.height, texts);
}

QImage decodeWebp(const ByteSource& file)
{
    const std::vector<std::byte> bytes = file.read(0, file.size());
    const WebPData data{reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()};
    WebPBitstreamFeatures features;
    constexpr size_t sizeAt = 4, sizeEnd = 8; // of the container: what follows
    const bool isWhole =
        bytes.size() >= sizeEnd && littleEndian<uint32_t>(bytes, sizeAt) + uint64_t(sizeEnd) <= bytes.size();
    if (!isWhole || WebPGetFeatures(data.bytes, data.size, &features) != VP8_STATUS_OK)
        damaged(file);
    QImage picture;
    if (features.has_animation) {
        picture = firstFrame(file, data);
    } else {
        picture = QImage(
            features.width, features.height, features.has_alpha ? QImage::Format_RGBA8888 : QImage::Format_RGB888);
        if (picture.isNull())
            throw Error(ErrorKind::OutOfMemory, "not enough memory for the picture " + printable(file.path()));
        const auto size = size_t(picture.sizeInBytes());
        const int line = int(picture.bytesPerLine());
        const bool done = features.has_alpha ? WebPDecodeRGBAInto(data.bytes, data.size, picture.bits(), size, line)
                                             : WebPDecodeRGBInto(data.bytes, data.size, picture.bits(), size, line);
        if (!done)
            damaged(file);
    }
    if (const QByteArray profile = profileOf(data); !profile.isEmpty())
        picture.setColorSpace(QColorSpace::fromIccProfile(profile));
    return picture;
}

}
