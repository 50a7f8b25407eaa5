// What a ControlNet for inpainting is shown: the picture with what is to be painted anew left out.
#pragma once
#include "inference/values/image.h"
#include "inference/values/value.h"

namespace athanor {

// The map with its mask, 1 where the network is shown −1, and the same for people, black there. The mask is as large as
// the picture; above 0.5 is left out. Throws Error(BadArgument) with both sizes where it is not.
ControlMapValue inpaintHint(const RgbImage& image, const Mask& mask);

}
