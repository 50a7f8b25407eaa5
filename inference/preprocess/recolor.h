// A picture without its colours, for models that give it new ones.
#pragma once
#include "inference/values/image.h"

namespace athanor {

struct RecolorParams {
    enum class By {
        Luminance, // L of CIE Lab
        Intensity, // the brightest channel
    };
    By by = By::Luminance;
    double gamma = 1; // 0.1 … 2: above 1 darker, below brighter
};

RgbImage recolor(const RgbImage& image, const RecolorParams& params);

}
