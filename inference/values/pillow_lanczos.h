// Pictures of another size exactly as Pillow's Image.resize makes them with LANCZOS: byte for byte, in the versions
// from 3.3 to 12, which A1111 and ComfyUI were made with. From 13 on it takes columns first where the height shrinks
// more.
#pragma once
#include "inference/values/image.h"

namespace athanor {

// Sides of at least 1. Between its two passes, first along the rows, shades are rounded to 8 bits as Pillow does.
RgbImage lanczosAsPillow(const RgbImage& image, int width, int height);

}
