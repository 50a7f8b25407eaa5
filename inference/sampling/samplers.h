// The samplers: each walks a state from the first sigma of a schedule to its last, step by step, by asking a denoiser.
// They know neither networks nor prompts, and any sampler takes any schedule.
//
// The state is x = x0 + sigma noise ("sigma space"). Samplers that are published in the variance-preserving space have
// x / sqrt(1 + sigma^2) there; the walks are the same. Of a flow it is (1 - sigma) x0 + sigma noise, and what counts is
// the noise over the signal, sigma / (1 - sigma), which is infinite where the walk begins.
//
// Noise. Samplers that add noise draw once a step, after the step's denoising, from the same sources that gave the
// initial noise: image i's numbers come from noise[i], in the order initial noise, step 0, step 1, ... This is what
// diffusers does with generator=torch.Generator("cpu").manual_seed(seed), or with a list of generators for a batch. A
// step to sigma 0 draws nothing. (diffusers' Euler a and DDIM with eta > 0 draw there too and multiply by zero, DDPM
// by 1e-10: the image is the same, only a generator used for a further image afterwards would be in another state.)
#pragma once
#include "inference/sampling/noise.h"
#include "inference/sampling/prediction.h"
#include "inference/sampling/schedule.h"

#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace athanor {

// Where a denoiser is asked: at sigma > 0, in the step `index` of `count`, which a schedule has in all.
struct StepAt {
    double sigma;
    int index = 0, count = 1;
};

// The estimate of x0 from x, of x's size.
using Denoise = std::function<Array(const Array& x, const StepAt& at)>;

// After each step, for progress, preview and cancelling (throw to end the walk).
struct SamplingStep {
    int index; // from 0
    int count;
    double sigma; // where the step began; denoised was estimated from there
    const Array& x; // after the step
    const Array& denoised;
};
using OnStep = std::function<void(const SamplingStep&)>;

// Which of a schedule's steps are walked: those from `first` on of `count`; 0: the schedule is what is walked.
struct WalkedPart {
    int first = 0, count = 0;
};

// What is the same for all steps of a walk.
struct Walk {
    const NoiseModel& model;
    std::span<const double> sigmas;
    const Denoise& denoise;
    double eta = 0;
    WalkedPart part = {};
};

// All that changes from step to step: a copy goes on to the same picture, bit for bit.
struct SamplerState {
    Array x;
    std::vector<NoiseSource> noise; // one an image; none for samplers that add none
    int index = 0; // of the next step
    std::vector<Array> estimates = {}; // of x0 in the last steps, the newest in front
    Array start = {}; // UniPC: where the last step should have begun
};

struct Sampler {
    std::string_view name; // command line and workflows
    std::string_view title; // A1111's "Sampler"
    void (*step)(const Walk& walk, SamplerState& state); // moves x on and puts the step's estimate in front
    double eta; // share of the noise that is put back each step, where the sampler has one
    bool etaIsAdjustable;
    bool addsNoise; // with its own eta
    int evaluations = 1; // of the denoiser a step; one in the last
};

// euler            Karras et al. 2022, algorithm 1 without the correction (DDIM of Song et al. 2021, in sigma space)
// euler_ancestral  the same with eta 1: all noise of DDPM's posterior is put back
// heun             Karras et al. 2022, algorithm 1; two evaluations a step, one in the last
// dpmpp_2m         DPM-Solver++(2M), Lu et al. 2022, algorithm 2; first order in a step to sigma 0
// unipc            UniPC order 2, B(h) = e^h - 1 (bh2), Zhao et al. 2023; the last step is first order
// ddim             Song, Meng and Ermon 2021, eq. 12 and 16; eta 0
// ddpm             Ho et al. 2020, eq. 7
// lcm              Luo et al. 2023, multistep consistency sampling with the boundary scalings of their eq. 9
std::span<const Sampler> samplers();

// By name or title, in any case. Throws Error(BadArgument) with the nearest names.
const Sampler& findSampler(std::string_view name);

struct SamplingOptions {
    std::optional<double> eta; // absent: the sampler's own; 0 to 1
    OnStep onStep;
    WalkedPart part = {}; // what the denoiser is told
};

// Walks x from sigmas.front() to sigmas.back() and returns it there; with one sigma, x itself. sigmas fall strictly and
// none is negative (see makeSigmas and strengthTail); noise goes on from there. Throws Error(BadArgument) for an eta
// that is out of range or that the sampler does not have, and Error(BadFile), naming sampler and step, when the
// denoiser returns a value that is not finite.
Array sample(const Sampler& sampler, const NoiseModel& model, std::span<const double> sigmas, Array x,
    const Denoise& denoise, std::vector<NoiseSource> noise, const SamplingOptions& options = {});

}
