// From prompts to what steers the UNet: parse, tokenize, encode, weigh. It samples nothing.
#pragma once
#include "inference/pipeline/denoise.h"
#include "inference/pipeline/text_to_image.h"

namespace athanor {

// Warnings (weights out of range, text that is not UTF-8) go to onWarning, which may be empty. Throws
// Error(BadArgument) for prompts over the limits of prompt_syntax.h and chunks.h.
Conditioning encodePrompts(
    const StableDiffusion& model, const TextToImage& request, const std::function<void(const std::string&)>& onWarning);

}
