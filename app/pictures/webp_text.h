// The header and the texts of a WebP file, as bytes: reading them within limits, and adding them. Decodes no pixels.
#pragma once
#include "app/pictures/picture_info.h"

#include <string>
#include <vector>

namespace athanor {

bool isWebp(const ByteSource& file);
// Throws BadFile when the file is damaged in a way that hides its size.
PictureInfo readWebpInfo(const ByteSource& file);

// A plain file of one picture without alpha, with the texts in an Exif chunk (app/pictures/exif.h) behind it.
std::string withWebpTexts(std::string_view webp, int width, int height, const std::vector<PictureText>& texts);

}
