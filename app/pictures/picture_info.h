// What a picture file tells before its pixels are decoded: size, and the texts about how it was made.
#pragma once
#include "inference/formats/metadata.h"
#include "inference/weights/byte_source.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

constexpr uint64_t maxPictureTextBytes = 16 << 20; // of all texts of a file together, unpacked
constexpr size_t maxPictureTexts = 256;

// Keys that the program knows.
constexpr std::string_view workflowKey = "athanor"; // a workflow of ours, as canonical JSON
constexpr std::string_view parametersKey = "parameters"; // A1111's
constexpr std::string_view comfyWorkflowKey = "workflow", comfyPromptKey = "prompt"; // ComfyUI's JSON

struct PictureText {
    std::string key; // UTF-8, at most 79 characters
    std::string text; // UTF-8, as stored: nothing is trimmed

    bool operator==(const PictureText&) const = default;
};

struct PictureInfo {
    std::string_view format; // "PNG", "JPEG", "WebP", "BMP"
    uint32_t width = 0, height = 0; // as stored, before it is turned upright
    int bitDepth = 8; // of one channel
    std::string_view colours; // "gray", "RGB", "RGB and alpha", …
    bool interlaced = false; // or a progressive JPEG
    bool hasProfile = false; // of colours
    int orientation = 1; // as Exif has it, 1 … 8; 1: upright
    uint32_t frames = 1; // of an animation
    std::vector<PictureText> texts; // in the order of the file
    std::vector<PictureText> exifTexts; // of a PNG's Exif chunk; readPictureInfo puts them behind the others
    std::vector<std::string> warnings; // texts left out, a damaged or truncated file
    bool isCut = false; // a PNG that ends before its last pixel
    bool endsAfterPixels = false; // a PNG that ends behind them, but not as it should
};

// "PNG", "JPEG", "WebP", "BMP" by the file's first bytes; empty: none of these.
std::string_view pictureFormatOf(const ByteSource& file);
// Throws BadFile when it is no picture or its header is damaged; anything wrong after the header is a warning. Texts of
// an Exif comment count as parameters only where a program's settings are in them.
PictureInfo readPictureInfo(const ByteSource& file);
// Null if there is none.
const std::string* findText(const std::vector<PictureText>& texts, std::string_view key);

// Of texts with the same key the first.
MetadataTexts metadataTexts(const std::vector<PictureText>& texts);

}
