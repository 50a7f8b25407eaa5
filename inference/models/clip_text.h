// The CLIP text encoder: token ids to the states that steer the UNet. Not the tokenizer.
#pragma once
#include "inference/weights/module.h"
#include "inference/weights/tensor_roles.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace athanor {

struct ModelFiles;

struct ClipTextConfig {
    int layers = 12;
    int width = 768;
    int heads = 12;
    int positions = 77;
    int vocabulary = 49408;
    Activation activation = Activation::QuickGelu; // of the feed-forward; "gelu" in some OpenCLIP conversions
    float normEpsilon = 1e-5f;
    // OpenCLIP's: a last layer, which `layers` does not count, is never used; prompts are filled up with zeros.
    bool openClip = false;
};

struct ClipText {
    ClipTextConfig config;
    Weights weights; // names below "text_model."
    DType precision = DType::F32;
};

// Finds the configuration in names and shapes, else in the metadata (athanor.text.attention_heads,
// athanor.text.activation), else in config.json, else it is the family's own. Tensors and keys that nobody
// asks for are told in warnings, which may be null. Throws Error(BadFile) naming the part and the tensors that are
// missing or of another shape, or the value that is not supported (weights/config_keys.h). The other networks' alike.
Detected<ClipTextConfig> detectClipText(const ModelFiles& files, std::vector<std::string>* warnings = nullptr);

// ids: chunks × config.positions, each in [0, vocabulary) → chunks × positions × width.
// clipSkip 1 takes the last layer's states, 2 those of the layer before, …, OpenCLIP's counted from the layer that is
// never used, as ComfyUI does, so that 1 and 2 are the same; the final layer norm follows always, as diffusers and
// A1111 do. Throws Error: BadArgument for a clipSkip outside 1…layers, BadFile for an id outside the vocabulary.
// Source: transformers modeling_clip.py (CLIPTextTransformer).
Tensor encodeText(const ClipText& model, std::span<const int32_t> ids, int clipSkip = 1);

}
