// The texts in the Exif part of JPEG and WebP files: a TIFF of a few tags, read within limits and written.
//
//   0x0110 "prompt:{…}", 0x010F "workflow:{…}" and others downwards   as ComfyUI has them
//   Exif 0x9286, the user comment in UTF-16                           as A1111 has its parameters
#pragma once
#include "app/pictures/picture_info.h"

#include <string>
#include <string_view>
#include <vector>

namespace athanor {

struct ExifData {
    int orientation = 1; // 1 … 8
    std::vector<PictureText> texts; // the user comment has the key "parameters"
    std::vector<std::string> warnings;
};

// Never fails: what is damaged is left out with a warning. `block` begins with the TIFF header or with "Exif\0\0".
ExifData readExif(std::string_view block);

// A block without "Exif\0\0", or nothing where there are no texts. At most one text has the key "parameters"; of the
// others there are at most 16. The texts are UTF-8 without NUL, and together less than 2 GiB.
std::string writeExif(const std::vector<PictureText>& texts);

}
