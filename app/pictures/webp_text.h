// The header and the texts of a WebP file, as bytes, read within limits. Decodes no pixels; by hand, as
// libwebpdemux wants the whole file in memory, and finds no Exif without its flag, no canvas larger than its picture.
#pragma once
#include "app/pictures/picture_info.h"

namespace athanor {

bool isWebp(const ByteSource& file);
// Throws BadFile when the file is damaged in a way that hides its size.
PictureInfo readWebpInfo(const ByteSource& file);

}
