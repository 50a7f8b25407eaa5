// The multimodal diffusion transformer of Stable Diffusion 3 and 3.5 (Esser et al. 2024): text and picture are two rows
// of tokens with weights of their own that attend to each other. Any depth and width, with and without normed queries
// and keys, and with a second attention of the picture alone in its first blocks (3.5 medium).
#pragma once
#include "inference/models/conditions.h"
#include "inference/weights/module.h"
#include "inference/weights/tensor_roles.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace athanor {

struct ModelFiles;

struct MmDitConfig {
    int inputChannels = 16, outputChannels = 16;
    int patch = 2; // latents a side of a token
    int depth = 24; // blocks
    int width = 1536;
    int heads = 24;
    int contextWidth = 4096; // of the text states
    int addedWidth = 2048; // of the pooled prompt
    int positions = 192; // tokens a side of the table of positions
};

struct MmDit {
    MmDitConfig config;
    Weights weights; // names below "model.diffusion_model."; "attn.qkv" and modulations of two as their rows
    DType precision = DType::F32;
};

// As detectClipText; its metadata: athanor.transformer.attention_heads.
Detected<MmDitConfig> detectMmDit(const ModelFiles& files, std::vector<std::string>* warnings = nullptr);

// x: N H W inputChannels; timesteps: N values in 0…1000, sigmas times 1000 → N H W outputChannels, fp32: the velocity,
// noise less picture. Sides that the patch does not divide go on with what they began with, as ComfyUI has it. Throws
// Error(BadArgument) for a picture with more tokens a side than the table has positions.
// Source: sd3-ref mmditx.py, diffusers transformer_sd3.py.
Tensor evaluate(const MmDit& model, const Tensor& x, std::span<const float> timesteps, const Conditions& conditions);

// Bytes of activations that one evaluation of `rows` latents of height × width takes at most, about: 13 widths for each
// token of text and picture (measured: 12).
uint64_t evaluationMemory(const MmDit& model, int64_t rows, int64_t height, int64_t width);

}
