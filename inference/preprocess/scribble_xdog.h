// Scribbles of what is darker than its surroundings, white on black: the ControlNet extension's XDoG.
#pragma once
#include "inference/values/image.h"

namespace athanor {

struct ScribbleXdogParams {
    int threshold = 32; // 1 … 64: half as many shades darker make a line
};

RgbImage scribbleXdog(const RgbImage& image, const ScribbleXdogParams& params);

}
