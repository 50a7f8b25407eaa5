#include "inference/diffusion/sample_latent.h"
#include "inference/nodes/common.h"
#include "inference/sampling/names.h"
#include "inference/sampling/samplers.h"

#include <variant>

namespace athanor {

namespace {

constexpr double ownEta = -1;

SampleOptions optionsOf(const NodeRun& run)
{
    SampleOptions o;
    o.seed = run.seed("seed");
    o.oneSeed = run.text("batch_noise") == "one";
    o.noise = run.text("noise") == "philox" ? NoiseKind::Philox : NoiseKind::TorchCpu;
    o.steps = int(run.integer("steps"));
    o.cfg = run.number("cfg");
    o.sampler = run.text("sampler");
    o.schedule = run.text("schedule");
    if (const double eta = run.number("eta"); eta != ownEta)
        o.eta = eta;
    o.strength = run.number("strength");
    o.strengthMode = strengthModeOf(run.text("strength_mode"));
    o.startStep = int(run.integer("start_step"));
    o.endStep = int(run.integer("end_step"));
    o.addNoise = run.boolean("add_noise");
    o.keepNoise = run.boolean("keep_noise");
    return o;
}

Values runSample(NodeRun& run)
{
    const SampleInputs inputs{run.input<ModelValue>("model"), run.input<ConditioningValue>("positive"),
        run.has("negative") ? &run.input<ConditioningValue>("negative") : nullptr, run.input<LatentValue>("latent")};
    LatentValue latent = sampleLatent(run.host.gpu(), inputs, optionsOf(run), run.hooks);
    const auto pixels = [](const LatentValue& l) {
        return std::to_string(l.width << l.downsamplings) + "×" + std::to_string(l.height << l.downsamplings);
    };
    if (pixels(latent) != pixels(inputs.latent))
        run.warn("the picture of " + pixels(inputs.latent) + " pixels becomes " + pixels(latent)
            + ": sides are multiples of " + std::to_string(1 << latent.downsamplings) + " with this model");
    return {shared(std::move(latent))};
}

std::string checkSampling(const Node& node)
{
    const auto number = [&](const char* name, auto otherwise) {
        const auto it = node.params.find(name);
        const auto* value = it == node.params.end() ? nullptr : std::get_if<decltype(otherwise)>(&it->second);
        return value ? *value : otherwise;
    };
    const int64_t start = number("start_step", int64_t(0)), end = number("end_step", int64_t(maxSteps));
    if (start > end)
        return "start_step is " + std::to_string(start) + ", behind end_step, which is " + std::to_string(end);
    if (const double eta = number("eta", ownEta); eta < 0 && eta != ownEta)
        return "eta is " + numberText(eta) + ", but must be from 0 to 1, or -1 for the sampler's own";
    return {};
}

}

// ComfyUI's KSampler and KSamplerAdvanced in one.
NodeType sampleNode()
{
    return {
        .id = "sample",
        .title = "Sample",
        .category = "Sampling",
        .text = "Takes the noise away step by step, towards the prompt.",
        .inputs = {{"model", PortType::Model, "What takes the noise away"},
            {"positive", PortType::Conditioning, "What the picture shall show"},
            {"negative", PortType::Conditioning, "What it is kept away from; not linked: nothing", true},
            {"latent", PortType::Latent, "Where to begin: an empty latent, a picture's, or one half done"}},
        .params = {{"seed", ParamKind::Seed, int64_t(0),
                       "Which noise; picture i of a batch has seed + i, or batch_noise says else"},
            {"steps", ParamKind::Int, int64_t(20), "Of the whole schedule", 1, maxSteps, 1},
            {"cfg", ParamKind::Float, 7.5, "How strongly the prompt counts; 1 leaves the negative one out", -100, 100,
                0.5},
            {"sampler", ParamKind::Choice, std::string("dpmpp_2m"), "The way from step to step", 0, 0, 1,
                namesOf(samplers()), PortType::Sampler},
            {"schedule", ParamKind::Choice, std::string("karras"), "How noise is spread over the steps", 0, 0, 1,
                namesOf(schedules()), PortType::Schedule},
            {"strength", ParamKind::Float, 1.0, "How much of the latent may change: 0 nothing, 1 everything", 0, 1,
                0.01},
            {"strength_mode", ParamKind::Choice, std::string("share"),
                "share: walks that share of the steps, as diffusers; a1111: one step more, as A1111; all: walks all "
                "steps over less noise, as ComfyUI's denoise",
                0, 0, 1, strengthModeNames()},
            {"start_step", ParamKind::Int, int64_t(0), "First step to walk", 0, maxSteps, 1},
            {"end_step", ParamKind::Int, int64_t(maxSteps), "Step to end before; beyond the last: the end", 0, maxSteps,
                1},
            {"add_noise", ParamKind::Bool, true, "Off: the latent holds its noise already"},
            {"keep_noise", ParamKind::Bool, false,
                "After an early end: keep the noise that is left, for another sampler"},
            {"eta", ParamKind::Float, ownEta, "Share of noise put back each step; -1: the sampler's own", -1, 1, 0.05},
            {"noise", ParamKind::Choice, std::string("cpu"), "As torch makes it on a CPU, or (philox) on CUDA", 0, 0, 1,
                {"cpu", "philox"}},
            {"batch_noise", ParamKind::Choice, std::string("seeds"),
                "seeds: picture i of a batch has seed + i, as A1111; one: all are drawn from one seed, as ComfyUI", 0,
                0, 1, {"seeds", "one"}}},
        .outputs = {{"latent", PortType::Latent, "The latent as it then is"}},
        .check = checkSampling,
        .run = runSample,
    };
}

}
