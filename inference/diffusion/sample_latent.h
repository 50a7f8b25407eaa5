// The walk from noise to a latent, of a batch: schedule, noise, mask, guidance, sampler. It encodes no prompts and
// decodes no pictures.
#pragma once
#include "inference/graph/strength_mode.h"
#include "inference/sampling/noise.h"
#include "inference/sampling/schedule.h"
#include "inference/values/node_hooks.h"

#include <cstdint>
#include <optional>
#include <string>

namespace athanor {

class Gpu;

struct SampleOptions {
    uint64_t seed = 0; // image i of the batch has seed + i
    NoiseKind noise = NoiseKind::TorchCpu;
    int steps = 20; // 1 … 1000
    double cfg = 7.5; // −100 … 100; 1 runs without the negative prompt
    std::string sampler = "dpmpp_2m", schedule = "karras";
    std::optional<double> eta; // absent: the sampler's own
    double strength = 1; // 0 leaves the latent as it is
    StrengthMode strengthMode = StrengthMode::Share;
    bool oneSeed = false; // all pictures of a batch are drawn from `seed`, one after the other, as ComfyUI; else
                          // picture i from seed + i
    int startStep = 0, endStep = maxSteps; // of those that strength leaves: [start, end) are walked
    bool addNoise = true; // false: the latent holds its noise already
    bool keepNoise = false; // after an end before the last step: keep what noise is left, for a further walk
};

// References that outlive the walk.
struct SampleInputs {
    const ModelValue& model;
    const ConditioningValue& positive;
    const ConditioningValue* negative; // null: nothing to keep away from
    const LatentValue& latent;
};

// The latents, with how they came to be: the picture's text is new unless no noise was added, which goes on with what
// another walk began. Two walks over [0, n) and [n, end) with one seed, the first keeping its noise and the second
// adding none, are one walk for samplers that remember no earlier step.
// Throws Error: BadArgument for a value out of range or inputs that do not fit together, OutOfMemory before the first
// step where one picture cannot fit, BadFile when the network returns values that are not numbers, Cancelled, Device.
LatentValue sampleLatent(Gpu& gpu, const SampleInputs& inputs, const SampleOptions& options, const NodeHooks& hooks);

}
