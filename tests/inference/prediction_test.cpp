#include "inference/sampling/prediction.h"

#include "render/error.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QTest>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>
#include <limits>

using namespace athanor;

namespace {

double largestDifference(const Array& a, const Array& b)
{
    double largest = a.size() == b.size() ? 0 : 1e30;
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i)
        largest = std::max(largest, std::abs(double{a[i]} - b[i]));
    return largest;
}

}

class PredictionTest : public QObject {
    Q_OBJECT
private slots:
    void equalsDiffusers();
    void trueNoiseGivesTheImage();
    void guidance();
    void cfgRange();
    void starts();
};

void PredictionTest::equalsDiffusers()
{
    const auto data = nlohmann::json::parse(std::ifstream(testDataPath("sampling.json")))["predictions"];
    const Array x = data["x"];
    const Array output = data["output"];
    QCOMPARE(data["cases"].size(), std::size_t{6});
    for (const auto& item : data["cases"]) {
        const auto kind = item["prediction"] == "epsilon" ? Prediction::Epsilon : Prediction::Velocity;
        const double sigma = item["sigma"];
        // diffusers' own sigma deviates by up to 5e-6 of its value (see stableDiffusionNoise) and it computes in fp32.
        const double tolerance = 2e-6 * (1 + sigma);
        QVERIFY(largestDifference(networkInput(Prediction::Epsilon, x, sigma), item["input"]) < tolerance);
        QVERIFY(largestDifference(denoisedFrom(kind, output, x, sigma), item["denoised"]) < tolerance);
    }
}

// For x = x0 + sigma noise, the exact noise or the exact v as output must return x0.
void PredictionTest::trueNoiseGivesTheImage()
{
    const Array x0{0.5f, -2, 3};
    const Array noise{1, 0.25f, -0.75f};
    for (const double sigma : {0.03, 1.0, 14.6}) {
        const Array x = noisedLatent(x0, noise, sigma);
        const double a = 1 / std::sqrt(1 + sigma * sigma);
        Array velocity;
        for (std::size_t i = 0; i < x0.size(); ++i)
            velocity.push_back(static_cast<float>(a * noise[i] - sigma * a * x0[i]));
        QVERIFY(
            largestDifference(denoisedFrom(Prediction::Epsilon, noise, x, sigma), x0) < 3e-6); // x is rounded to fp32
        QVERIFY(largestDifference(denoisedFrom(Prediction::Velocity, velocity, x, sigma), x0) < 1e-6);
    }
}

void PredictionTest::guidance()
{
    const std::vector<Array> parts{{1, 2}, {3, 1}};
    const auto guided = [&](double cfg) { return weighted(parts, std::vector{1 - cfg, cfg}); };
    QVERIFY(guided(0) == parts[0]);
    QVERIFY(guided(1) == parts[1]);
    QVERIFY((guided(7.5) == Array{16, -5.5f}));
    QVERIFY((guided(-1) == Array{-1, 3}));
    QVERIFY((weighted(std::vector<Array>{{1, 2}, {3, 1}, {-2, 8}}, std::vector<double>{1, 2, 0.5}) == Array{6, 8}));
}

void PredictionTest::cfgRange()
{
    for (const double cfg : {0.0, 1.0, -3.0, 7.5, 100.0})
        checkCfg(cfg);
    constexpr double infinity = std::numeric_limits<double>::infinity();
    for (const double cfg : {100.5, -101.0, infinity, -infinity, std::nan("")}) {
        try {
            checkCfg(cfg);
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.kind, ErrorKind::BadArgument);
            QVERIFY(std::string(error.what()).ends_with("is outside -100 to 100"));
        }
    }
}

void PredictionTest::starts()
{
    const Array noise{1, -2};
    QVERIFY(largestDifference(networkInput(Prediction::Epsilon, noiseOnly(noise, 14.6), 14.6), noise)
        < 3e-7); // two fp32 roundings
    QVERIFY((noisedLatent({5, 6}, noise, 2) == Array{7, 2}));
}

ATHANOR_TEST(PredictionTest)
#include "prediction_test.moc"
