// The text encoder of T5 1.1 (Raffel et al. 2020; Shazeer 2020): token ids to the states that steer Stable Diffusion 3.
// Not the tokenizer.
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

// The standard values are those of google/t5-v1_1-xxl.
struct T5TextConfig {
    int layers = 24;
    int width = 4096;
    int heads = 64;
    int headSize = 64; // d_kv; heads · headSize need not be the width
    int vocabulary = 32128;
    int inner = 10240; // d_ff, of the feed-forward, which is gated by GELU in its tanh form
    int buckets = 32; // of relative positions, an even number: half for keys behind, half for keys ahead
    int maxDistance = 128; // in tokens; farther ones share a bucket
    float normEpsilon = 1e-6f;
};

struct T5Text {
    T5TextConfig config;
    Weights weights; // names as transformers has them: "encoder.block.0.layer.0.SelfAttention.q.weight"
    DType precision = DType::F32; // of the weights alone: activations go beyond fp16 and are always fp32
};

// As detectClipText. Of shared.weight and encoder.embed_tokens.weight, which are the same values, one is enough.
// Throws Error(BadFile).
Detected<T5TextConfig> detectT5Text(
    const ModelFiles& files, std::vector<std::string>* warnings = nullptr, Part part = Part::TextEncoder3);

// ids: each in [0, vocabulary), any number but none → 1 × ids.size() × width, fp32, after the final norm. All attend to
// all, padding too. Throws Error(BadFile) for an id outside the vocabulary.
// Source: transformers modeling_t5.py (T5EncoderModel).
Tensor encodeText(const T5Text& model, std::span<const int32_t> ids);

}
