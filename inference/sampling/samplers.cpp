#include "inference/sampling/samplers.h"

#include "inference/sampling/names.h"
#include "render/error.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace athanor {

namespace {

int stepCount(const Walk& walk)
{
    return static_cast<int>(walk.sigmas.size()) - 1;
}

// The estimate of x0 at the walk's sigma `step`; one behind the last step counts to that.
Array denoisedAt(const Walk& walk, const Array& x, int step)
{
    const int count = walk.part.count > 0 ? walk.part.count : stepCount(walk);
    return walk.denoise(x, {walk.sigmas[step], std::min(walk.part.first + step, count - 1), count});
}

// The estimate at a step's begin, kept in the state.
const Array& denoise(const Walk& walk, SamplerState& state)
{
    return *state.estimates.insert(state.estimates.begin(), denoisedAt(walk, state.x, state.index));
}

// x p + y q.
void blendInto(Array& x, double p, const Array& y, double q)
{
    for (std::size_t i = 0; i < x.size(); ++i)
        x[i] = static_cast<float>(p * x[i] + q * y[i]);
}

// From one sigma to the next as if x0 were known: exact when the denoised image does not change on the way. Every step
// below but LCM's and the second half of Heun's has this form, each with its own estimate of x0.
void moveTowards(Array& x, const Array& x0, double sigma, double next)
{
    blendInto(x, next / sigma, x0, 1 - next / sigma);
}

// x times signal, with noise of sigma.
void addNoise(SamplerState& state, double signal, double sigma)
{
    blendInto(state.x, signal, draw(state.noise, state.x.size()), sigma);
}

// The noise over the signal: sigma itself in sigma space.
double noiseRatio(const Walk& walk, int step)
{
    return walk.sigmas[step] / signalAt(walk.model, walk.sigmas[step]);
}

// One step function for Euler, Euler a, DDIM and DDPM: in sigma space they differ only by the noise put back. Written
// with sigma, DDIM's standard deviation (eq. 16) is up = eta next sqrt(1 - next^2 / sigma^2), the ancestral step's; at
// eta 1 the mean and variance are DDPM's posterior, and at eta 0 it is Euler's step of the probability-flow ODE. Of a
// flow all of it is in noise over signal, so that the walk in between goes to a lower sigma with a larger signal.
void ancestral(const Walk& walk, SamplerState& state)
{
    const double sigma = walk.sigmas[state.index];
    const Array& denoised = denoise(walk, state);
    const double ratio = noiseRatio(walk, state.index), next = noiseRatio(walk, state.index + 1);
    const double up = walk.eta * next * std::sqrt(1 - (next / ratio) * (next / ratio));
    const double down = std::sqrt(next * next - up * up), signal = walk.model.shift != 0 ? 1 / (1 + down) : 1;
    moveTowards(state.x, denoised, sigma, down * signal);
    if (const double nextSignal = signalAt(walk.model, walk.sigmas[state.index + 1]); up > 0)
        addNoise(state, nextSignal / signal, up * nextSignal);
}

void heun(const Walk& walk, SamplerState& state)
{
    const double sigma = walk.sigmas[state.index];
    const double next = walk.sigmas[state.index + 1];
    const Array& denoised = denoise(walk, state);
    Array end = state.x;
    moveTowards(end, denoised, sigma, next);
    if (next > 0) {
        const Array denoisedEnd = denoisedAt(walk, end, state.index + 1);
        for (std::size_t k = 0; k < end.size(); ++k) {
            const double slope = (double{state.x[k]} - denoised[k]) / sigma;
            const double slopeEnd = (double{end[k]} - denoisedEnd[k]) / next;
            end[k] = static_cast<float>(state.x[k] + (next - sigma) * (slope + slopeEnd) / 2);
        }
    }
    state.x = std::move(end);
}

// Half the log of the signal-to-noise ratio gained from one sigma to the next: the step length of the DPM solvers.
double logStep(const Walk& walk, int step)
{
    return std::log(noiseRatio(walk, step) / noiseRatio(walk, step + 1));
}

// The second-order estimate of x0 for this step, by the straight line through the last two in log sigma.
Array extrapolated(const Walk& walk, const SamplerState& state)
{
    const double ratio = logStep(walk, state.index) / logStep(walk, state.index - 1);
    Array x0 = state.estimates[0];
    blendInto(x0, 1 + ratio / 2, state.estimates[1], -ratio / 2);
    return x0;
}

void dpmpp2m(const Walk& walk, SamplerState& state)
{
    const double sigma = walk.sigmas[state.index];
    const double next = walk.sigmas[state.index + 1];
    const Array& denoised = denoise(walk, state);
    const bool secondOrder = state.index > 0 && next > 0;
    moveTowards(state.x, secondOrder ? extrapolated(walk, state) : denoised, sigma, next);
}

// The order of UniPC's step: rises from 1, and the last step is of order 1.
int uniPcOrder(const Walk& walk, int step)
{
    return step > 0 && step < stepCount(walk) - 1 ? 2 : 1;
}

// UniC: the x0 with which the step that led here should have been taken, now that its end has been denoised too.
Array corrected(const Walk& walk, const SamplerState& state)
{
    const int step = state.index - 1;
    const Array& here = state.estimates[0];
    const Array& old = state.estimates[1];
    const double h = logStep(walk, step);
    const double growth = std::expm1(-h);
    double rhoOlder = 0;
    double rhoHere = 0.5;
    double ratio = 1;
    if (uniPcOrder(walk, step) == 2) { // [1 1; ratio 1] [rhoOlder rhoHere] = [b1 b2]
        ratio = -logStep(walk, step - 1) / h;
        const double phi2 = growth / -h - 1;
        const double phi3 = phi2 / -h - 0.5;
        const double b1 = phi2 / growth;
        const double b2 = 2 * phi3 / growth;
        rhoOlder = (b1 - b2) / (1 - ratio);
        rhoHere = b1 - rhoOlder;
    }
    Array x0 = old;
    blendInto(x0, 1 - rhoHere, here, rhoHere);
    if (rhoOlder != 0) {
        const Array& older = state.estimates[2];
        for (std::size_t k = 0; k < x0.size(); ++k)
            x0[k] = static_cast<float>(x0[k] + rhoOlder / ratio * (double{older[k]} - old[k]));
    }
    return x0;
}

void uniPc(const Walk& walk, SamplerState& state)
{
    const double sigma = walk.sigmas[state.index];
    const Array& denoised = denoise(walk, state);
    if (state.index > 0) {
        moveTowards(state.start, corrected(walk, state), walk.sigmas[state.index - 1], sigma);
        state.x = state.start;
    } else {
        state.start = state.x;
    }
    const bool secondOrder = uniPcOrder(walk, state.index) == 2;
    moveTowards(state.x, secondOrder ? extrapolated(walk, state) : denoised, sigma, walk.sigmas[state.index + 1]);
}

void lcm(const Walk& walk, SamplerState& state)
{
    const double sigma = walk.sigmas[state.index];
    const double next = walk.sigmas[state.index + 1];
    denoise(walk, state);
    Array& denoised = state.estimates.front();
    // The consistency function is the identity at t = 0 and the denoised image from a few timesteps on. Models of flows
    // are trained without it (diffusers' FlowMatchLCMScheduler).
    const double t = 10 * timestepAt(walk.model, sigma);
    const double skip = 0.25 / (t * t + 0.25);
    const double out = t / std::sqrt(t * t + 0.25);
    if (walk.model.shift == 0)
        blendInto(denoised, out, state.x, skip / std::sqrt(1 + sigma * sigma));
    state.x = denoised;
    if (next > 0)
        addNoise(state, signalAt(walk.model, next), next);
}

constexpr Sampler samplerTable[] = {
    {"euler", "Euler", ancestral, 0, false, false},
    {"euler_ancestral", "Euler a", ancestral, 1, true, true},
    {"heun", "Heun", heun, 0, false, false, 2},
    {"dpmpp_2m", "DPM++ 2M", dpmpp2m, 0, false, false},
    {"unipc", "UniPC", uniPc, 0, false, false},
    {"ddim", "DDIM", ancestral, 0, true, false},
    {"ddpm", "DDPM", ancestral, 1, false, true},
    {"lcm", "LCM", lcm, 0, false, true},
};

double chosenEta(const Sampler& sampler, const std::optional<double>& eta)
{
    if (!eta)
        return sampler.eta;
    const std::string name(sampler.name);
    if (!sampler.etaIsAdjustable)
        throw Error(ErrorKind::BadArgument, "eta: sampler " + name + " has none; leave it out");
    if (!(*eta >= 0 && *eta <= 1))
        throw Error(ErrorKind::BadArgument, "eta: " + numberText(*eta) + " is outside 0 to 1");
    return *eta;
}

void checkSigmas(std::span<const double> sigmas)
{
    assert(!sigmas.empty());
    for (std::size_t i = 0; i < sigmas.size(); ++i) {
        const bool falls = i == 0 ? std::isfinite(sigmas[i]) : sigmas[i] < sigmas[i - 1];
        if (!falls || !(sigmas[i] >= 0))
            throw Error(ErrorKind::BadArgument,
                "sigmas: number " + std::to_string(i) + " is " + numberText(sigmas[i])
                    + "; they must fall strictly and not below 0");
    }
}

}

