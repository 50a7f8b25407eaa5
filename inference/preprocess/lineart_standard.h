// Lines of a drawing in dark ink on light paper, white on black: what is darker than its surroundings.
#pragma once
#include "inference/values/image.h"

namespace athanor {

struct LineartStandardParams {
    double sigma = 6; // pixels: how far the surroundings reach, 0.1 … 100
    int threshold = 8; // 0 … 255: what differs less is not counted when the strength of lines is measured
};

RgbImage lineartStandard(const RgbImage& image, const LineartStandardParams& params);

}
