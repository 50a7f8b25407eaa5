#include "app/pictures/webp_text.h"

#include "app/pictures/byte_text.h"
#include "app/pictures/exif.h"
#include "inference/weights/printable.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <utility>

#include <webp/decode.h>

namespace athanor {

namespace {

// WebP container specification: "RIFF", size, "WEBP", then chunks: name, size, data, filled up to an even size.
constexpr uint64_t riffHeaderBytes = 12, chunkHead = 8;
constexpr size_t maxWebpChunks = 100'000;
enum Flag : uint8_t { Profile = 0x20, Alpha = 0x10 };

uint32_t riffNumber(std::string_view bytes, size_t at, int count)
{
    uint32_t value = 0;
    for (int i = count; i-- > 0;)
        value = value << 8 | uint8_t(bytes[at + size_t(i)]);
    return value;
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
    uint64_t at = riffHeaderBytes;
    uint32_t frames = 0;
    bool hasExif = false;
    for (size_t i = 0; i < maxWebpChunks && file.size() - at >= chunkHead; ++i) {
        const std::string head = readBytes(file, at, chunkHead);
        const uint64_t length = riffNumber(head, 4, 4);
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

}

bool isWebp(const ByteSource& file)
{
    if (file.size() < riffHeaderBytes)
        return false;
    const std::string head = readBytes(file, 0, riffHeaderBytes);
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
        info.width = riffNumber(head, 24, 3) + 1;
        info.height = riffNumber(head, 27, 3) + 1;
        info.colours = head[20] & Alpha ? "RGB and alpha" : "RGB";
        info.hasProfile = head[20] & Profile;
    } else if (known) {
        info.width = uint32_t(features.width);
        info.height = uint32_t(features.height);
        info.colours = features.has_alpha ? "RGB and alpha" : "RGB";
    } else {
        file.refuse("the picture is damaged: it is no whole WebP file");
    }
    readChunks(file, info);
    return info;
}

}
