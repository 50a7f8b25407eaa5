// The denoising UNet of Stable Diffusion 1.x, 2 and XL with cross attention (Rombach et al. 2022, Podell et al. 2023).
// The blocks there are and what is in each is read from the names of the weights, so any width and depth works.
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

struct UNetConfig {
    int inputChannels = 4, outputChannels = 4;
    int channels = 320; // of the first level
    int contextWidth = 768; // of the text states
    int heads = 8; // of every attention; not in the shapes
    int headChannels = 0; // not 0: every head has as many channels instead
    int normGroups = 32; // not in the shapes
    int downsamplings = 3; // levels below the first
    // What config.json may change, and shapes never tell.
    Activation activation = Activation::Silu; // of the residual blocks, the time embedding and the end
    float normEpsilon = 1e-5f; // of the residual blocks' norms and the last
    bool cosinesFirst = true; // of the time embedding
    double frequencyShift = 0; // of the time embedding
    bool centerInput = false; // the network sees 2x − 1
    float middleDivisor = 1; // of each residual block in the middle
    int addedWidth = 0; // not 0: beside the text states the pooled prompt and sizes are an input, so many numbers
    int guidanceWidth = 0; // not 0: the strength of guidance is an input (latent consistency models)
};

// Of an attention over so many channels.
inline int headsOf(const UNetConfig& config, int64_t channels)
{
    return config.headChannels ? int(channels / config.headChannels) : config.heads;
}

struct UNet {
    UNetConfig config;
    Weights weights; // names below "model.diffusion_model."
    DType precision = DType::F32;
};

// As detectClipText; its metadata: athanor.unet.attention_heads or athanor.unet.head_channels,
// athanor.unet.norm_groups.
Detected<UNetConfig> detectUNet(const ModelFiles& files, std::vector<std::string>* warnings = nullptr);

// x: N H W inputChannels; timesteps: N values in 0…999, fractions allowed → N H W outputChannels, fp32: the predicted
// noise or velocity. N is the batch with both branches of guidance in it.
// guidance: the strength of guidance less one, of effect where config.guidanceWidth is not 0 only.
// residuals: what ControlNets add, one for each skip connection in the order of the input blocks and last one for the
// middle, each of its shape or empty for nothing; or none at all.
// Source: ldm/modules/diffusionmodules/openaimodel.py, diffusers unet_2d_condition.py.
Tensor evaluate(const UNet& model, const Tensor& x, std::span<const float> timesteps, const Conditions& conditions,
    std::span<const Tensor> residuals = {}, double guidance = 0);

// Bytes of activations that one evaluation of `rows` latents of height × width takes at most, about: they grow with
// pixels and the first level's channels, as skip connections and the widest feed-forward layer do (measured: 22 times
// one feature map of that level; no N × N matrix is ever held).
uint64_t evaluationMemory(const UNet& model, int64_t rows, int64_t height, int64_t width);

}