std::span<const Sampler> samplers()
{
    return samplerTable;
}

const Sampler& findSampler(std::string_view name)
{
    return findByName(samplers(), "sampler", name);
}

Array sample(const Sampler& sampler, const NoiseModel& model, std::span<const double> sigmas, Array x,
    const Denoise& denoise, std::vector<NoiseSource> noise, const SamplingOptions& options)
{
    checkSigmas(sigmas);
    const double eta = chosenEta(sampler, options.eta);
    assert((!(sampler.addsNoise || eta > 0) || !noise.empty()) && "sample: this sampler needs noise sources");
    const auto isFinite = [](float value) { return std::isfinite(value); };
    if (!std::ranges::all_of(x, isFinite))
        throw Error(ErrorKind::BadArgument,
            "sampler " + std::string(sampler.name) + ": the latent it starts from has a value that is not finite");

    SamplerState state{std::move(x), std::move(noise)};
    const Denoise checkedDenoise = [&](const Array& at, const StepAt& step) {
        Array denoised = denoise(at, step);
        assert(denoised.size() == at.size());
        if (!std::ranges::all_of(denoised, isFinite))
            throw Error(ErrorKind::BadFile,
                "sampler " + std::string(sampler.name) + ": the model's result at step "
                    + std::to_string(state.index + 1) + " of " + std::to_string(sigmas.size() - 1) + " (sigma "
                    + numberText(step.sigma) + ") is not finite; try precision fp32, or check the model file");
        return denoised;
    };
    const Walk walk{model, sigmas, checkedDenoise, eta, options.part};
    constexpr size_t remembered = 2; // what a step takes of the steps before it
    while (state.index < stepCount(walk)) {
        const int index = state.index;
        sampler.step(walk, state);
        ++state.index;
        if (options.onStep)
            options.onStep({index, stepCount(walk), sigmas[index], state.x, state.estimates.front()});
        state.estimates.resize(std::min(state.estimates.size(), remembered));
    }
    return std::move(state.x);
}

}
