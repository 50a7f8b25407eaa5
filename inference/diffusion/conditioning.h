// From prompts to what steers the UNet: parse, tokenize, encode, weigh. It samples nothing.
#pragma once
#include "inference/diffusion/denoise.h"
#include "inference/values/resample.h"
#include "inference/values/value.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace athanor {

enum class WeightRule : uint8_t { KeepMean, FromEmpty }; // of applyWeights and applyWeightsFrom

// first: what the first of two encoders reads instead; null: the same. Warnings (weights out of range, text that is not
// UTF-8) go to onWarning, which may be empty. Throws Error(BadArgument) for prompts over the limits of prompt_syntax.h
// and chunks.h, and for a clip skip that the encoder has no layer for.
ConditioningValue encodePrompt(const TextEncoderValue& encoder, const std::string& prompt,
    const std::function<void(const std::string&)>& onWarning, WeightRule rule = WeightRule::KeepMean,
    const std::string* first = nullptr);

// Classifier-free guidance (Ho and Salimans 2022): the negative prompt with 1 − cfg and the prompt with
// cfg, the shorter one lengthened with empty chunks; without `negative` the prompt alone. picture: what comes out, in
// pixels. Throws Error(BadArgument) where the encoders and the model's network do not fit together.
std::vector<GuidanceTerm> guidanceTerms(const ConditioningValue& positive, const ConditioningValue* negative,
    double cfg, const ModelValue& model, Size picture);

}
