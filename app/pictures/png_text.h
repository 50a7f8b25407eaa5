// The header and the text chunks of a PNG file, as bytes: reading them within limits, and adding one. Decodes no
// pixels; by hand, as libpng unpacks them all on its way to texts behind them, and takes memory for a tEXt of any size.
#pragma once
#include "app/pictures/picture_info.h"

#include <string>

namespace athanor {

// True if the file begins as every PNG does.
bool isPng(const ByteSource& file);
// Throws BadFile when it is not a PNG or its header is damaged; anything wrong after the header is a warning.
PictureInfo readPngInfo(const ByteSource& file);

// With its length and its checksum.
std::string pngChunk(const std::string& nameAndData);

// `png`, a whole valid file, with the text behind its header: tEXt where key and text are Latin-1, else iTXt, never
// compressed, line ends as they are. The key has 1 to 79 Latin-1 characters; the text is UTF-8 without NUL.
std::string withPngText(std::string_view png, const PictureText& text);

}
