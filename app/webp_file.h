// WebP files: writing and decoding them, and the texts in their Exif chunk (app/exif.h).
#pragma once
#include "app/picture_info.h"
#include "inference/pipeline/image.h"

#include <QImage>

namespace athanor {

constexpr int maxWebpSide = 16'383;

bool isWebp(const ByteSource& file);
// Throws BadFile when the file is damaged in a way that hides its size.
PictureInfo readWebpInfo(const ByteSource& file);

// Quality 1 … 100, or 0: lossless, every pixel as it is. The same picture and texts give the same bytes. Throws
// BadArgument for a picture of more than maxWebpSide, OutOfMemory.
std::string encodeWebp(const RgbImage& image, int quality, const std::vector<PictureText>& texts);

// The first frame, as stored, not turned; with its colour profile where it has one. Throws BadFile, OutOfMemory.
QImage decodeWebp(const ByteSource& file);

}
