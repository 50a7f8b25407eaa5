// Blocks that the UNet, the ControlNet and the autoencoder share, in the names of the single-file checkpoints.
// All feature maps are N H W C.
#pragma once
#include "inference/weights/module.h"

#include <span>
#include <vector>

namespace athanor {

// A linear layer or 1×1 convolution with its bias; what `epilogue` says comes on top.
Tensor linear(const Module& m, const Tensor& x, Epilogue epilogue = {});
// A convolution with its bias; what `epilogue` says comes on top.
Tensor conv2d(const Module& m, const Tensor& x, const ConvOptions& options, Epilogue epilogue = {});
// 3×3 with one pixel of padding, or 1×1 without, by the weight's own kernel size.
Tensor conv2d(const Module& m, const Tensor& x, Epilogue epilogue = {});
Tensor groupNorm(const Module& m, const Tensor& x, int groups, float epsilon, bool silu = false);
// With any function behind it.
Tensor groupNorm(const Module& m, const Tensor& x, int groups, float epsilon, Activation activation);
Tensor layerNorm(const Module& m, const Tensor& x, float epsilon = 1e-5f);

// Sinusoidal embedding of timesteps (Ho et al. 2020; diffusers get_timestep_embedding, whose flip_sin_to_cos and
// downscale_freq_shift these are): timesteps.size() × width.
std::vector<float> timestepEmbedding(
    std::span<const float> timesteps, int width, bool cosinesFirst = true, double frequencyShift = 0);

}
