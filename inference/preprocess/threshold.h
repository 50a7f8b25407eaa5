// White where all channels are brighter than a threshold, else black.
#pragma once
#include "inference/values/image.h"

namespace athanor {

struct ThresholdParams {
    int threshold = 127; // 0 … 255
};

RgbImage threshold(const RgbImage& image, const ThresholdParams& params);

}
