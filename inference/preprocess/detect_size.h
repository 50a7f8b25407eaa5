// The size at which a preprocessor looks at a picture, as A1111's ControlNet extension chooses it.
#pragma once
#include "inference/values/image.h"

#include <functional>

namespace athanor {

constexpr int lowestResolution = 64, highestResolution = 2048;

using Preprocess = std::function<RgbImage(const RgbImage&)>;

// The map of the picture made so large that its shorter side has `resolution` pixels (means where it shrinks, cubic
// where it grows); 0: of the picture as it is ("pixel perfect"). `padded`: with a resolution, the preprocessor sees the
// picture with its last column and row repeated up to multiples of 64, which are cut off from the map; so the extension
// does it for most, and what counts over the whole picture, such as a median, counts them too.
// Throws Error(BadArgument) for another resolution or if a side became longer than 16384.
RgbImage atResolution(const RgbImage& image, int resolution, const Preprocess& preprocess, bool padded = true);

}
