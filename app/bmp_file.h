// BMP files: their header, and their pixels.
#pragma once
#include "app/picture_info.h"
#include "app/picture_rows.h"

namespace athanor {

bool isBmp(const ByteSource& file);
// Throws BadFile when the header is damaged.
PictureInfo readBmpInfo(const ByteSource& file);
// As stored. `rows` has the size that readBmpInfo tells. Throws BadFile, for a file that ends before its last pixel
// too, and std::bad_alloc.
void decodeBmp(const ByteSource& file, PictureRows& rows);

}
