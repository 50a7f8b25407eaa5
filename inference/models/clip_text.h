// The CLIP text encoder: token ids to the states that steer the UNet. Not the tokenizer.
#pragma once
#include "inference/weights/model_names.h"
#include "inference/weights/module.h"
#include "inference/weights/tensor_roles.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace athanor {

struct ModelFiles;

struct ClipTextConfig {
    int layers = 12; // of those that are used at all
    int width = 768;
    int heads = 12;
    int positions = 77;
    int vocabulary = 49408;
    Activation activation = Activation::QuickGelu; // of the feed-forward; "gelu" in some OpenCLIP conversions
    float normEpsilon = 1e-5f;
    bool openClip = false; // prompts are filled up with zeros
    bool lastUnused =
        false; // states are never the last layer's, which is left out, or there for the pooled state alone
    bool normed = true; // states go through the final norm
    int pooledWidth = 0; // of the pooled state; 0: it is not used
};

// The largest clip skip, which takes the first layer's states.
inline int clipSkipLimit(const ClipTextConfig& config)
{
    return config.layers + (config.lastUnused && !config.pooledWidth);
}

struct ClipText {
    ClipTextConfig config;
    Weights weights; // names below "text_model."
    DType precision = DType::F32;
};

// Finds the configuration in names and shapes, else in the metadata (athanor.text.attention_heads,
// athanor.text.activation), else in config.json, else it is the family's own. Tensors and keys that nobody
// asks for are told in warnings, which may be null. Throws Error(BadFile) naming the part and the tensors that are
// missing or of another shape, or the value that is not supported (weights/config_keys.h). The other networks' alike.
Detected<ClipTextConfig> detectClipText(
    const ModelFiles& files, std::vector<std::string>* warnings = nullptr, Part part = Part::TextEncoder);

struct ClipStates {
    Tensor tokens; // chunks × positions × width
    Tensor pooled; // chunks × pooledWidth, fp32; none where it is not used
};

// ids: chunks × config.positions, each in [0, vocabulary).
// clipSkip 1 takes the last layer's states, 2 those of the layer before, …; where the last is never used it counts all
// the same, as in ComfyUI, so that 1 and 2 are one. The final layer norm follows whichever, as in diffusers and A1111,
// or never. The pooled state is that of the last layer at the first of the largest ids, which ends a prompt.
// Throws Error: BadArgument for a clipSkip outside 1…clipSkipLimit, BadFile for an id outside the vocabulary.
// Source: transformers modeling_clip.py (CLIPTextTransformer, CLIPTextModelWithProjection).
ClipStates encodeText(const ClipText& model, std::span<const int32_t> ids, int clipSkip = 1);

}
