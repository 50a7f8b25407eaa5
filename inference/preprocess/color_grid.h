// A picture's colours as a grid of even squares.
#pragma once
#include "inference/values/image.h"

namespace athanor {

struct ColorGridParams {
    int cell = 64; // pixels a side, 1 … 512
};

RgbImage colorGrid(const RgbImage& image, const ColorGridParams& params);

}
