// Pictures from and to files: PNG out, with the A1111 text and the workflow inside; PNG, JPEG, WebP and BMP in. No
// other metadata.
#pragma once
#include "inference/pipeline/image.h"

#include <string>
#include <string_view>
#include <vector>

namespace athanor {

constexpr int maxImageSide = 16'384;
constexpr std::string_view workflowKey = "athanor"; // of the PNG text that holds a workflow as JSON

// What a picture tells of its making; an empty text is not written.
struct PictureTexts {
    std::string parameters; // A1111's
    std::string workflow; // canonical JSON
};

// The bytes of a PNG file. The same picture and texts give the same bytes.
std::string encodePng(const RgbImage& image, const PictureTexts& texts = {});

// Writes x.png as a whole or not at all: a temporary file beside it is synced to the disk and renamed over it, and the
// folder is synced. A link is followed; a file without write permission is left as it is.
// Throws Error(CannotWrite) with the path and the system's reason.
void writePng(const std::string& path, const RgbImage& image, const PictureTexts& texts = {});
// The same with any bytes.
void writeWhole(const std::string& path, std::string_view bytes);
// Throws what writePng would throw if the file cannot be made there; nothing is changed.
void requireWritable(const std::string& path);

// The format is decided by content. Upright, converted to sRGB, alpha dropped; of an animation the first frame.
// Throws FileMissing, or BadFile when it is none of the formats, damaged, or larger than maxImageSide.
// `transparency` receives 1 − alpha of each pixel, or becomes empty where the file has no alpha.
RgbImage readImage(const std::string& path, std::vector<float>* transparency = nullptr);
// Smoothly scaled.
RgbImage scaled(const RgbImage& image, int width, int height);

// Where picture `index` of a batch goes: "x.png", "x-2.png", "x-3.png", …
std::string batchPath(const std::string& path, int index);

}
