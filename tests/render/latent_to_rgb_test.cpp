#include "tests/support/gpu_fixture.h"
#include "tests/support/test_program.h"

using namespace athanor;

class LatentToRgbTest : public QObject {
    Q_OBJECT
    std::unique_ptr<TestDevices> m_devices;

private slots:
    void initTestCase() { m_devices = std::make_unique<TestDevices>(); }
    void cleanupTestCase() { QCOMPARE(m_devices->validationMessages(), 0u); }
    void mapsChannels();
};

void LatentToRgbTest::mapsChannels()
{
    const LatentColours colours{
        {{{0.35f, 0.23f, 0.32f}, {0.33f, 0.50f, 0.24f}, {-0.28f, 0.18f, 0.27f}, {-0.21f, -0.26f, -0.72f}}},
        {0.1f, -0.2f, 0.03f}};
    const int64_t height = 67, width = 65; // beyond what the masked devices bind
    const auto x = randomValues(height * width * 4);
    std::vector<double> want;
    for (size_t i = 0; i < x.size(); i += 4)
        for (size_t c = 0; c < 3; ++c) {
            double sum = colours.bias[c];
            for (size_t k = 0; k < 4; ++k)
                sum += x[i + k] * double(colours.factors[k][c]);
            want.push_back(std::clamp(0.5 * sum + 0.5, 0.0, 1.0));
        }
    m_devices->onEach([&](Gpu& gpu, DType type) {
        const Tensor rgb = latentToRgb(tensorFrom(gpu, {1, height, width, 4}, x, type), colours);
        QCOMPARE(rgb.shape, (Shape{1, height, width, 3}));
        // Four products and a bias, sums below 3, each rounded to 2^-24 of it.
        QCOMPARE_TENSOR(rgb, want, 0, 1e-6);
    });
}

ATHANOR_TEST(LatentToRgbTest)
#include "latent_to_rgb_test.moc"
