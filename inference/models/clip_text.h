// The CLIP text encoder: token ids to the states that steer the UNet. Not the tokenizer.
#pragma once
#include "inference/weights/module.h"

#include <cstdint>
#include <span>

namespace athanor {

struct ClipTextConfig {
    int layers = 12;
    int width = 768;
    int heads = 12;
    int positions = 77;
    int vocabulary = 49408;
    Activation activation = Activation::QuickGelu; // of the feed-forward; "gelu" in some OpenCLIP conversions
    float normEpsilon = 1e-5f;
};

struct ClipText {
    ClipTextConfig config;
    Weights weights; // names below "text_model."
    DType precision = DType::F32;
};

// ids: chunks × config.positions, each in [0, vocabulary) → chunks × positions × width.
// clipSkip 1 takes the last layer's states, 2 those of the layer before, …; the final layer norm follows always, as
// diffusers and A1111 do. Throws Error: BadArgument for a clipSkip outside 1…layers, BadFile for
// an id outside the vocabulary.
// Source: transformers modeling_clip.py (CLIPTextTransformer).
Tensor encodeText(const ClipText& model, std::span<const int32_t> ids, int clipSkip = 1);

}
