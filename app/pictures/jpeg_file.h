// JPEG files: writing and decoding them. Their texts: app/pictures/jpeg_text.h.
#pragma once
#include "app/pictures/picture_info.h"
#include "app/pictures/picture_rows.h"

#include <string>
#include <vector>

namespace athanor {

// Quality 1 … 100; from 90 the colours keep their full resolution. The same picture and texts give the same bytes.
// `warnings` receives a sentence for each text that no JPEG can hold. Throws OutOfMemory.
std::string encodeJpeg(
    const RgbImage& image, int quality, const std::vector<PictureText>& texts, std::vector<std::string>& warnings);

// In the colours of its profile where it has one; CMYK becomes RGB. A damaged one is decoded as far as it goes, with a
// warning. `rows` has the size that readJpegInfo tells. Throws BadFile, std::bad_alloc.
void decodeJpeg(const ByteSource& file, PictureRows& rows, std::vector<std::string>& warnings);

}
