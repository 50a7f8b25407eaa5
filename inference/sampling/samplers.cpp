#include "inference/sampling/samplers.h"

#include "inference/sampling/names.h"
#include "render/error.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string>
#include <utility>

namespace athanor {

namespace {

int stepCount(const Walk& walk)
{
    return static_cast<int>(walk.sigmas.size()) - 1;
}

void report(const Walk& walk, int step, const Array& x, const Array& denoised)
{
    if (walk.onStep)
        walk.onStep({step, stepCount(walk), walk.sigmas[step], x, denoised});
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

void addNoise(const Walk& walk, Array& x, double sigma)
{
    blendInto(x, 1, draw(walk.noise, x.size()), sigma);
}

// One step function for Euler, Euler a, DDIM and DDPM: in sigma space they differ only by the noise put back. Written
// with sigma, DDIM's standard deviation (eq. 16) is up = eta next sqrt(1 - next^2 / sigma^2), the ancestral step's; at
// eta 1 the mean and variance are DDPM's posterior, and at eta 0 it is Euler's step of the probability-flow ODE.
Array ancestral(const Walk& walk, Array x)
{
    for (int i = 0; i < stepCount(walk); ++i) {
        const double sigma = walk.sigmas[i];
        const double next = walk.sigmas[i + 1];
        const Array denoised = walk.denoise(x, sigma);
        const double up = walk.eta * next * std::sqrt(1 - (next / sigma) * (next / sigma));
        moveTowards(x, denoised, sigma, std::sqrt(next * next - up * up));
        if (up > 0)
            addNoise(walk, x, up);
        report(walk, i, x, denoised);
    }
    return x;
}

Array heun(const Walk& walk, Array x)
{
    for (int i = 0; i < stepCount(walk); ++i) {
        const double sigma = walk.sigmas[i];
        const double next = walk.sigmas[i + 1];
        const Array denoised = walk.denoise(x, sigma);
        Array end = x;
        moveTowards(end, denoised, sigma, next);
        if (next > 0) {
            const Array denoisedEnd = walk.denoise(end, next);
            for (std::size_t k = 0; k < x.size(); ++k) {
                const double slope = (double{x[k]} - denoised[k]) / sigma;
                const double slopeEnd = (double{end[k]} - denoisedEnd[k]) / next;
                end[k] = static_cast<float>(x[k] + (next - sigma) * (slope + slopeEnd) / 2);
            }
        }
        x = std::move(end);
        report(walk, i, x, denoised);
    }
    return x;
}

// Half the log of the signal-to-noise ratio gained from one sigma to the next: the step length of the DPM solvers.
double logStep(const Walk& walk, int step)
{
    return std::log(walk.sigmas[step] / walk.sigmas[step + 1]);
}

// The second-order estimate of x0 for this step, by the straight line through the last two in log sigma.
Array extrapolated(const Walk& walk, int step, const Array& previous, const Array& current)
{
    const double ratio = logStep(walk, step) / logStep(walk, step - 1);
    Array x0 = current;
    blendInto(x0, 1 + ratio / 2, previous, -ratio / 2);
    return x0;
}

Array dpmpp2m(const Walk& walk, Array x)
{
    Array previous;
    for (int i = 0; i < stepCount(walk); ++i) {
        const double sigma = walk.sigmas[i];
        const double next = walk.sigmas[i + 1];
        Array denoised = walk.denoise(x, sigma);
        const bool secondOrder = i > 0 && next > 0;
        moveTowards(x, secondOrder ? extrapolated(walk, i, previous, denoised) : denoised, sigma, next);
        report(walk, i, x, denoised);
        previous = std::move(denoised);
    }
    return x;
}

// The order of UniPC's step: rises from 1, and the last step is of order 1.
int uniPcOrder(const Walk& walk, int step)
{
    return step > 0 && step < stepCount(walk) - 1 ? 2 : 1;
}

// UniC: the x0 with which the step that led here should have been taken, now that its end has been denoised too.
// older, old and here are the estimates at step - 1, step and step + 1.
Array corrected(const Walk& walk, int step, const Array& older, const Array& old, const Array& here)
{
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
        for (std::size_t k = 0; k < x0.size(); ++k)
            x0[k] = static_cast<float>(x0[k] + rhoOlder / ratio * (double{older[k]} - old[k]));
    }
    return x0;
}

Array uniPc(const Walk& walk, Array x)
{
    Array older;
    Array old;
    Array start; // the last step's corrected start
    for (int i = 0; i < stepCount(walk); ++i) {
        const double sigma = walk.sigmas[i];
        Array denoised = walk.denoise(x, sigma);
        if (i > 0) {
            moveTowards(start, corrected(walk, i - 1, older, old, denoised), walk.sigmas[i - 1], sigma);
            x = start;
        } else {
            start = x;
        }
        const bool secondOrder = uniPcOrder(walk, i) == 2;
        moveTowards(x, secondOrder ? extrapolated(walk, i, old, denoised) : denoised, sigma, walk.sigmas[i + 1]);
        report(walk, i, x, denoised);
        older = std::exchange(old, std::move(denoised));
    }
    return x;
}

Array lcm(const Walk& walk, Array x)
{
    for (int i = 0; i < stepCount(walk); ++i) {
        const double sigma = walk.sigmas[i];
        Array denoised = walk.denoise(x, sigma);
        // The consistency function is the identity at t = 0 and the denoised image from a few timesteps on.
        const double t = 10 * timestepAt(walk.model, sigma);
        const double skip = 0.25 / (t * t + 0.25);
        const double out = t / std::sqrt(t * t + 0.25);
        blendInto(denoised, out, x, skip / std::sqrt(1 + sigma * sigma));
        x = denoised;
        if (walk.sigmas[i + 1] > 0)
            addNoise(walk, x, walk.sigmas[i + 1]);
        report(walk, i, x, denoised);
    }
    return x;
}

constexpr Sampler samplerTable[] = {
    {"euler", "Euler", ancestral, 0, false, false},
    {"euler_ancestral", "Euler a", ancestral, 1, true, true},
    {"heun", "Heun", heun, 0, false, false},
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
    const Denoise& denoise, std::span<NoiseSource> noise, const SamplingOptions& options)
{
    checkSigmas(sigmas);
    const double eta = chosenEta(sampler, options.eta);
    assert((!(sampler.addsNoise || eta > 0) || !noise.empty()) && "sample: this sampler needs noise sources");
    const auto isFinite = [](float value) { return std::isfinite(value); };
    if (!std::ranges::all_of(x, isFinite))
        throw Error(ErrorKind::BadArgument,
            "sampler " + std::string(sampler.name) + ": the latent it starts from has a value that is not finite");

    int done = 0;
    const Denoise checkedDenoise = [&](const Array& at, double sigma) {
        Array denoised = denoise(at, sigma);
        assert(denoised.size() == at.size());
        if (!std::ranges::all_of(denoised, isFinite))
            throw Error(ErrorKind::BadFile,
                "sampler " + std::string(sampler.name) + ": the model's result at step " + std::to_string(done + 1)
                    + " of " + std::to_string(sigmas.size() - 1) + " (sigma " + numberText(sigma)
                    + ") is not finite; try precision fp32, or check the model file");
        return denoised;
    };
    const OnStep countedStep = [&](const SamplingStep& step) {
        done = step.index + 1;
        if (options.onStep)
            options.onStep(step);
    };
    return sampler.walk({model, sigmas, checkedDenoise, noise, eta, countedStep}, std::move(x));
}

}
