// WebP files: writing and decoding them. Their texts: app/webp_text.h.
#pragma once
#include "app/picture_info.h"
#include "inference/pipeline/image.h"

#include <QImage>

#include <string>
#include <vector>

namespace athanor {

constexpr int maxWebpSide = 16'383;

// Quality 1 … 100, or 0: lossless, every pixel as it is. The same picture and texts give the same bytes. Throws
// BadArgument for a picture of more than maxWebpSide, OutOfMemory.
std::string encodeWebp(const RgbImage& image, int quality, const std::vector<PictureText>& texts);

// The first frame, as stored, not turned; with its colour profile where it has one. Throws BadFile, OutOfMemory.
QImage decodeWebp(const ByteSource& file);

}
