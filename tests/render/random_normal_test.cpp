#include "tests/support/gpu_fixture.h"
#include "tests/support/test_program.h"

using namespace athanor;

class RandomNormalTest : public QObject {
    Q_OBJECT
    std::unique_ptr<TestDevices> m_devices;

private slots:
    void initTestCase() { m_devices = std::make_unique<TestDevices>(); }
    void cleanupTestCase() { QCOMPARE(m_devices->validationMessages(), 0u); }
    void equalsThePublishedNumbers();
    void equalsTheFormulasInDouble();
};

void RandomNormalTest::equalsThePublishedNumbers()
{
    // The example in A1111's modules/rng_philox.py; fp32 rounding of values up to 2.7.
    const std::vector<double> first{-0.92466259, -0.42534415, -2.6438457, 0.14518388};
    m_devices->onEach([&](Gpu& gpu, DType type) {
        if (type == DType::F16)
            return;
        QCOMPARE_TENSOR(randomNormal(gpu, {4}, 0, 0), first, 3e-7, 0);
        const std::vector<float> all = toHost(randomNormal(gpu, {3, 4}, 0, 0));
        QCOMPARE(std::vector<float>(all.begin(), all.begin() + 4), toHost(randomNormal(gpu, {4}, 0, 0)));
    });
}

static double normal(uint64_t seed, uint32_t offset, uint32_t element)
{
    uint32_t c[4] = {offset, 0, element, 0};
    uint32_t k0 = uint32_t(seed), k1 = uint32_t(seed >> 32);
    for (int i = 0; i < 10; ++i) {
        const uint64_t p0 = uint64_t(0xD2511F53u) * c[0], p2 = uint64_t(0xCD9E8D57u) * c[2];
        const uint32_t next[4] = {
            uint32_t(p2 >> 32) ^ c[1] ^ k0, uint32_t(p2), uint32_t(p0 >> 32) ^ c[3] ^ k1, uint32_t(p0)};
        std::copy_n(next, 4, c);
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    const double u = (c[0] + 0.5) * 0x1p-32, v = (c[1] + 0.5) * 0x1p-32;
    return std::sqrt(-2 * std::log(u)) * std::sin(2 * M_PI * v);
}

void RandomNormalTest::equalsTheFormulasInDouble()
{
    const int64_t count = 40003; // beyond what the masked devices bind
    const uint64_t seed = 0xfedcba9876543210;
    std::vector<double> want;
    for (int64_t i = 0; i < count; ++i)
        want.push_back(normal(seed, 5, uint32_t(i)));
    m_devices->onEach([&](Gpu& gpu, DType type) {
        // A sine near a half turn is of a difference from π known to 4e-8; times at most 5.
        if (type == DType::F32)
            QCOMPARE_TENSOR(randomNormal(gpu, {count}, seed, 5), want, 1e-6, 2e-7);
    });
}

ATHANOR_TEST(RandomNormalTest)
#include "random_normal_test.moc"
