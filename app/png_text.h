// The header and the text chunks of a PNG file, as bytes: reading them within limits, and adding one. Decodes no
// pixels.
#pragma once
#include "inference/weights/byte_source.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

constexpr uint64_t maxPngTextBytes = 16 << 20; // of all texts of a file together, unpacked
constexpr size_t maxPngTexts = 256;

struct PngText {
    std::string key; // UTF-8, at most 79 characters
    std::string text; // UTF-8, as stored: nothing is trimmed
};

struct PngInfo {
    uint32_t width = 0, height = 0;
    int bitDepth = 0; // 1, 2, 4, 8 or 16
    std::string_view colours; // "RGB", "gray and alpha", …
    bool interlaced = false;
    std::vector<PngText> texts; // tEXt, zTXt and iTXt in file order
    std::vector<std::string> warnings; // texts left out, a damaged or truncated file
};

// True if the file begins as every PNG does.
bool isPng(const ByteSource& file);
// Throws BadFile when it is not a PNG or its header is damaged; anything wrong after the header is a warning.
PngInfo readPngInfo(const ByteSource& file);

// `png`, a whole valid file, with the text behind its header: tEXt where key and text are Latin-1, else iTXt, never
// compressed, line ends as they are. The key has 1 to 79 Latin-1 characters; the text is UTF-8 without NUL.
std::string withPngText(std::string_view png, const PngText& text);

}
