// Pictures from and to files: PNG, JPEG and WebP out, with the A1111 text and the workflow inside; PNG, JPEG, WebP and
// BMP in. No other metadata.
#pragma once
#include "app/files/whole_file.h"
#include "app/pictures/picture_info.h"
#include "inference/formats/picture_format.h"
#include "inference/values/image.h"

#include <cstdint>
#include <string>
#include <vector>

class QImage;

namespace athanor {

constexpr int maxImageSide = 16'384;

// What a picture of ours tells of its making; an empty text is not written.
struct PictureTexts {
    std::string parameters; // A1111's
    std::string workflow; // canonical JSON
};

std::vector<PictureText> listed(const PictureTexts& texts);

// The bytes of a PNG file. The same picture and texts give the same bytes.
std::string encodePng(const RgbImage& image, const PictureTexts& texts = {});
// The same in any format. `warnings` receives a sentence for each text that the format cannot hold. Throws BadArgument
// for a picture that is too large for it.
std::string encodePicture(const RgbImage& image, const std::vector<PictureText>& texts, const PictureEncoding& encoding,
    std::vector<std::string>& warnings);

// Writes x.png as writeWhole does.
void writePng(const std::string& path, const RgbImage& image, const PictureTexts& texts = {});

// The format is decided by content. Upright, converted to sRGB, alpha dropped; of an animation the first frame.
// Throws FileMissing, BadFile when it is none of the formats, damaged, cut short or larger than maxImageSide, or
// OutOfMemory. Takes little more memory than what it returns.
// `alpha` receives that of each pixel, or becomes empty where the file has none; `warnings` sentences about what of the
// file could not be used.
RgbImage readImage(
    const std::string& path, std::vector<uint8_t>* alpha = nullptr, std::vector<std::string>* warnings = nullptr);
// Alpha is dropped.
RgbImage fromQImage(const QImage& picture);
// Smoothly scaled.
RgbImage scaled(const RgbImage& image, int width, int height);

// Where picture `index` of a batch goes: "x.png", "x-2.png", "x-3.png", …
std::string batchPath(const std::string& path, int index);

}
