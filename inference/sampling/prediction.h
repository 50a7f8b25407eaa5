// From what the network predicts to the denoised image: input scaling, epsilon and v, classifier-free guidance. Plain
// arithmetic over host arrays of any shape; it runs no network.
#pragma once
#include <span>
#include <vector>

namespace athanor {

// Latents of one or more images in any fixed order; fp32 as torch has them.
using Array = std::vector<float>;

enum class Prediction {
    Epsilon, // the noise (Ho et al. 2020); Stable Diffusion 1.x, 2 base
    Sample, // the denoised image itself
    Velocity, // v = a noise - s x0, with a^2 = 1 / (1 + sigma^2), s^2 = 1 - a^2 (Salimans and Ho 2022); Stable
              // Diffusion 2
    Flow // noise - x0, of x = (1 - sigma) x0 + sigma noise (Liu et al. 2022, Esser et al. 2024); Stable Diffusion 3
};

// What the network is given for x = x0 + sigma noise: x / sqrt(1 + sigma^2), of unit variance for unit-variance data;
// of a flow x itself. Its timestep is timestepAt(model, sigma).
Array networkInput(Prediction prediction, const Array& x, double sigma);

// The network's estimate of x0, from its output for networkInput(prediction, x, sigma). Sizes must be equal.
Array denoisedFrom(Prediction prediction, const Array& output, const Array& x, double sigma);

// The parts times their weights, added up. Classifier-free guidance (Ho and Salimans 2022), uncond + cfg (cond -
// uncond), is uncond and cond with 1 - cfg and cfg. May be applied to network outputs or to denoised images, which
// gives the same where the weights add up to 1, as denoisedFrom is linear in the output. Sizes must be equal.
Array weighted(std::span<const Array> parts, std::span<const double> weights);

// Throws Error(BadArgument) unless -100 <= cfg <= 100 (not a number is refused too).
void checkCfg(double cfg);

// Where sampling starts, at sigma, the schedule's first: x = signal latent + sigma noise for an image's latent, with
// signal as signalAt(model, sigma),
Array noisedLatent(const Array& latent, const Array& noise, double sigma, double signal = 1);
// and for no latent x = sqrt(1 + sigma^2) noise, so that the network is given exactly the noise. ComfyUI and diffusers'
// DDIM, DDPM, DPM-Solver, UniPC and LCM do so; its Euler and Heun start from sigma noise except with "leading" spacing
// (0.23 % less at sigma 14.6).
Array noiseOnly(const Array& noise, double sigma);

}
