#include "inference/sampling/samplers.h"

#include "render/error.h"
#include "tests/support/reference.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QTest>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <set>

using namespace athanor;

namespace {

const NoiseModel& model = stableDiffusionNoise();

// The best denoiser for independent numbers from a mixture of Gaussians.
struct Mixture {
    std::vector<double> weight, mean, deviation;

    Array operator()(const Array& x, const StepAt& where) const
    {
        const double sigma = where.sigma;
        Array result;
        for (const double at : x) {
            double total = 0;
            double sum = 0;
            for (std::size_t k = 0; k < weight.size(); ++k) {
                const double data = deviation[k] * deviation[k];
                const double variance = data + sigma * sigma;
                const double away = at - mean[k];
                const double density = weight[k] / std::sqrt(variance) * std::exp(-away * away / (2 * variance));
                total += density;
                sum += density * (at * data + mean[k] * sigma * sigma) / variance;
            }
            result.push_back(static_cast<float>(sum / total));
        }
        return result;
    }
};

// One Gaussian of standard deviation s: x(sigma) goes as sqrt(s^2 + sigma^2) along the probability-flow ODE.
Mixture gaussian(double deviation)
{
    return {{1}, {0}, {deviation}};
}

// The error at sigma 0.2 of n steps from sigma 10, evenly in log sigma, against the exact solution.
double errorOf(const std::string& name, int steps)
{
    std::vector<double> sigmas;
    for (int i = 0; i <= steps; ++i)
        sigmas.push_back(10 * std::pow(0.02, static_cast<double>(i) / steps));
    constexpr double deviation = 0.7;
    const Array start{8};
    const double exact = 8 * std::sqrt((deviation * deviation + 0.04) / (deviation * deviation + 100));
    const Array end = sample(findSampler(name), model, sigmas, start, gaussian(deviation), {});
    return std::abs(end[0] - exact);
}

double orderOf(const std::string& name, int steps)
{
    return std::log2(errorOf(name, steps) / errorOf(name, 2 * steps));
}

// The Error that sampling throws, as kind and text.
template <typename Call> std::pair<ErrorKind, std::string> failure(Call call)
{
    try {
        call();
    } catch (const Error& error) {
        return {error.kind, error.what()};
    }
    return {};
}

}

class SamplersTest : public QObject {
    Q_OBJECT

    nlohmann::json m_reference;
    Mixture m_mixture;

    void compare(const nlohmann::json& item, const Array& start, const std::vector<NoiseSource>& noise,
        std::span<const double> sigmas, double& worst);

private slots:
    void initTestCase();
    void textToImageEqualsReference();
    void imageToImageEqualsReference();
    void constantImageIsReached();
    void ordersOfConvergence();
    void addedNoiseKeepsTheDistribution();
    void batchEqualsSingles();
    void reportsEveryStep();
    void evaluationsPerStep();
    void tellsTheDenoiserItsPlace();
    void aCopiedStateGoesOnTheSame();
    void oneSigmaChangesNothing();
    void oneStepReachesTheEstimate();
    void cancellingEndsTheWalk();
    void refusesWhatIsNotFinite();
    void refusesSigmas();
    void etaRange();
};

void SamplersTest::initTestCase()
{
    m_reference = nlohmann::json::parse(std::ifstream(testDataPath("sampling.json")));
    const auto& mixture = m_reference["mixture"];
    m_mixture = {mixture["weight"], mixture["mean"], mixture["deviation"]};
}

// Holds the state after every step against the case's.
void SamplersTest::compare(const nlohmann::json& item, const Array& start, const std::vector<NoiseSource>& noise,
    std::span<const double> sigmas, double& worst)
{
    const Sampler& sampler = findSampler(item["sampler"].get<std::string>());
    SamplingOptions options;
    if (sampler.etaIsAdjustable)
        options.eta = item["eta"].get<double>();
    int steps = 0;
    options.onStep = [&](const SamplingStep& step) {
        worst = std::max(worst, relativeL2(step.x, item["states"].at(static_cast<std::size_t>(step.index))));
        ++steps;
    };
    const Array end = sample(sampler, model, sigmas, start, m_mixture, noise, options);
    QCOMPARE(static_cast<std::size_t>(steps), item["states"].size());
    worst = std::max(worst, relativeL2(end, item["states"].back()));
}

