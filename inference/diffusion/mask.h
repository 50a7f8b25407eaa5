// Masks: rounding, growing, softening. 1 is what may change.
#pragma once
#include "inference/values/value.h"

namespace athanor {

// 0 or 1, the nearer.
Mask rounded(const Mask& mask);
// The largest value within a square of `pixels` across, as ComfyUI's VAEEncodeForInpaint grows; 0 and 1 change nothing.
Mask grown(const Mask& mask, int pixels);
// Picture `index` as ControlNet's own code sees it: laid on white where it is transparent, which is made in `room`, or
// else itself.
const RgbImage& laidOnWhite(const ImageValue& value, size_t index, RgbImage& room);
// Softened by two means over 2 · radius + 1 pixels in each direction; 0 changes nothing.
Mask blurred(const Mask& mask, int radius);

}
