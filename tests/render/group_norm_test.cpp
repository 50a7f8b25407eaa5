#include "tests/support/gpu_fixture.h"
#include "tests/support/test_program.h"

using namespace athanor;

class GroupNormTest : public QObject {
    Q_OBJECT
    std::unique_ptr<TestDevices> m_devices;

private slots:
    void initTestCase() { m_devices = std::make_unique<TestDevices>(); }
    void cleanupTestCase() { QCOMPARE(m_devices->validationMessages(), 0u); }
    void normalises_data();
    void normalises();
    void staysAccurateFarFromZero();
    void staysAccurateOnLargePlanes();
};

struct Case {
    int64_t images, pixels, channels, groups;
};

static std::vector<double> expected(const Case& c, const std::vector<float>& x, const std::vector<float>& weight,
    const std::vector<float>& bias, double epsilon, bool silu)
{
    std::vector<double> y(x.size());
    const int64_t width = c.channels / c.groups;
    for (int64_t n = 0; n < c.images; ++n)
        for (int64_t g = 0; g < c.groups; ++g) {
            const auto forEach = [&](auto visit) {
                for (int64_t p = 0; p < c.pixels; ++p)
                    for (int64_t i = g * width; i < (g + 1) * width; ++i)
                        visit(size_t((n * c.pixels + p) * c.channels + i), size_t(i));
            };
            double mean = 0, variance = 0;
            const double count = double(c.pixels * width);
            forEach([&](size_t at, size_t) { mean += x[at] / count; });
            forEach([&](size_t at, size_t) { variance += (x[at] - mean) * (x[at] - mean) / count; });
            forEach([&](size_t at, size_t i) {
                const double v = (x[at] - mean) / std::sqrt(variance + epsilon) * weight[i] + bias[i];
                y[at] = silu ? v / (1 + std::exp(-v)) : v;
            });
        }
    return y;
}

void GroupNormTest::normalises_data()
{
    QTest::addColumn<int>("images");
    QTest::addColumn<int>("pixels");
    QTest::addColumn<int>("channels");
    QTest::addColumn<int>("groups");
    QTest::newRow("one pixel, one channel a group") << 1 << 1 << 8 << 8;
    QTest::newRow("odd channels") << 2 << 35 << 21 << 7;
    QTest::newRow("10 channels a group, as SD's 320") << 2 << 63 << 40 << 4;
    QTest::newRow("4 channels a group") << 3 << 130 << 32 << 8;
    QTest::newRow("one group of more channels than invocations") << 1 << 17 << 140 << 1;
    QTest::newRow("beyond a binding") << 2 << 1100 << 24 << 4;
    QTest::newRow("moments beyond a binding") << 4 << 2000 << 64 << 4;
}

void GroupNormTest::normalises()
{
    QFETCH(int, images);
    QFETCH(int, pixels);
    QFETCH(int, channels);
    QFETCH(int, groups);
    const Case c{images, pixels, channels, groups};
    const auto x = randomValues(int64_t(images) * pixels * channels, -1, 3);
    const auto weight = randomValues(channels, -2, 2, 2), bias = randomValues(channels, -1, 1, 3);
    m_devices->onEach([&](Gpu& gpu, DType type) {
        const Tensor input = tensorFrom(gpu, {images, pixels, channels}, x, type);
        const Tensor w = tensorFrom(gpu, {channels}, weight), b = tensorFrom(gpu, {channels}, bias);
        // fp32 statistics by Welford: a few units of 2^-24 on values up to 10.
        for (bool silu : {false, true})
            QCOMPARE_TENSOR(
                groupNorm(input, w, b, groups, 1e-5f, silu), expected(c, x, weight, bias, 1e-5, silu), 2e-6, 4e-6);
    });
}

void GroupNormTest::staysAccurateFarFromZero()
{
    // Mean 1000, deviation about 1: sums of squares in fp32 would lose everything (1e6 · 2^-24 = 0.06).
    const Case c{1, 500, 8, 2};
    auto x = randomValues(c.pixels * c.channels, -2, 2);
    for (float& v : x)
        v += 1000;
    const std::vector<float> ones(8, 1.f), zeros(8, 0.f);
    Gpu& gpu = m_devices->own();
    const Tensor y = groupNorm(
        tensorFrom(gpu, {1, c.pixels, 8}, x), tensorFrom(gpu, {8}, ones), tensorFrom(gpu, {8}, zeros), 2, 1e-6f);
    // The mean itself is rounded to 1000 · 2^-24 = 6e-5, a few times over while merging.
    QCOMPARE_TENSOR(y, expected(c, x, ones, zeros, 1e-6, false), 1e-5, 2e-4);
}

void GroupNormTest::staysAccurateOnLargePlanes()
{
    // A quarter of the VAE's largest plane, 256×256×128 (512×512 takes seconds on a CPU), checked at its statistics:
    // the output's mean and mean square of a group are 0 and 1.
    Gpu& gpu = m_devices->own();
    const int64_t pixels = 256 * 256, channels = 128;
    auto x = randomValues(pixels * channels, -1, 5);
    const std::vector<float> ones(channels, 1.f), zeros(channels, 0.f);
    const std::vector<float> y = toHost(groupNorm(tensorFrom(gpu, {1, pixels, channels}, x),
        tensorFrom(gpu, {channels}, ones), tensorFrom(gpu, {channels}, zeros), 32, 1e-6f));
    double sum = 0, squares = 0;
    for (int64_t p = 0; p < pixels; ++p)
        for (int64_t c = 4; c < 8; ++c) {
            const double v = y[size_t(p * channels + c)];
            sum += v;
            squares += v * v;
        }
    const double count = double(pixels * 4);
    QVERIFY2(std::abs(sum / count) < 1e-6, qPrintable(QString::number(sum / count)));
    QVERIFY2(std::abs(squares / count - 1) < 3e-6, qPrintable(QString::number(squares / count - 1)));
}

ATHANOR_TEST(GroupNormTest)
#include "group_norm_test.moc"
