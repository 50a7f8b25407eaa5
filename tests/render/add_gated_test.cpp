#include "tests/support/gpu_fixture.h"
#include "tests/support/test_program.h"

using namespace athanor;

class AddGatedTest : public QObject {
    Q_OBJECT
    std::unique_ptr<TestDevices> m_devices;

private slots:
    void initTestCase() { m_devices = std::make_unique<TestDevices>(); }
    void cleanupTestCase() { QCOMPARE(m_devices->validationMessages(), 0u); }
    void gatesByImage_data();
    void gatesByImage();
};

void AddGatedTest::gatesByImage_data()
{
    QTest::addColumn<int>("images");
    QTest::addColumn<int>("rows"); // of an image
    QTest::addColumn<int>("channels");
    QTest::newRow("one element") << 1 << 1 << 1;
    QTest::newRow("odd channels") << 3 << 5 << 7;
    QTest::newRow("channels of 4n") << 2 << 31 << 20;
    QTest::newRow("beyond a binding, cut inside images") << 3 << 61 << 320;
    QTest::newRow("odd, beyond a binding") << 7 << 13 << 333;
    QTest::newRow("many images, gates beyond a binding") << 75 << 1 << 516;
}

void AddGatedTest::gatesByImage()
{
    QFETCH(int, images);
    QFETCH(int, rows);
    QFETCH(int, channels);
    const int64_t count = int64_t(images) * rows * channels;
    const auto x = randomValues(count, -2, 2, 1), y = randomValues(count, -2, 2, 2);
    const auto gate = randomValues(int64_t(images) * channels, -2, 2, 3);
    std::vector<double> want;
    for (int64_t i = 0; i < count; ++i) {
        const int64_t image = i / (int64_t(rows) * channels), channel = i % channels;
        want.push_back(x[size_t(i)] + double(gate[size_t(image * channels + channel)]) * y[size_t(i)]);
    }
    m_devices->onEach([&](Gpu& gpu, DType type) {
        const Tensor z = addGated(tensorFrom(gpu, {images, rows, channels}, x, type),
            tensorFrom(gpu, {images, rows, channels}, y, type), tensorFrom(gpu, {images, channels}, gate));
        QCOMPARE(z.type, type);
        QCOMPARE_TENSOR(z, want, 0x1p-23, 0); // the product is exact; the sum is rounded, then stored
    });
}

ATHANOR_TEST(AddGatedTest)
#include "add_gated_test.moc"
