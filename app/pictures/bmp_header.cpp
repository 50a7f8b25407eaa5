#include "app/pictures/bmp_header.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <vector>

namespace athanor {

namespace {

// Microsoft's BITMAPFILEHEADER, then BITMAPCOREHEADER (12 bytes) or BITMAPINFOHEADER and its successors (40 and more).
constexpr uint64_t fileHeaderBytes = 14, coreHeaderBytes = 12, infoHeaderBytes = 40;
constexpr uint32_t maxHeadBytes = 1 << 20; // everything before the pixels

}

BmpHeader readBmpHeader(const ByteSource& file)
{
    const auto damaged = [&] { file.refuse("the picture is damaged: its header is no BMP header"); };
    const std::vector<std::byte> bytes = file.read(0, std::min(file.size(), fileHeaderBytes + infoHeaderBytes));
    if (bytes.size() < fileHeaderBytes + coreHeaderBytes)
        damaged();
    const uint64_t headerBytes = littleEndian<uint32_t>(bytes, 14);
    BmpHeader header;
    header.isCore = headerBytes == coreHeaderBytes;
    if (!header.isCore && (headerBytes < infoHeaderBytes || bytes.size() < fileHeaderBytes + infoHeaderBytes))
        damaged();
    header.pixelsAt = littleEndian<uint32_t>(bytes, 10);
    if (header.isCore) {
        header.width = littleEndian<uint16_t>(bytes, 18);
        header.height = littleEndian<uint16_t>(bytes, 20);
        header.bits = littleEndian<uint16_t>(bytes, 24);
    } else {
        header.width = int32_t(littleEndian<uint32_t>(bytes, 18));
        header.height = int32_t(littleEndian<uint32_t>(bytes, 22));
        header.bits = littleEndian<uint16_t>(bytes, 28);
        header.packing = BmpPacking(littleEndian<uint32_t>(bytes, 30));
    }
    header.fromTheTop = header.height < 0;
    header.height = std::abs(header.height);
    constexpr uint32_t known[] = {1, 4, 8, 16, 24, 32};
    const bool runsFit = !header.isPacked() || header.bits == (header.packing == BmpPacking::RunsOf8 ? 8 : 4);
    if (header.width <= 0 || header.height <= 0 || std::ranges::find(known, header.bits) == std::end(known) || !runsFit
        || header.pixelsAt < fileHeaderBytes + headerBytes || header.pixelsAt > maxHeadBytes)
        damaged();
    if (!header.isPacked() && header.packing != BmpPacking::Plain && header.packing != BmpPacking::Masks
        && header.packing != BmpPacking::AlphaMasks)
        file.refuse("the picture is packed in a way that is not known (" + std::to_string(uint32_t(header.packing))
            + "); save it as PNG");
    return header;
}

bool isBmp(const ByteSource& file)
{
    std::byte head[2] = {};
    if (file.size() >= sizeof head)
        file.read(0, head);
    return head[0] == std::byte('B') && head[1] == std::byte('M');
}

PictureInfo readBmpInfo(const ByteSource& file)
{
    const BmpHeader header = readBmpHeader(file);
    PictureInfo info{.format = "BMP"};
    info.width = uint32_t(header.width);
    info.height = uint32_t(header.height);
    info.bitDepth = std::min(8, int(header.bits));
    info.colours = header.bits <= 8 ? "palette" : "RGB";
    return info;
}

}
