// The pixels of BMP files.
#pragma once
#include "app/pictures/picture_rows.h"

namespace athanor {

// As stored. `rows` has the size that readBmpInfo tells. Throws BadFile, for a file that ends before its last pixel
// too, and std::bad_alloc.
void decodeBmp(const ByteSource& file, PictureRows& rows);

}
