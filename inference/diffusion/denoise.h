// A network as the samplers see it: a function from a noisy latent on the host to the denoised one, with guidance.
#pragma once
#include "inference/diffusion/control.h"
#include "inference/sampling/samplers.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace athanor {

// The latents of a batch, N C H W on the host as torch has them.
struct LatentSize {
    int64_t images, channels, height, width;
    size_t count() const { return size_t(images * channels * height * width); }
};

// What steers the network is a sum of what it gives for each of these: the prompt alone, or, for classifier-free
// guidance, the negative prompt and the prompt.
struct GuidanceTerm {
    std::vector<float> states; // tokens × width, for each image
    double weight = 1; // in the sum
    ControlList controls = {};
    std::shared_ptr<const InpaintInput> inpaint = {}; // for networks with further inputs, which then must be there
    std::vector<float> added = {}; // for networks that take the pooled prompt and sizes
};

// On the device, N H W C.
Tensor latentTensor(Gpu& gpu, std::span<const float> latents, const LatentSize& size);

// What is denoised, and by what.
struct Denoising {
    const Denoiser& net;
    Prediction prediction = Prediction::Epsilon;
    const NoiseModel& noise = stableDiffusionNoise();
    LatentSize size;
    double cfg = 1; // for networks that take the strength of guidance as an input
    std::vector<ExtraInput> extraInputs = {}; // of the network
};

// Terms that the same ControlNets steer, with as many tokens, run as one batch, which is halved as often as memory
// asks; their states are uploaded once. What the arguments refer to must outlive the result.
Denoise guidedDenoise(Gpu& gpu, const Denoising& what, std::span<const GuidanceTerm> terms);

}
