#include "tests/support/gpu_fixture.h"
#include "tests/support/test_program.h"

using namespace athanor;

class LayerNormTest : public QObject {
    Q_OBJECT
    std::unique_ptr<TestDevices> m_devices;

private slots:
    void initTestCase() { m_devices = std::make_unique<TestDevices>(); }
    void cleanupTestCase() { QCOMPARE(m_devices->validationMessages(), 0u); }
    void normalises_data();
    void normalises();
};

void LayerNormTest::normalises_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("channels");
    QTest::addColumn<float>("shift");
    QTest::newRow("fewer channels than invocations") << 3 << 5 << 0.f;
    QTest::newRow("odd channels") << 67 << 129 << 0.f;
    QTest::newRow("CLIP's 768") << 77 << 768 << 0.f;
    QTest::newRow("beyond a binding") << 130 << 320 << 0.f;
    QTest::newRow("far from zero") << 9 << 64 << 500.f;
}

void LayerNormTest::normalises()
{
    QFETCH(int, rows);
    QFETCH(int, channels);
    QFETCH(float, shift);
    const auto x = randomValues(int64_t(rows) * channels, shift - 2, shift + 2);
    const auto weight = randomValues(channels, -2, 2, 2), bias = randomValues(channels, -1, 1, 3);
    std::vector<double> want;
    for (int r = 0; r < rows; ++r) {
        const float* row = x.data() + r * channels;
        double mean = 0, variance = 0;
        for (int c = 0; c < channels; ++c)
            mean += double(row[c]) / channels;
        for (int c = 0; c < channels; ++c)
            variance += (row[c] - mean) * (row[c] - mean) / channels;
        for (int c = 0; c < channels; ++c)
            want.push_back((row[c] - mean) / std::sqrt(variance + 1e-5) * weight[size_t(c)] + bias[size_t(c)]);
    }
    m_devices->onEach([&](Gpu& gpu, DType type) {
        const Tensor y = layerNorm(tensorFrom(gpu, {rows, channels}, x, type), tensorFrom(gpu, {channels}, weight),
            tensorFrom(gpu, {channels}, bias));
        // As group norm; the mean's rounding of shift · 2^-24 weighs up to 2, a few times over.
        QCOMPARE_TENSOR(y, want, 2e-6, 4e-6 + shift * 1e-6);
    });
}

ATHANOR_TEST(LayerNormTest)
#include "layer_norm_test.moc"
