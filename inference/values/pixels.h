// Pictures as numbers and back. Not their size: see resample.h.
#pragma once
#include "inference/values/image.h"

#include <span>
#include <vector>

namespace athanor {

// rgb: height × width × 3, `low` … 1; what lies outside is cut off.
RgbImage toImage(std::span<const float> rgb, int width, int height, float low);
// height × width × 3, −1 … 1.
std::vector<float> toNumbers(const RgbImage& image);

}
