#include "app/webp_file.h"

#include "app/exif.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <QColorSpace>

#include <algorithm>
#include <memory>

#include <webp/decode.h>
#include <webp/demux.h>
#include <webp/encode.h>

namespace athanor {

namespace {

// WebP container specification: "RIFF", size, "WEBP", then chunks: name, size, data, filled up to an even size.
constexpr uint64_t headerBytes = 12, chunkHead = 8;
constexpr size_t maxChunks = 100'000;
enum Flag : uint8_t { Profile = 0x20, Alpha = 0x10, Exif = 0x08, Animation = 0x02 };

std::string readBytes(const ByteSource& file, uint64_t at, uint64_t count)
{
    std::string bytes(count, '\0');
    file.read(at, std::as_writable_bytes(std::span(bytes)));
    return bytes;
}

uint32_t littleEndian(std::string_view bytes, size_t at, int count)
{
    uint32_t value = 0;
    for (int i = count; i-- > 0;)
        value = value << 8 | uint8_t(bytes[at + size_t(i)]);
    return value;
}

std::string littleEndian(size_t value, int count)
{
    std::string bytes;
    for (int i = 0; i < count; ++i)
        bytes += char(value >> 8 * i);
    return bytes;
}

std::string chunk(std::string_view name, std::string_view data)
{
    return std::string(name) + littleEndian(data.size(), 4) + std::string(data) + std::string(data.size() % 2, '\0');
}

void readExifChunk(const ByteSource& file, uint64_t at, uint64_t length, PictureInfo& info)
{
    constexpr uint64_t most = 2 * maxPictureTextBytes + 4096; // a comment is in UTF-16
    if (length > most) {
        info.warnings.push_back("its Exif data is left out: it has " + std::to_string(length) + " bytes");
        return;
    }
    ExifData exif = readExif(readBytes(file, at, length));
    info.orientation = exif.orientation;
    std::ranges::move(exif.texts, std::back_inserter(info.texts));
    std::ranges::move(exif.warnings, std::back_inserter(info.warnings));
}

// Walks the chunks for what the decoder does not tell.
void readChunks(const ByteSource& file, PictureInfo& info)
{
    uint64_t at = headerBytes;
    uint32_t frames = 0;
    bool hasExif = false;
    for (size_t i = 0; i < maxChunks && file.size() - at >= chunkHead; ++i) {
        const std::string head = readBytes(file, at, chunkHead);
        const uint64_t length = littleEndian(head, 4, 4);
        if (length > file.size() - at - chunkHead) {
            info.warnings.push_back("the file ends inside its " + printable(head.substr(0, 4)) + " chunk");
            break;
        }
        frames += head.starts_with("ANMF");
        if (head.starts_with("EXIF") && !std::exchange(hasExif, true))
            readExifChunk(file, at + chunkHead, length, info);
        at = std::min(at + chunkHead + length + length % 2, file.size());
    }
    info.frames = std::max(1u, frames);
}

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

bool isWebp(const ByteSource& file)
{
    if (file.size() < headerBytes)
        return false;
    const std::string head = readBytes(file, 0, headerBytes);
    return head.starts_with("RIFF") && head.ends_with("WEBP");
}

PictureInfo readWebpInfo(const ByteSource& file)
{
    constexpr uint64_t enough = 4096; // for every header before the pixels
    const std::string head = readBytes(file, 0, std::min(enough, file.size()));
    PictureInfo info{.format = "WebP"};
    WebPBitstreamFeatures features;
    const bool known =
        WebPGetFeatures(reinterpret_cast<const uint8_t*>(head.data()), head.size(), &features) == VP8_STATUS_OK;
    if (head.size() >= 30 && head.substr(12, 4) == "VP8X") {
        info.width = littleEndian(head, 24, 3) + 1;
        info.height = littleEndian(head, 27, 3) + 1;
        info.colours = head[20] & Alpha ? "RGB and alpha" : "RGB";
        info.hasProfile = head[20] & Profile;
    } else if (known) {
        info.width = uint32_t(features.width);
        info.height = uint32_t(features.height);
        info.colours = features.has_alpha ? "RGB and alpha" : "RGB";
    } else {
        damaged(file);
    }
    readChunks(file, info);
    return info;
}

std::string encodeWebp(const RgbImage& image, int quality, const std::vector<PictureText>& texts)
{
    if (image.width > maxWebpSide || image.height > maxWebpSide)
        throw Error(ErrorKind::BadArgument,
            "the picture has " + std::to_string(image.width) + "×" + std::to_string(image.height)
                + " pixels; WebP holds at most " + std::to_string(maxWebpSide) + " a side. Save it as PNG or JPEG");
    const std::string plain = imageBytes(image, quality);
    const std::string exif = writeExif(texts);
    if (exif.empty())
        return plain;
    const std::string extended = chunk("VP8X",
        littleEndian(Exif, 4) + littleEndian(size_t(image.width) - 1, 3) + littleEndian(size_t(image.height) - 1, 3));
    const std::string body = "WEBP" + extended + plain.substr(headerBytes) + chunk("EXIF", exif);
    return "RIFF" + littleEndian(body.size(), 4) + body;
}

QImage decodeWebp(const ByteSource& file)
{
    const std::vector<std::byte> bytes = file.read(0, file.size());
    const WebPData data{reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()};
    WebPBitstreamFeatures features;
    const bool isWhole = bytes.size() >= headerBytes
        && littleEndian(std::string_view(reinterpret_cast<const char*>(bytes.data()), headerBytes), 4, 4) + chunkHead
            <= bytes.size();
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
