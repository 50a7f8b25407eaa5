// The noise levels (sigmas) of a discrete diffusion model and the schedules that pick steps from them; not the
// samplers that walk the steps.
#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace athanor {

// sigmas[t] of training timestep t, ascending; sigma = sqrt((1 - a) / a) with a the cumulative product of 1 - beta.
// x = x0 + sigma * noise ("sigma space"); the network was trained on x / sqrt(1 + sigma^2) at timestep t.
// Of a rectified flow (Esser et al. 2024) x = (1 - sigma) * x0 + sigma * noise, the network's timestep is 1000 sigma,
// and sigmas[t] is (t + 1) / 1000, shifted.
struct NoiseModel {
    std::vector<double> sigmas;
    std::vector<double> logSigmas;
    double shift = 0; // of a flow: s t / (1 + (s - 1) t); 0: this is none
};

// Of x = signal * x0 + sigma * noise.
inline double signalAt(const NoiseModel& model, double sigma)
{
    return model.shift != 0 ? 1 - sigma : 1;
}

// Stable Diffusion's: betas "scaled_linear" 0.00085 to 0.012 over 1000 timesteps; sigma 0.0291672 to 14.614641.
//
// Computed in double precision. diffusers computes the table in single precision, where 1 - a cancels: its sigmas
// deviate by 1.3e-5 of their value at t = 0 and by less than 5e-6 elsewhere. That is below what a network or a
// trajectory can show (a sigma of 0.03 scales the last correction), and the exact table is the one ComfyUI has.
const NoiseModel& stableDiffusionNoise();

// diffusers' beta_schedule: "linear" and "scaled_linear" (in the root) from start to end, "sigmoid" between them,
// "squaredcos_cap_v2" (Nichol and Dhariwal 2021) without. Nothing for any other name.
std::optional<std::vector<double>> makeBetas(std::string_view schedule, double start, double end, std::size_t count);

// zeroTerminal: rescaled so that the last timestep is noise alone (Lin et al. 2023, algorithm 1). Its sigma is then
// that of a signal of 2^-24, as diffusers' schedulers of sigmas have it. Nothing unless every sigma is finite and above
// the one before.
std::optional<NoiseModel> makeNoiseModel(std::span<const double> betas, bool zeroTerminal);

// A flow's 1000 noise levels. shift > 0: 1 leaves them even, 3 is Stable Diffusion 3's.
NoiseModel makeFlowModel(double shift);

// Between timesteps log sigma is linear, as k-diffusion, diffusers and ComfyUI have it; outside they are clamped to
// the table. The two are inverse to each other, and exact at whole timesteps. Not so of a flow, where the timestep is
// that of the shifted sigma, and the sigma at a timestep is shifted once more: diffusers and ComfyUI space their steps
// so (comfy/model_sampling.py, ModelSamplingDiscreteFlow).
double sigmaAt(const NoiseModel& model, double timestep);
double timestepAt(const NoiseModel& model, double sigma);

constexpr int maxSteps = 1000;

struct Schedule {
    std::string_view name; // command line and workflows
    std::string_view title; // A1111's "Schedule type"
    std::vector<double> (*sigmas)(const NoiseModel& model, int steps); // steps sigmas, falling, without the final 0
};

// normal        whole range, evenly in timestep (999 to 0): of a flow diffusers' FlowMatchEulerDiscreteScheduler
// simple        every (1000 / steps)-th timestep from 999 down: diffusers' "trailing"
// karras        evenly in sigma^(1/7) (Karras et al. 2022, eq. 5)
// exponential   evenly in log sigma
// sgm_uniform   evenly in timestep, leaving out the last: diffusers' "linspace" of DPM-Solver and UniPC, unrounded
// ddim_uniform  timesteps 1, 1 + k, 1 + 2k ... with k = 1000 / steps in whole numbers: diffusers' "leading" with
//               steps_offset 1. ComfyUI's has one step more when steps does not divide 1000.
// All are ComfyUI's definitions.
std::span<const Schedule> schedules();

// By name or title, in any case. Throws Error(BadArgument) with the nearest names.
const Schedule& findSchedule(std::string_view name);

// steps + 1 strictly falling sigmas ending in 0. Throws Error(BadArgument) unless 1 <= steps <= 1000 and the model has
// as many timesteps.
std::vector<double> makeSigmas(const Schedule& schedule, const NoiseModel& model, int steps);

// Those that ComfyUI walks for so many steps (comfy/samplers.py): of ddim_uniform as many as fit, perhaps a step more;
// with leavesOutOne, as for UniPC, a schedule of one step more without its last but one.
std::vector<double> makeComfySigmas(const Schedule& schedule, const NoiseModel& model, int steps, bool leavesOutOne);

// Image to image: the last int(steps * strength) steps, so 1 keeps all and 0 keeps none: {0}, which leaves the image
// as it is. As diffusers; ComfyUI's "denoise" instead makes a longer schedule so that all steps are walked.
// Throws Error(BadArgument) unless 0 <= strength <= 1.
std::vector<double> strengthTail(std::span<const double> sigmas, double strength);

}
