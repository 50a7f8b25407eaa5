#include "tests/support/gpu_fixture.h"
#include "tests/support/test_program.h"

using namespace athanor;

class SoftmaxTest : public QObject {
    Q_OBJECT
    std::unique_ptr<TestDevices> m_devices;

private slots:
    void initTestCase() { m_devices = std::make_unique<TestDevices>(); }
    void cleanupTestCase() { QCOMPARE(m_devices->validationMessages(), 0u); }
    void sumsToOne_data();
    void sumsToOne();
};

void SoftmaxTest::sumsToOne_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("channels");
    QTest::addColumn<float>("shift");
    QTest::newRow("one element") << 5 << 1 << 0.f;
    QTest::newRow("odd") << 70 << 77 << 0.f;
    QTest::newRow("beyond a binding") << 65 << 512 << 0.f;
    QTest::newRow("exp beyond fp32 without the maximum") << 3 << 40 << 1000.f;
    QTest::newRow("far below zero") << 3 << 41 << -1000.f;
}

void SoftmaxTest::sumsToOne()
{
    QFETCH(int, rows);
    QFETCH(int, channels);
    QFETCH(float, shift);
    const auto x = randomValues(int64_t(rows) * channels, shift - 6, shift + 6);
    std::vector<double> want;
    for (int r = 0; r < rows; ++r) {
        const float* row = x.data() + r * channels;
        const double top = *std::max_element(row, row + channels);
        double sum = 0;
        for (int c = 0; c < channels; ++c)
            sum += std::exp(row[c] - top);
        for (int c = 0; c < channels; ++c)
            want.push_back(std::exp(row[c] - top) / sum);
    }
    m_devices->onEach([&](Gpu& gpu, DType type) {
        // exp of an argument down to -12 errs by about 12 · 2^-24 and its own few units; the sum by less.
        QCOMPARE_TENSOR(softmax(tensorFrom(gpu, {rows, channels}, x, type)), want, 4e-6, 0);
    });
}

ATHANOR_TEST(SoftmaxTest)
#include "softmax_test.moc"
