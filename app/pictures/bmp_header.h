// The header of BMP files.
#pragma once
#include "app/pictures/picture_info.h"

#include <cstdint>

namespace athanor {

enum class BmpPacking : uint32_t { Plain = 0, RunsOf8 = 1, RunsOf4 = 2, Masks = 3, AlphaMasks = 6 };

struct BmpHeader {
    int64_t width = 0, height = 0;
    bool fromTheTop = false, isCore = false;
    uint32_t bits = 0; // of a pixel
    BmpPacking packing = BmpPacking::Plain;
    uint64_t pixelsAt = 0;

    uint64_t lineBytes() const { return (uint64_t(width) * bits + 31) / 32 * 4; }
    bool isPacked() const { return packing == BmpPacking::RunsOf8 || packing == BmpPacking::RunsOf4; }
};

bool isBmp(const ByteSource& file);
// Throws BadFile when the header is damaged or the pixels are packed in a way that is not known.
BmpHeader readBmpHeader(const ByteSource& file);
// Throws as readBmpHeader does.
PictureInfo readBmpInfo(const ByteSource& file);

}
