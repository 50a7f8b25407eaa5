#include "tests/support/gpu_fixture.h"

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
    const double map[4][3] = {
        {0.3512, 0.2297, 0.3227}, {0.3250, 0.4974, 0.2350}, {-0.2829, 0.1762, 0.2721}, {-0.2120, -0.2616, -0.7177}};
    const int64_t height = 67, width = 65; // beyond what the masked devices bind
    const auto x = randomValues(height * width * 4);
    std::vector<double> want;
    for (size_t i = 0; i < x.size(); i += 4)
        for (int c = 0; c < 3; ++c) {
            double sum = 0;
            for (size_t k = 0; k < 4; ++k)
                sum += x[i + k] * map[k][c];
            want.push_back(std::clamp(0.5 * sum + 0.5, 0.0, 1.0));
        }
    m_devices->onEach([&](Gpu& gpu, DType type) {
        const Tensor rgb = latentToRgb(tensorFrom(gpu, {1, height, width, 4}, x, type));
        QCOMPARE(rgb.shape, (Shape{1, height, width, 3}));
        // Four products and sums below 3, each rounded to 2^-24 of it.
        QCOMPARE_TENSOR(rgb, want, 0, 1e-6);
    });
}

QTEST_APPLESS_MAIN(LatentToRgbTest)
#include "latent_to_rgb_test.moc"
