// JPEG files: writing and decoding them. Their texts: app/jpeg_text.h.
#pragma once
#include "app/picture_info.h"
#include "inference/pipeline/image.h"

#include <QImage>

#include <string>
#include <vector>

namespace athanor {

// Quality 1 … 100; from 90 the colours keep their full resolution. The same picture and texts give the same bytes.
// `warnings` receives a sentence for each text that no JPEG can hold. Throws OutOfMemory.
std::string encodeJpeg(
    const RgbImage& image, int quality, const std::vector<PictureText>& texts, std::vector<std::string>& warnings);

// As stored, not turned; with its colour profile where it has one; CMYK becomes RGB. A damaged one is decoded as far as
// it goes, with a warning. Throws BadFile.
QImage decodeJpeg(const ByteSource& file, std::vector<std::string>& warnings);

}
