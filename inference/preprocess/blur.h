// A picture without its details, by Gaussian blur.
#pragma once
#include "inference/values/image.h"

namespace athanor {

struct BlurParams {
    double sigma = 9; // pixels, 0.01 … 64
};

RgbImage blurred(const RgbImage& image, const BlurParams& params);

}
