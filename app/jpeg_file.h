// JPEG files: writing and decoding them, and the texts in their segments.
//
// Texts stand in an Exif segment (app/exif.h). What does not fit there, 64 KB, follows as an Exif block of its own in
// numbered APP9 segments: "athanor\0", number from 1 and count (two bytes each, big-endian), a part of the block.
#pragma once
#include "app/picture_info.h"
#include "inference/pipeline/image.h"

#include <QImage>

namespace athanor {

bool isJpeg(const ByteSource& file);
// Throws BadFile when the file is damaged before its first scan in a way that hides its size.
PictureInfo readJpegInfo(const ByteSource& file);

// Quality 1 … 100; from 90 the colours keep their full resolution. The same picture and texts give the same bytes.
// `warnings` receives a sentence for each text that no JPEG can hold. Throws OutOfMemory.
std::string encodeJpeg(
    const RgbImage& image, int quality, const std::vector<PictureText>& texts, std::vector<std::string>& warnings);

// As stored, not turned; with its colour profile where it has one; CMYK becomes RGB. A damaged one is decoded as far as
// it goes, with a warning. Throws BadFile.
QImage decodeJpeg(const ByteSource& file, std::vector<std::string>& warnings);

}
