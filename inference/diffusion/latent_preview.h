// A rough picture of a latent, for previews: not what its autoencoder makes of it.
#pragma once
#include "inference/values/image.h"
#include "inference/weights/latent_format.h"

#include <span>

namespace athanor {

// latent: channels × height × width; colours has a factor for each channel. One pixel for each of the latent's.
RgbImage latentPreview(std::span<const float> latent, int width, int height, const LatentColours& colours);

}
