// Edges by Canny's method, white on black: what cv::Canny gives.
#pragma once
#include "inference/values/image.h"

namespace athanor {

struct CannyParams {
    // Steps of brightness, 1 … 255: an edge begins where it is above high and is followed while it is above low.
    int low = 100, high = 200;
};

RgbImage canny(const RgbImage& image, const CannyParams& params);

}
