// A picture with fewer details in its own size: shrunk by means and enlarged again.
#pragma once
#include "inference/values/image.h"

namespace athanor {

struct TileParams {
    double downRate = 1; // 1 … 8; below 1.1 the picture stays as it is
};

RgbImage tile(const RgbImage& image, const TileParams& params);

}
