// The networks that predict what samplers ask for, as a run sees them: one or another.
#pragma once
#include "inference/models/mmdit.h"
#include "inference/models/unet.h"

#include <cstdint>
#include <span>
#include <variant>

namespace athanor {

struct Denoiser : std::variant<UNet, MmDit> {
    using variant::variant;
};

const Weights& weightsOf(const Denoiser& net);
DType precisionOf(const Denoiser& net);

// What an evaluation is given beside the latent.
struct DenoiserInputs {
    int contextWidth = 0; // of the text states
    int addedWidth = 0; // of the pooled prompt and what is told of sizes; 0: none
    bool guidance = false; // the strength of guidance
    int latentChannels = 0; // of what it predicts
};
DenoiserInputs inputsOf(const Denoiser& net);

// As the network's own evaluate(), whose residuals and guidance are a UNet's.
Tensor evaluate(const Denoiser& net, const Tensor& x, std::span<const float> timesteps, const Conditions& conditions,
    std::span<const Tensor> residuals = {}, double guidance = 0);
uint64_t evaluationMemory(const Denoiser& net, int64_t rows, int64_t height, int64_t width);

// Throws Error(BadArgument) where ControlNets, which are made for UNets, cannot steer the network.
const UNet& requireUNet(const Denoiser& net);

}
