#include "inference/diffusion/sample_latent.h"

#include "inference/diffusion/conditioning.h"
#include "inference/diffusion/device_stage.h"
#include "inference/diffusion/inpaint_input.h"
#include "inference/diffusion/latent_preview.h"
#include "inference/diffusion/sampling_info.h"
#include "inference/graph/param_check.h"
#include "inference/sampling/names.h"
#include "inference/values/pixels.h"
#include "inference/values/resample.h"
#include "render/error.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <memory>
#include <span>
#include <vector>

namespace athanor {

namespace {

void check(const SampleInputs& inputs, const SampleOptions& o)
{
    requireRange("steps", o.steps, 1, maxSteps);
    requireRange("strength", o.strength, 0, 1);
    requireRange("start step", o.startStep, 0, o.endStep);
    checkCfg(o.cfg);
    requireRange("batch", double(inputs.latent.images), 1, 64);
    for (const ConditioningValue* branch : {&inputs.positive, inputs.negative})
        for (const auto& control : branch ? branch->controls : ControlList())
            requireFit(*control->net, requireUNet(*inputs.model.net));
    if (inputs.latent.values && inputs.latent.channels != inputs.model.latent.channels)
        throw Error(ErrorKind::BadArgument,
            "the latent has " + std::to_string(inputs.latent.channels) + " channels, this model takes "
                + std::to_string(inputs.model.latent.channels) + "; it belongs to another kind of model");
}

// A batch that is too large is cut into pieces later; one picture that is too large is refused before anything runs.
void requireMemory(Gpu& gpu, const Denoiser& net, std::span<const GuidanceTerm> terms, const LatentSize& s)
{
    uint64_t controls = 0;
    for (const GuidanceTerm& term : terms)
        for (const auto& control : term.controls) // the sum, and what one of them adds to it
            controls = std::max(controls, 2 * residualMemory(*control->net, int64_t(terms.size()), s.height, s.width));
    const uint64_t need = evaluationMemory(net, int64_t(terms.size()), s.height, s.width) + controls,
                   left = freeMemory(gpu);
    if (need > left)
        throw Error(ErrorKind::OutOfMemory,
            "a picture of this size needs about " + std::to_string(need >> 20) + " MiB on " + gpu.info().name
                + ", which has " + std::to_string(left >> 20) + " MiB left; choose a smaller size or fp16 precision");
}

std::vector<double> comfySigmas(const NoiseModel& noise, const SampleOptions& o, int steps)
{
    return makeComfySigmas(findSchedule(o.schedule), noise, steps, o.sampler == "unipc");
}

// The noise levels that strength leaves.
std::vector<double> strengthSigmas(const NoiseModel& noise, const SampleOptions& o)
{
    const Schedule& schedule = findSchedule(o.schedule);
    if (o.strengthMode == StrengthMode::A1111 && o.strength < 1 && o.strength > 0) {
        const std::vector<double> sigmas = makeSigmas(schedule, noise, o.steps);
        constexpr double mostThere = 0.999;
        return {sigmas.end() - (int(std::min(o.strength, mostThere) * o.steps) + 2), sigmas.end()};
    }
    if (o.strengthMode != StrengthMode::AllSteps || o.strength == 0)
        return strengthTail(makeSigmas(schedule, noise, o.steps), o.strength);
    if (o.strength == 1)
        return comfySigmas(noise, o, o.steps);
    const double whole = o.steps / o.strength;
    if (whole >= maxSteps + 1)
        throw Error(ErrorKind::BadArgument,
            "strength " + numberText(o.strength) + " and all of " + std::to_string(o.steps)
                + " steps ask for a schedule of " + numberText(std::floor(whole)) + " steps, at most "
                + std::to_string(maxSteps) + " are possible; take fewer steps or more strength");
    const std::vector<double> sigmas = comfySigmas(noise, o, int(whole));
    return {sigmas.end() - std::min<ptrdiff_t>(o.steps + 1, ptrdiff_t(sigmas.size())), sigmas.end()};
}

struct WalkedSigmas {
    std::vector<double> sigmas; // one alone if there is no step to walk
    WalkedPart part; // of those that strength leaves
};

// Those of [start, end).
WalkedSigmas walkedSigmas(const NoiseModel& noise, const SampleOptions& o)
{
    std::vector<double> sigmas = strengthSigmas(noise, o);
    const int last = int(sigmas.size()) - 1, end = std::min(o.endStep, last), start = std::min(o.startStep, end);
    if (end < last && start < end && !o.keepNoise)
        sigmas[size_t(end)] = 0;
    return {{sigmas.begin() + start, sigmas.begin() + end + 1}, {start, last}};
}

// What a walk from the schedule's first noise level on would have drawn before it came to `startStep`.
void skipNoise(std::vector<NoiseSource>& sources, const Sampler& sampler, const SampleOptions& o, size_t count)
{
    const bool draws = sampler.etaIsAdjustable ? o.eta.value_or(sampler.eta) > 0 : sampler.addsNoise;
    for (int i = 0; draws && i < o.startStep; ++i)
        draw(sources, count);
}

Array startOf(const LatentValue& latent, const Array& noise, const NoiseModel& model, const SampleOptions& o,
    double sigma, size_t count)
{
    if (model.shift != 0 && o.addNoise)
        return noisedLatent(latent.values ? *latent.values : Array(count), noise, sigma, signalAt(model, sigma));
    const bool asComfy = o.strengthMode == StrengthMode::AllSteps; // which asks for the noise level alone
    const double most = stableDiffusionNoise().sigmas.back();
    const bool whole = asComfy ? sigma > most * (1 - 1e-5) : o.strength == 1 && o.startStep == 0;
    if (!latent.values)
        return o.addNoise ? whole ? noiseOnly(noise, sigma) : noisedLatent(Array(count), noise, sigma) : Array(count);
    if (o.addNoise && whole && asComfy)
        return noisedLatent(*latent.values, noiseOnly(noise, sigma), 1);
    return o.addNoise ? noisedLatent(*latent.values, noise, sigma) : *latent.values;
}

// Where the mask is 0 the latent stays what it was: the network sees it with the noise of each level, and the result
// is put back (ComfyUI, comfy/samplers.py, KSamplerX0Inpaint).
Denoise keptOutside(
    const LatentValue& latent, const LatentSize& s, const NoiseModel& model, const Array& noise, Denoise inner)
{
    const Mask& m = *latent.mask;
    Array mask = resampled(m.pixels, 1, m.height, m.width, s.height, s.width, Resample::Bilinear);
    const Array was = latent.values ? *latent.values : Array(s.count());
    return [mask = std::move(mask), was, noise, inner = std::move(inner), &model](const Array& x, const StepAt& at) {
        Array mixed(x.size());
        const double signal = signalAt(model, at.sigma);
        for (size_t i = 0; i < x.size(); ++i) {
            const float change = mask[i % mask.size()];
            mixed[i] = x[i] * change + float(signal * was[i] + at.sigma * noise[i]) * (1 - change);
        }
        Array denoised = inner(mixed, at);
        for (size_t i = 0; i < x.size(); ++i) {
            const float change = mask[i % mask.size()];
            denoised[i] = denoised[i] * change + was[i] * (1 - change);
        }
        return denoised;
    };
}

RgbImage preview(const Array& denoised, const LatentSize& s, const LatentColours& colours)
{
    const LatentSize one{1, s.channels, s.height, s.width};
    return latentPreview(std::span(denoised).first(one.count()), int(s.width), int(s.height), colours);
}

// The first of the batch.
LatentValue firstLatent(const Array& denoised, const LatentSize& s, int downsamplings, double scale)
{
    const size_t count = LatentSize{1, s.channels, s.height, s.width}.count();
    LatentValue latent{.images = 1, .channels = s.channels, .height = s.height, .width = s.width};
    latent.downsamplings = downsamplings;
    latent.scale = scale;
    latent.values = std::make_shared<const std::vector<float>>(denoised.begin(), denoised.begin() + ptrdiff_t(count));
    return latent;
}

void report(const NodeHooks& hooks, int done, int total, std::function<RgbImage()> picture = {},
    std::function<LatentValue()> latent = {})
{
    if (hooks.onProgress)
        hooks.onProgress({done, total, "sampling", std::move(picture), std::move(latent)});
}

// At least one step.
Array walk(Gpu& gpu, const SampleInputs& inputs, const SampleOptions& o, const LatentSize& size,
    const WalkedSigmas& walked, const NodeHooks& hooks)
{
    const Sampler& sampler = findSampler(o.sampler);
    const Denoiser& net = *inputs.model.net;
    const NoiseModel& noiseModel = noiseModelOf(inputs.model);
    std::optional<ConditioningValue> negative;
    if (o.cfg != 1 && !inputsOf(net).guidance) {
        negative = inputs.negative ? *inputs.negative : encodePrompt(inputs.positive.encoder, "", {});
        std::ranges::copy_if(inputs.positive.controls, std::back_inserter(negative->controls),
            [](const auto& control) { return control->spreads && reachesNegative(*control); });
    }
    const int shift = inputs.latent.downsamplings;
    std::vector<GuidanceTerm> terms = guidanceTerms(inputs.positive, negative ? &*negative : nullptr, o.cfg,
        inputs.model, {size.width << shift, size.height << shift});
    if (!inputs.model.extraInputs.empty()) {
        const auto ofLatent = std::make_shared<const InpaintInput>(inpaintOf(inputs.latent, inputs.model.latent));
        for (GuidanceTerm& term : terms)
            term.inpaint = term.inpaint ? ofScale(term.inpaint, inputs.model.latent.scale) : ofLatent;
    }
    requireMemory(gpu, net, terms, size);

    std::vector<NoiseSource> sources = batchNoise(o.noise, o.seed, o.oneSeed ? 1 : size_t(size.images));
    Array noise = draw(sources, size.count());
    skipNoise(sources, sampler, o, size.count());
    Array x = startOf(inputs.latent, noise, noiseModel, o, walked.sigmas.front(), size.count());
    Denoise denoise =
        guidedDenoise(gpu, {net, inputs.model.prediction, noiseModel, size, o.cfg, inputs.model.extraInputs}, terms);
    if (inputs.latent.mask) {
        if (!o.addNoise)
            noise.assign(noise.size(), 0);
        denoise = keptOutside(inputs.latent, size, noiseModel, noise, std::move(denoise));
    }
    report(hooks, 0, int(walked.sigmas.size()) - 1);
    const auto onStep = [&](const SamplingStep& step) {
        report(
            hooks, step.index + 1, step.count,
            [&] { return preview(step.denoised, size, inputs.model.latent.colours); },
            [&] { return firstLatent(step.denoised, size, inputs.latent.downsamplings, inputs.model.latent.scale); });
    };
    return sample(
        sampler, noiseModel, walked.sigmas, std::move(x), denoise, std::move(sources), {o.eta, onStep, walked.part});
}

}

LatentValue sampleLatent(Gpu& gpu, const SampleInputs& given, const SampleOptions& o, const NodeHooks& hooks)
{
    check(given, o);
    // Without its own VAE, a model takes what it gets.
    const int downsamplings = given.model.knowsVae ? given.model.latent.downsamplings : given.latent.downsamplings;
    LatentValue latent = ofScale(ofPixels(given.latent, downsamplings, "model"), given.model.latent.scale);
    latent.channels = given.model.latent.channels; // an empty one's are as the model takes them
    const SampleInputs inputs{given.model, given.positive, given.negative, latent};
    for (const ConditioningValue* branch : {&given.positive, given.negative})
        if (branch && branch->inpaint && !given.model.extraInputs.empty())
            requireFit(*branch->inpaint, latent);
    const LatentSize size{latent.images, latent.channels, latent.height, latent.width};
    const WalkedSigmas walked = walkedSigmas(noiseModelOf(inputs.model), o);
    const DeviceStage stage(gpu, hooks.stop);
    LatentValue result = latent;
    if (walked.sigmas.size() > 1)
        result.values = std::make_shared<const std::vector<float>>(walk(gpu, inputs, o, size, walked, hooks));
    else if (!latent.values)
        result.values = std::make_shared<const std::vector<float>>(size.count());
    if (o.addNoise || latent.infos.empty()) {
        result.infos.clear();
        for (int64_t i = 0; i < latent.images; ++i)
            result.infos.push_back(pictureInfo(inputs, o, i));
    }
    return result;
}

}
