// The header and the texts of a JPEG file, as bytes: reading them within limits, and the segments that hold them.
// Decodes no pixels; by hand, as libjpeg keeps all segments of a kind, however many, and gives up at a wrong table.
//
// Texts stand in an Exif segment (app/pictures/exif.h). What does not fit there, 64 KB, follows as an Exif block of its
// own in numbered APP9 segments: "athanor\0", number from 1 and count (two bytes each, big-endian), a part of the
// block.
#pragma once
#include "app/pictures/picture_info.h"

#include <string>
#include <vector>

namespace athanor {

bool isJpeg(const ByteSource& file);
// Throws BadFile when the file is damaged before its first scan in a way that hides its size.
PictureInfo readJpegInfo(const ByteSource& file);

struct JpegSegment {
    int marker = 0;
    std::string data;
};

// `warnings` receives a sentence for each text that no JPEG can hold.
std::vector<JpegSegment> jpegTextSegments(const std::vector<PictureText>& texts, std::vector<std::string>& warnings);

}
