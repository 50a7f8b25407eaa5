// ControlNet (Zhang et al. 2023) for Stable Diffusion: a copy of the UNet's way down that sees a control picture
// and gives what is added to the UNet's skip connections and middle. Any width and depth, as the UNet. Not how strongly
// each counts: that is inference/diffusion/control.
#pragma once
#include "inference/models/unet.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace athanor {

struct ControlNetConfig {
    UNetConfig encoder; // its outputChannels mean nothing here
    int hintDownsamplings = 3; // 2^3 = 8 pixels a latent
    int residuals = 13; // one for each input block of the UNet and, last, one for its middle
    // The weights are what to add to those of a UNet: onBase() makes a network to evaluate.
    bool difference = false;
    bool blueFirst = false; // the control picture's channels, B G R
    // Each output is the mean over the picture, the same everywhere ("shuffle"); for the prompt's branch alone.
    bool globalPool = false;
};

struct ControlNet {
    ControlNetConfig config;
    Weights weights; // names below "control_model."
    DType precision = DType::F32;
};

// As detectUNet, whose metadata it has.
Detected<ControlNetConfig> detectControlNet(const ModelFiles& files, std::vector<std::string>* warnings = nullptr);

// hint: N 8H 8W 3 RGB in 0…1 → N H W channels. The same at every step of a run.
Tensor embedHint(const ControlNet& model, const Tensor& hint);

// x, timesteps and conditions as for the UNet; hint: of embedHint, one for all rows or one each → config.residuals
// tensors, in the order that the UNet's evaluate() takes. Source: ControlNet cldm/cldm.py, diffusers controlnet.py.
std::vector<Tensor> evaluate(const ControlNet& model, const Tensor& x, std::span<const float> timesteps,
    const Conditions& conditions, const Tensor& hint);

// The network of a file of differences on the UNet that it is to steer. Throws Error(BadArgument) as requireFit.
ControlNet onBase(const ControlNet& difference, const UNet& base);

// A network that was made with one UNet, for another (tool_transfer_control.py): shared weights change as the UNet's
// do. Throws Error(BadArgument) as requireFit.
ControlNet transferred(const ControlNet& model, const UNet& from, const UNet& to);

// Throws Error(BadArgument) naming both unless the network's outputs are those that the UNet takes.
void requireFit(const ControlNet& model, const UNet& unet);

// Bytes that the residuals of `rows` latents of height × width take at most, about, while the UNet runs.
uint64_t residualMemory(const ControlNet& model, int64_t rows, int64_t height, int64_t width);

}
