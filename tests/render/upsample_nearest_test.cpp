#include "tests/support/gpu_fixture.h"
#include "tests/support/test_program.h"

using namespace athanor;

class UpsampleNearestTest : public QObject {
    Q_OBJECT
    std::unique_ptr<TestDevices> m_devices;

private slots:
    void initTestCase() { m_devices = std::make_unique<TestDevices>(); }
    void cleanupTestCase() { QCOMPARE(m_devices->validationMessages(), 0u); }
    void repeatsEachPixel();
};

void UpsampleNearestTest::repeatsEachPixel()
{
    // The last one is larger than the masked devices bind.
    for (const Shape& shape : {Shape{1, 1, 1, 1}, Shape{2, 3, 5, 7}, Shape{2, 5, 3, 8}, Shape{1, 20, 33, 24}}) {
        const int64_t height = shape[1], width = shape[2], channels = shape[3];
        const auto x = randomValues(shape[0] * height * width * channels);
        std::vector<float> want;
        for (int64_t row = 0; row < shape[0] * 2 * height; ++row) // N and H as one: both count rows
            for (int64_t column = 0; column < 2 * width; ++column)
                for (int64_t c = 0; c < channels; ++c)
                    want.push_back(x[size_t((row / 2 * width + column / 2) * channels + c)]);
        m_devices->onEach([&](Gpu& gpu, DType type) {
            const Tensor y = upsampleNearest(tensorFrom(gpu, shape, x, type));
            QCOMPARE(y.shape, (Shape{shape[0], 2 * height, 2 * width, channels}));
            QCOMPARE(toHost(y), want);
        });
    }
}

ATHANOR_TEST(UpsampleNearestTest)
#include "upsample_nearest_test.moc"
