// What networks for inpainting are shown beside the noisy latent: where the picture is made anew, and what is left.
#pragma once
#include "inference/values/value.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace athanor {

// Of a latent to be sampled: its mask and its values; without a mask everything is made anew, from grey.
InpaintInput inpaintOf(const LatentValue& latent, const LatentFormat& format);

// The channels behind those of picture `index`'s latent, H W C. The mask is taken at each latent's first pixel and
// rounded (torch's "nearest", as ldm's own script and diffusers' pipeline do).
std::vector<float> extraChannels(const std::vector<ExtraInput>& inputs, const InpaintInput& told, int64_t index);

// With latents of another scale; as they are where it is not known.
std::shared_ptr<const InpaintInput> ofScale(std::shared_ptr<const InpaintInput> told, double scale);

// Throws Error(BadArgument) unless it is of the latent's channels and size.
void requireFit(const InpaintInput& told, const LatentValue& latent);

}
