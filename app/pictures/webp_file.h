// WebP files: writing and decoding them. Their texts: app/pictures/webp_text.h.
#pragma once
#include "app/pictures/picture_info.h"
#include "app/pictures/picture_rows.h"

#include <string>
#include <vector>

namespace athanor {

constexpr int maxWebpSide = 16'383;

// Quality 1 … 100, or 0: lossless, every pixel as it is. The same picture and texts give the same bytes. Throws
// BadArgument for a picture of more than maxWebpSide, OutOfMemory.
std::string encodeWebp(const RgbImage& image, int quality, const std::vector<PictureText>& texts);

// The first frame, in the colours of its profile where it has one. `rows` has the size that readWebpInfo tells. Throws
// BadFile, std::bad_alloc.
void decodeWebp(const ByteSource& file, PictureRows& rows);

}
