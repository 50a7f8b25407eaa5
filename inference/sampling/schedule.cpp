#include "inference/sampling/schedule.h"

#include "inference/sampling/names.h"
#include "render/error.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string>

namespace athanor {

namespace {

// The products of 1 - beta.
std::vector<double> keptShares(std::span<const double> betas)
{
    std::vector<double> kept;
    double product = 1;
    for (const double beta : betas)
        kept.push_back(product *= 1 - beta);
    return kept;
}

// The root of each is shifted to end in 0 and scaled to begin where it began.
void rescaleToZero(std::vector<double>& kept)
{
    const double first = std::sqrt(kept.front()), last = std::sqrt(kept.back());
    for (double& share : kept) {
        const double root = (std::sqrt(share) - last) * (first / (first - last));
        share = root * root;
    }
    kept.back() = std::ldexp(1, -24);
}

// Between timesteps of Nichol and Dhariwal's cosine, in shares of the way.
double cosineShare(double part)
{
    const double cosine = std::cos((part + 0.008) / 1.008 * std::acos(-1.0) / 2);
    return cosine * cosine;
}

double lastTimestep(const NoiseModel& model)
{
    return static_cast<double>(model.sigmas.size() - 1);
}

constexpr double flowTimesteps = 1000;

double shifted(double shift, double part)
{
    return std::min(shift * part / (1 + (shift - 1) * part), 1.0); // rounding may go beyond
}

// Of the whole range, from noise to picture.
double sigmaOnTheWay(const NoiseModel& model, double part)
{
    const double from = timestepAt(model, model.sigmas.back()), to = timestepAt(model, model.sigmas.front());
    return sigmaAt(model, to + (from - to) * (1 - part));
}

// at(0), at(1 / intervals), ... steps values.
template <typename At> std::vector<double> evenly(int steps, int intervals, At at)
{
    std::vector<double> values;
    for (int i = 0; i < steps; ++i)
        values.push_back(at(intervals == 0 ? 0.0 : static_cast<double>(i) / intervals));
    return values;
}

std::vector<double> normal(const NoiseModel& model, int steps)
{
    return evenly(steps, steps - 1, [&](double part) { return sigmaOnTheWay(model, part); });
}

std::vector<double> simple(const NoiseModel& model, int steps)
{
    const double stride = static_cast<double>(model.sigmas.size()) / steps;
    std::vector<double> values;
    for (int i = 0; i < steps; ++i)
        values.push_back(model.sigmas[model.sigmas.size() - 1 - static_cast<std::size_t>(i * stride)]);
    return values;
}

std::vector<double> karras(const NoiseModel& model, int steps)
{
    constexpr double rho = 7;
    const double high = std::pow(model.sigmas.back(), 1 / rho);
    const double low = std::pow(model.sigmas.front(), 1 / rho);
    return evenly(steps, steps - 1, [&](double part) { return std::pow(std::lerp(high, low, part), rho); });
}

std::vector<double> exponential(const NoiseModel& model, int steps)
{
    return evenly(steps, steps - 1,
        [&](double part) { return std::exp(std::lerp(model.logSigmas.back(), model.logSigmas.front(), part)); });
}

std::vector<double> sgmUniform(const NoiseModel& model, int steps)
{
    return evenly(steps, steps, [&](double part) { return sigmaOnTheWay(model, part); });
}

std::vector<double> ddimUniform(const NoiseModel& model, int steps)
{
    const std::size_t stride = model.sigmas.size() / static_cast<std::size_t>(steps);
    // Only 1000 steps reach past the table's end; they use every timestep.
    const std::size_t first = static_cast<std::size_t>(steps) < model.sigmas.size() ? 1 : 0;
    std::vector<double> values;
    for (std::size_t i = static_cast<std::size_t>(steps); i-- > 0;)
        values.push_back(model.sigmas[first + i * stride]);
    return values;
}

constexpr Schedule scheduleTable[] = {
    {"normal", "Normal", normal},
    {"simple", "Simple", simple},
    {"karras", "Karras", karras},
    {"exponential", "Exponential", exponential},
    {"sgm_uniform", "SGM Uniform", sgmUniform},
    {"ddim_uniform", "DDIM", ddimUniform},
};

}

const NoiseModel& stableDiffusionNoise()
{
    static const NoiseModel model = *makeNoiseModel(*makeBetas("scaled_linear", 0.00085, 0.012, 1000), false);
    return model;
}

std::optional<std::vector<double>> makeBetas(std::string_view schedule, double start, double end, std::size_t count)
{
    std::vector<double> betas;
    for (std::size_t t = 0; t < count; ++t) {
        const double part = static_cast<double>(t) / (static_cast<double>(count) - 1);
        if (schedule == "linear") {
            betas.push_back(std::lerp(start, end, part));
        } else if (schedule == "scaled_linear") {
            const double root = std::lerp(std::sqrt(start), std::sqrt(end), part);
            betas.push_back(root * root);
        } else if (schedule == "sigmoid") {
            betas.push_back(std::lerp(start, end, 1 / (1 + std::exp(6 - 12 * part))));
        } else if (schedule == "squaredcos_cap_v2") {
            const auto n = static_cast<double>(count), i = static_cast<double>(t);
            betas.push_back(std::min(1 - cosineShare((i + 1) / n) / cosineShare(i / n), 0.999));
        } else {
            return std::nullopt;
        }
    }
    return betas;
}

std::optional<NoiseModel> makeNoiseModel(std::span<const double> betas, bool zeroTerminal)
{
    std::vector<double> kept = keptShares(betas);
    if (zeroTerminal)
        rescaleToZero(kept);
    NoiseModel model;
    for (const double share : kept) {
        const double sigma = std::sqrt((1 - share) / share), before = model.sigmas.empty() ? 0 : model.sigmas.back();
        if (!(sigma > before) || !std::isfinite(sigma))
            return std::nullopt;
        model.sigmas.push_back(sigma);
        model.logSigmas.push_back(std::log(sigma));
    }
    return model;
}

NoiseModel makeFlowModel(double shift)
{
    NoiseModel model;
    model.shift = shift;
    for (int t = 1; t <= int(flowTimesteps); ++t) {
        model.sigmas.push_back(shifted(shift, t / flowTimesteps));
        model.logSigmas.push_back(std::log(model.sigmas.back()));
    }
    return model;
}

double sigmaAt(const NoiseModel& model, double timestep)
{
    if (model.shift != 0)
        return shifted(model.shift, timestep / flowTimesteps);
    const double t = std::clamp(timestep, 0.0, lastTimestep(model));
    const auto low = static_cast<std::size_t>(t);
    if (static_cast<double>(low) == t)
        return model.sigmas[low];
    return std::exp(std::lerp(model.logSigmas[low], model.logSigmas[low + 1], t - static_cast<double>(low)));
}

double timestepAt(const NoiseModel& model, double sigma)
{
    if (model.shift != 0)
        return sigma * flowTimesteps;
    const auto above = std::upper_bound(model.sigmas.begin(), model.sigmas.end(), sigma);
    if (above == model.sigmas.begin())
        return 0;
    if (above == model.sigmas.end())
        return lastTimestep(model);
    const auto low = static_cast<std::size_t>(above - model.sigmas.begin()) - 1;
    const double part = (std::log(sigma) - model.logSigmas[low]) / (model.logSigmas[low + 1] - model.logSigmas[low]);
    return static_cast<double>(low) + part;
}

std::span<const Schedule> schedules()
{
    return scheduleTable;
}

const Schedule& findSchedule(std::string_view name)
{
    return findByName(schedules(), "schedule", name);
}

std::vector<double> makeSigmas(const Schedule& schedule, const NoiseModel& model, int steps)
{
    if (steps < 1 || steps > maxSteps)
        throw Error(
            ErrorKind::BadArgument, "steps: " + std::to_string(steps) + " is outside 1 to " + std::to_string(maxSteps));
    if (static_cast<std::size_t>(steps) > model.sigmas.size())
        throw Error(ErrorKind::BadArgument,
            "steps: " + std::to_string(steps) + " are more than the " + std::to_string(model.sigmas.size())
                + " timesteps the model was trained with; take fewer");
    std::vector<double> sigmas = schedule.sigmas(model, steps);
    sigmas.push_back(0);
    assert(sigmas.size() == static_cast<std::size_t>(steps) + 1);
    return sigmas;
}

std::vector<double> makeComfySigmas(const Schedule& schedule, const NoiseModel& model, int steps, bool leavesOutOne)
{
    const int more = leavesOutOne && steps < maxSteps ? 1 : 0;
    std::vector<double> sigmas = makeSigmas(schedule, model, steps + more);
    if (schedule.name == "ddim_uniform") {
        const std::size_t stride =
            std::max<std::size_t>(model.sigmas.size() / static_cast<std::size_t>(steps + more), 1);
        sigmas.assign(1, 0);
        for (std::size_t t = 1; t < model.sigmas.size(); t += stride)
            sigmas.insert(sigmas.begin(), model.sigmas[t]);
    }
    if (more)
        sigmas.erase(sigmas.end() - 2);
    return sigmas;
}

std::vector<double> strengthTail(std::span<const double> sigmas, double strength)
{
    if (!(strength >= 0 && strength <= 1))
        throw Error(ErrorKind::BadArgument, "strength: " + numberText(strength) + " is outside 0 to 1");
    assert(!sigmas.empty());
    const auto kept = static_cast<std::size_t>(static_cast<double>(sigmas.size() - 1) * strength);
    const auto tail = sigmas.last(kept + 1);
    return {tail.begin(), tail.end()};
}

}
