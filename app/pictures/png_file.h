// Pixels of PNG files, decoded line by line: a file never takes more memory than its result.
#pragma once
#include "app/pictures/picture_rows.h"
#include "inference/weights/byte_source.h"

namespace athanor {

// Of an animation the first picture, in the colours that the file names; its texts are passed over. `rows` has the size
// that readPngInfo tells. Throws BadFile, std::bad_alloc.
void decodePng(const ByteSource& file, bool isGray, PictureRows& rows);

}
