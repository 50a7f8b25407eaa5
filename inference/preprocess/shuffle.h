// A picture's content in disorder: its pixels moved along a smooth random field, so that only colours and style remain.
#pragma once
#include "inference/values/image.h"

#include <cstdint>

namespace athanor {

struct ShuffleParams {
    uint64_t seed = 0; // below 2^32: that of numpy's RandomState, from whose numbers the field is made
    int cell = 256; // pixels, 16 … 1024: how far apart the field's random points are
};

RgbImage shuffled(const RgbImage& image, const ShuffleParams& params);

}
