// Pictures from and to files: PNG out, with the A1111 text inside; PNG, JPEG, WebP and BMP in. No other metadata.
#pragma once
#include "inference/pipeline/image.h"

#include <string>

namespace athanor {

constexpr int maxImageSide = 16'384;

// Writes x.png as a whole or not at all: a temporary file beside it is synced to the disk and renamed over it, and the
// folder is synced. A link is followed; a file without write permission is left as it is. An empty text adds none.
// The same picture and text give the same bytes. Throws Error(CannotWrite) with the path and the system's reason.
void writePng(const std::string& path, const RgbImage& image, const std::string& parameters = {});
// Throws what writePng would throw if the file cannot be made there; nothing is changed.
void requireWritable(const std::string& path);

// The format is decided by content. Upright, converted to sRGB, alpha dropped; of an animation the first frame.
// Throws FileMissing, or BadFile when it is none of the formats, damaged, or larger than maxImageSide.
RgbImage readImage(const std::string& path);
// Smoothly scaled.
RgbImage scaled(const RgbImage& image, int width, int height);

// Where picture `index` of a batch goes: "x.png", "x-2.png", "x-3.png", …
std::string batchPath(const std::string& path, int index);

}