// 1e-5: the references themselves (diffusers in fp32, the formulas in fp64) differ by up to 4e-6, mostly by diffusers'
// fp32 sigma table.
void SamplersTest::textToImageEqualsReference()
{
    std::set<std::pair<std::string, std::string>> pairs;
    std::map<std::string, int> sources;
    for (const auto& item : m_reference["text_to_image"]) {
        const std::string sampler = item["sampler"];
        const std::string schedule = item["schedule"];
        auto noise = batchNoise(NoiseKind::TorchCpu, m_reference["seed"], 1);
        const auto sigmas = makeSigmas(findSchedule(schedule), model, 10);
        const Array start = noiseOnly(draw(std::span(noise), m_reference["count"]), sigmas[0]);
        double worst = 0;
        compare(item, start, noise, sigmas, worst);
        QVERIFY2(worst < 1e-5, (sampler + " " + schedule + ": " + std::to_string(worst)).c_str());
        pairs.insert({sampler, schedule});
        ++sources[item["source"]];
    }
    QCOMPARE(pairs.size(), samplers().size() * schedules().size());
    // Formulas of our own stand in only where diffusers has not the pair.
    QVERIFY(sources["diffusers"] >= 25 && sources["diffusers, schedule fed"] >= 31);
}

void SamplersTest::imageToImageEqualsReference()
{
    QCOMPARE(m_reference["image_to_image"].size(), std::size_t{3});
    const Array latent = m_reference["latent"];
    for (const auto& item : m_reference["image_to_image"]) {
        auto noise = batchNoise(NoiseKind::TorchCpu, m_reference["seed"], 1);
        const auto sigmas = strengthTail(makeSigmas(findSchedule(item["schedule"].get<std::string>()), model, 10), 0.6);
        const Array start = noisedLatent(latent, draw(std::span(noise), latent.size()), sigmas[0]);
        double worst = 0;
        compare(item, start, noise, sigmas, worst);
        QVERIFY2(worst < 1e-5, std::to_string(worst).c_str());
    }
}

// A denoiser that always returns one image must end in that image, whatever the sampler and schedule.
void SamplersTest::constantImageIsReached()
{
    const Array image{0.3f, -1.2f, 2.5f, 0};
    for (const Sampler& sampler : samplers()) {
        for (const Schedule& schedule : schedules()) {
            for (const int steps : {1, 2, 3, 25}) {
                const auto sigmas = makeSigmas(schedule, model, steps);
                auto noise = batchNoise(NoiseKind::Philox, 3, 1);
                const Array start = noiseOnly(draw(std::span(noise), 4), sigmas[0]);
                const auto constant = [&](const Array&, const StepAt&) { return image; };
                const Array end = sample(sampler, model, sigmas, start, constant, noise);
                // LCM's boundary scaling returns some of its input, noised with the last sigma, from timestep 1 down.
                const bool boundary = sampler.name == "lcm" && timestepAt(model, sigmas[sigmas.size() - 2]) <= 1;
                QVERIFY2(relativeL2(end, image) < (boundary ? 0.05 : 1e-4),
                    (std::string(sampler.name) + " " + std::string(schedule.name)).c_str());
            }
        }
    }
}

void SamplersTest::ordersOfConvergence()
{
    struct Row {
        const char* name;
        int steps;
        double low, high;
    };
    // Between n and 2n steps, where the error is still well above fp32's. UniPC's last step is first order, with a
    // local error of second order, so the corrector's third order does not show in the whole.
    for (const Row row : {Row{"euler", 100, 0.9, 1.1}, {"ddim", 100, 0.9, 1.1}, {"heun", 40, 1.9, 2.3},
             {"dpmpp_2m", 100, 1.8, 2.2}, {"unipc", 100, 1.8, 2.3}}) {
        const double order = orderOf(row.name, row.steps);
        QVERIFY2(order >= row.low && order <= row.high, (row.name + (" " + std::to_string(order))).c_str());
    }
}

