// Which way surfaces face, from a map of depth: R to the left, G to the top, B towards the camera.
#pragma once
#include "inference/values/image.h"

namespace athanor {

struct NormalParams {
    double background = 0.4; // 0 … 1: what is farther, as a share of the depth there is, faces the camera
    double z = 6.283185307179586; // 0.1 … 1000: against the slope of depth in shades; smaller is steeper
};

// depth: near is white.
RgbImage normalFromDepth(const RgbImage& depth, const NormalParams& params);

}
