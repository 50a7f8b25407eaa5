#include "inference/sampling/noise.h"

#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QCryptographicHash>
#include <QTest>
#include <nlohmann/json.hpp>

#include <bit>
#include <cmath>
#include <fstream>

using namespace athanor;

namespace {

// As the reference stores them: the fp32 bytes in hexadecimal.
std::string bitsOf(const std::vector<float>& values)
{
    static_assert(std::endian::native == std::endian::little);
    return QByteArray(reinterpret_cast<const char*>(values.data()), static_cast<int>(values.size() * sizeof(float)))
        .toHex()
        .toStdString();
}

struct Moments {
    double mean, variance, fourth, neighbours;
};

Moments momentsOf(const std::vector<float>& values)
{
    Moments m{};
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double v = values[i];
        m.mean += v;
        m.variance += v * v;
        m.fourth += v * v * v * v;
        m.neighbours += i > 0 ? v * values[i - 1] : 0;
    }
    const auto n = static_cast<double>(values.size());
    return {m.mean / n, m.variance / n, m.fourth / n, m.neighbours / n};
}

}

class NoiseTest : public QObject {
    Q_OBJECT

    nlohmann::json m_reference;

private slots:
    void initTestCase() { m_reference = nlohmann::json::parse(std::ifstream(testDataPath("noise.json"))); }
    void torchBitForBit();
    void latentOfTorch();
    void philoxKnownAnswers();
    void philoxOffsetCountsCalls();
    void seedsInFull();
    void batchSeedsCountUp();
    void isStandardNormal_data();
    void isStandardNormal();
};

void NoiseTest::torchBitForBit()
{
    int compared = 0;
    for (const auto& item : m_reference["cases"]) {
        NoiseSource source(NoiseKind::TorchCpu, std::stoull(item["seed"].get<std::string>()));
        for (std::size_t i = 0; i < item["calls"].size(); ++i, ++compared)
            QCOMPARE(bitsOf(draw(source, item["calls"][i].get<std::size_t>())), item["bits"][i].get<std::string>());
    }
    QCOMPARE(compared, 70);
}

void NoiseTest::latentOfTorch()
{
    const auto& latent = m_reference["latent"];
    NoiseSource source(NoiseKind::TorchCpu, 1234);
    const std::vector<float> values = draw(source, latent["count"].get<std::size_t>());
    const QByteArray bytes(reinterpret_cast<const char*>(values.data()), static_cast<int>(values.size() * 4));
    QCOMPARE(QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex().toStdString(),
        latent["sha256"].get<std::string>());
    NoiseSource single(NoiseKind::TorchCpu, 1234);
    QCOMPARE(bitsOf(draw(single, 1)), latent["first_of_one"].get<std::string>());
}

void NoiseTest::philoxKnownAnswers()
{
    NoiseSource source(NoiseKind::Philox, 0);
    const std::vector<float> values = draw(source, 12);
    // A CUDA device printed these; its logarithm and sine are a few fp32 roundings off.
    const float expected[] = {-0.92466259f, -0.42534415f, -2.6438457f, 0.14518388f};
    for (std::size_t i = 0; i < 4; ++i)
        QVERIFY(std::abs(values[i] - expected[i]) <= 5e-7f * std::max(1.0f, std::abs(expected[i])));

    int compared = 0;
    for (const auto& item : m_reference["philox"]) {
        NoiseSource other(NoiseKind::Philox, std::stoull(item["seed"].get<std::string>()));
        for (const auto& call : item["calls"]) {
            for (const float value : draw(other, call.size())) {
                // One fp32 rounding: the double precision logarithm and sine differ between libraries.
                const float stored = call[static_cast<std::size_t>(compared++) % call.size()];
                QVERIFY(std::abs(value - stored) <= 1.2e-7f * std::abs(stored));
            }
        }
    }
    QCOMPARE(compared, 7 * 2 * 8);
}

void NoiseTest::philoxOffsetCountsCalls()
{
    // The element's index is the counter and the call its offset: a longer draw starts alike, the next call does not.
    NoiseSource shortSource(NoiseKind::Philox, 99);
    NoiseSource longSource(NoiseKind::Philox, 99);
    const auto first = draw(shortSource, 4);
    const auto longer = draw(longSource, 8);
    QVERIFY(std::equal(first.begin(), first.end(), longer.begin()));
    const auto second = draw(shortSource, 4);
    QVERIFY(second != first);
    QVERIFY(draw(longSource, 4) == second);
}

void NoiseTest::seedsInFull()
{
    const auto first = [](NoiseKind kind, std::uint64_t seed) {
        NoiseSource source(kind, seed);
        return draw(source, 16);
    };
    // torch's CPU generator takes the low half, CUDA's all of the seed.
    QVERIFY(first(NoiseKind::TorchCpu, 5) == first(NoiseKind::TorchCpu, (1ull << 32) + 5));
    QVERIFY(first(NoiseKind::TorchCpu, 5) != first(NoiseKind::TorchCpu, 6));
    QVERIFY(first(NoiseKind::Philox, 5) != first(NoiseKind::Philox, (1ull << 32) + 5));
    QVERIFY(first(NoiseKind::Philox, ~0ull) != first(NoiseKind::Philox, ~0ull - 1));
}

void NoiseTest::batchSeedsCountUp()
{
    auto sources = batchNoise(NoiseKind::TorchCpu, ~0ull, 3); // 2^64 - 1, 0, 1
    QCOMPARE(sources.size(), std::size_t{3});
    QCOMPARE(sources[1].seed, std::uint64_t{0});
    for (int call = 0; call < 2; ++call) {
        const std::vector<float> together = draw(std::span(sources), 60);
        static auto alone = batchNoise(NoiseKind::TorchCpu, ~0ull, 3);
        for (std::size_t i = 0; i < 3; ++i) {
            const auto image = draw(alone[i], 20);
            QVERIFY(std::equal(image.begin(), image.end(), together.begin() + static_cast<std::ptrdiff_t>(20 * i)));
        }
    }
}

void NoiseTest::isStandardNormal_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("drawSize");
    QTest::newRow("torch blocks") << static_cast<int>(NoiseKind::TorchCpu) << 16384;
    QTest::newRow("torch scalar") << static_cast<int>(NoiseKind::TorchCpu) << 15;
    QTest::newRow("philox") << static_cast<int>(NoiseKind::Philox) << 4096;
}

void NoiseTest::isStandardNormal()
{
    QFETCH(int, kind);
    QFETCH(int, drawSize);
    NoiseSource source(static_cast<NoiseKind>(kind), 2024);
    std::vector<float> values;
    while (values.size() < 200'000) {
        const auto more = draw(source, static_cast<std::size_t>(drawSize));
        values.insert(values.end(), more.begin(), more.end());
    }
    values.resize(200'000);
    // Five standard deviations of each estimate over 200,000 numbers: 1, sqrt 2, sqrt 96 and 1 over sqrt n.
    const Moments m = momentsOf(values);
    QVERIFY(std::abs(m.mean) < 0.0112);
    QVERIFY(std::abs(m.variance - 1) < 0.0159);
    QVERIFY(std::abs(m.fourth - 3) < 0.11);
    QVERIFY(std::abs(m.neighbours) < 0.0112);
}

ATHANOR_TEST(NoiseTest)
#include "noise_test.moc"