// The stochastic samplers must turn unit noise into the data's distribution, not only into its mean.
void SamplersTest::addedNoiseKeepsTheDistribution()
{
    constexpr double deviation = 0.8;
    for (const char* name : {"euler_ancestral", "ddpm", "ddim"}) {
        auto noise = batchNoise(NoiseKind::TorchCpu, 11, 1);
        const auto sigmas = makeSigmas(findSchedule("karras"), model, 200);
        SamplingOptions options;
        if (std::string(name) == "ddim")
            options.eta = 0.6;
        const Array start = noiseOnly(draw(std::span(noise), 20'000), sigmas[0]);
        const Array end = sample(findSampler(name), model, sigmas, start, gaussian(deviation), noise, options);
        double mean = 0;
        double variance = 0;
        for (const double value : end) {
            mean += value / 20'000;
            variance += value * value / 20'000;
        }
        // Four standard deviations of the estimates (0.8 / sqrt n, 0.64 sqrt(2 / n)), and 2 % for the 200 steps.
        QVERIFY2(std::abs(mean) < 0.023, name);
        QVERIFY2(std::abs(variance - 0.64) < 0.026 + 0.013, (name + (" " + std::to_string(variance))).c_str());
    }
}

// Images do not see each other: one of a batch is what it would be alone.
void SamplersTest::batchEqualsSingles()
{
    const auto sigmas = makeSigmas(findSchedule("karras"), model, 5);
    for (const Sampler& sampler : samplers()) {
        auto noise = batchNoise(NoiseKind::TorchCpu, 77, 3);
        const Array start = noiseOnly(draw(std::span(noise), 48), sigmas[0]);
        const Array together = sample(sampler, model, sigmas, start, m_mixture, noise);
        for (std::uint64_t i = 0; i < 3; ++i) {
            auto own = batchNoise(NoiseKind::TorchCpu, 77 + i, 1);
            const Array ownStart = noiseOnly(draw(std::span(own), 16), sigmas[0]);
            const Array alone = sample(sampler, model, sigmas, ownStart, m_mixture, own);
            QVERIFY(std::equal(alone.begin(), alone.end(), together.begin() + static_cast<std::ptrdiff_t>(16 * i)));
        }
    }
}

void SamplersTest::reportsEveryStep()
{
    const auto sigmas = makeSigmas(findSchedule("simple"), model, 4);
    for (const Sampler& sampler : samplers()) {
        auto noise = batchNoise(NoiseKind::Philox, 5, 1);
        const Array start = noiseOnly(draw(std::span(noise), 16), sigmas[0]);
        std::vector<double> seen;
        Array last;
        SamplingOptions options;
        options.onStep = [&](const SamplingStep& step) {
            QCOMPARE(step.index, static_cast<int>(seen.size()));
            QCOMPARE(step.count, 4);
            QCOMPARE(step.denoised.size(), std::size_t{16});
            seen.push_back(step.sigma);
            last = step.x;
        };
        const Array end = sample(sampler, model, sigmas, start, m_mixture, noise, options);
        QVERIFY(std::equal(seen.begin(), seen.end(), sigmas.begin(), sigmas.end() - 1));
        QVERIFY(last == end);
    }
}

void SamplersTest::evaluationsPerStep()
{
    const auto sigmas = makeSigmas(findSchedule("normal"), model, 6);
    for (const Sampler& sampler : samplers()) {
        auto noise = batchNoise(NoiseKind::Philox, 5, 1);
        int evaluations = 0;
        const auto counting = [&](const Array& x, const StepAt& at) {
            ++evaluations;
            return m_mixture(x, at);
        };
        sample(sampler, model, sigmas, Array(16, 1.0f), counting, noise);
        QCOMPARE(evaluations, 5 * sampler.evaluations + 1);
    }
}

// Of the whole schedule, where a part is walked; Heun's second look is in the step to come, or the last there is.
void SamplersTest::tellsTheDenoiserItsPlace()
{
    const std::vector<double> sigmas{4, 3, 2, 1};
    for (const Sampler& sampler : samplers()) {
        for (const WalkedPart part : {WalkedPart{}, {5, 20}, {5, 8}}) {
            std::vector<int> indices;
            const auto place = [&](const Array& x, const StepAt& at) {
                QTest::qCompare(at.count, part.count ? part.count : 3, "count", "of the schedule", __FILE__, __LINE__);
                QTest::qCompare(sigmas[size_t(at.index - part.first)] >= at.sigma, true, "at", "", __FILE__, __LINE__);
                indices.push_back(at.index - part.first);
                return x;
            };
            SamplingOptions options;
            options.part = part;
            sample(sampler, model, sigmas, {1}, place, batchNoise(NoiseKind::Philox, 5, 1), options);
            const int last = part.count == 20 ? 3 : 2;
            QCOMPARE(indices,
                sampler.evaluations == 2 ? (std::vector<int>{0, 1, 1, 2, 2, last}) : (std::vector<int>{0, 1, 2}));
        }
    }
}

void SamplersTest::aCopiedStateGoesOnTheSame()
{
    const auto sigmas = makeSigmas(findSchedule("karras"), model, 7);
    for (const Sampler& sampler : samplers()) {
        auto noise = batchNoise(NoiseKind::TorchCpu, 9, 1);
        const Array start = noiseOnly(draw(std::span(noise), 16), sigmas[0]);
        const Array whole = sample(sampler, model, sigmas, start, m_mixture, noise);
        const Denoise denoise = m_mixture;
        const Walk walk{model, sigmas, denoise, sampler.eta};
        SamplerState state{start, noise}, kept;
        for (; state.index < 7; ++state.index) {
            if (state.index == 4)
                kept = state;
            sampler.step(walk, state);
        }
        QVERIFY2(state.x == whole, sampler.name.data());
        for (; kept.index < 7; ++kept.index)
            sampler.step(walk, kept);
        QVERIFY2(kept.x == whole, sampler.name.data());
    }
}

void SamplersTest::oneSigmaChangesNothing()
{
    const Array image{1, 2, 3};
    const auto never = [](const Array&, const StepAt&) -> Array { throw std::logic_error("evaluated"); };
    const auto sigmas = strengthTail(makeSigmas(findSchedule("normal"), model, 10), 0);
    for (const Sampler& sampler : samplers()) {
        auto noise = batchNoise(NoiseKind::TorchCpu, 1, 1);
        QVERIFY(sample(sampler, model, sigmas, image, never, noise) == image);
    }
}

void SamplersTest::oneStepReachesTheEstimate()
{
    const Array start{10, -20};
    const Array estimate = m_mixture(start, {5});
    for (const Sampler& sampler : samplers()) {
        auto noise = batchNoise(NoiseKind::TorchCpu, 1, 1);
        const Array end = sample(sampler, model, std::vector<double>{5, 0}, start, m_mixture, noise);
        QVERIFY(relativeL2(end, estimate) < 1e-6);
    }
}

void SamplersTest::cancellingEndsTheWalk()
{
    const auto sigmas = makeSigmas(findSchedule("normal"), model, 10);
    SamplingOptions options;
    int steps = 0;
    options.onStep = [&](const SamplingStep&) {
        if (++steps == 3)
            throw Error(ErrorKind::Cancelled, "cancelled");
    };
    const auto failed = failure([&] { sample(findSampler("euler"), model, sigmas, {1}, m_mixture, {}, options); });
    QCOMPARE(failed.first, ErrorKind::Cancelled);
    QCOMPARE(steps, 3);
}

void SamplersTest::refusesWhatIsNotFinite()
{
    const std::vector<double> sigmas{4, 2, 1, 0};
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        for (const Sampler& sampler : samplers()) {
            auto noise = batchNoise(NoiseKind::TorchCpu, 1, 1);
            const auto failsLate = [&](const Array& x, const StepAt& at) {
                return Array(x.size(), at.sigma == 1 ? bad : 0.0f);
            };
            const auto late = failure([&] { sample(sampler, model, sigmas, {1, 2}, failsLate, noise); });
            QCOMPARE(late.first, ErrorKind::BadFile);
            // Heun's kind evaluates at sigma 1 already to finish step 2.
            QCOMPARE(late.second,
                "sampler " + std::string(sampler.name) + ": the model's result at step "
                    + (sampler.evaluations == 2 ? "2" : "3")
                    + " of 3 (sigma 1) is not finite; try precision fp32, or check the model file");
            const auto early = failure([&] { sample(sampler, model, sigmas, {1, bad}, m_mixture, noise); });
            QCOMPARE(early.first, ErrorKind::BadArgument);
            QVERIFY(early.second.starts_with("sampler " + std::string(sampler.name) + ": the latent"));
        }
    }
}

void SamplersTest::refusesSigmas()
{
    constexpr double infinity = std::numeric_limits<double>::infinity();
    for (const std::vector<double>& sigmas :
        {std::vector<double>{1, 1, 0}, {1, 2}, {1, -1}, {infinity, 1, 0}, {std::nan(""), 0}, {1, std::nan("")}}) {
        const auto failed = failure([&] { sample(findSampler("euler"), model, sigmas, {1}, m_mixture, {}); });
        QCOMPARE(failed.first, ErrorKind::BadArgument);
        QVERIFY(failed.second.ends_with("they must fall strictly and not below 0"));
    }
}

void SamplersTest::etaRange()
{
    const auto withEta = [&](const char* name, double eta) {
        auto noise = batchNoise(NoiseKind::TorchCpu, 1, 1);
        SamplingOptions options;
        options.eta = eta;
        return failure([&] {
            sample(findSampler(name), model, std::vector<double>{2, 1, 0}, {1, 2}, m_mixture, noise, options);
        }).second;
    };
    QCOMPARE(withEta("ddim", 0), std::string());
    QCOMPARE(withEta("euler_ancestral", 1), std::string());
    QCOMPARE(withEta("ddim", 1.5), std::string("eta: 1.5 is outside 0 to 1"));
    QCOMPARE(withEta("ddim", std::nan("")), std::string("eta: nan is outside 0 to 1"));
    QCOMPARE(withEta("euler", 0.5), std::string("eta: sampler euler has none; leave it out"));
    QCOMPARE(withEta("ddpm", 1), std::string("eta: sampler ddpm has none; leave it out"));
}

ATHANOR_TEST(SamplersTest)
#include "samplers_test.moc"
