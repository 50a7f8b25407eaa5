// How a picture came to be, in A1111's fields and their order.
#pragma once
#include "inference/diffusion/sample_latent.h"

#include <cstdint>
#include <string>

namespace athanor {

// Of image `index` of the batch that these made.
Infotext pictureInfo(const SampleInputs& inputs, const SampleOptions& options, int64_t index);
// Adds the VAE where it is not the model's own; an empty name adds nothing.
void nameVae(Infotext& info, const std::string& name);

}
