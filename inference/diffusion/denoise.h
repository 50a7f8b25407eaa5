// The UNet as the samplers see it: a function from a noisy latent on the host to the denoised one, with guidance.
#pragma once
#include "inference/diffusion/control.h"
#include "inference/sampling/samplers.h"

#include <cstdint>
#include <span>
#include <vector>

namespace athanor {

// The latents of a batch, N C H W on the host as torch has them.
struct LatentSize {
    int64_t images, channels, height, width;
    size_t count() const { return size_t(images * channels * height * width); }
};

// What steers the UNet.
struct Conditioning {
    int branches = 1; // 1: the prompt alone; 2: the negative prompt first, then the prompt
    std::vector<float> states; // branches × images × tokens × width
    std::vector<ControlList> controls = {}; // of each branch; or none at all
};

// On the device, N H W C.
Tensor latentTensor(Gpu& gpu, std::span<const float> latents, const LatentSize& size);

// Both branches of classifier-free guidance (one, if text has one) run as one batch; the batch is halved as often as
// memory asks. Where ControlNets steer them differently, each branch runs by itself. sigmas: of the whole schedule; the
// ranges of ControlNets count its steps. The arguments taken by reference must outlive the result.
// Of a network that takes the strength of guidance as an input, text has one branch. noise: null is Stable Diffusion's.
Denoise guidedDenoise(Gpu& gpu, const UNet& unet, Prediction prediction, const Conditioning& text, double cfg,
    const LatentSize& size, std::vector<double> sigmas = {}, const NoiseModel* noise = nullptr);

}
