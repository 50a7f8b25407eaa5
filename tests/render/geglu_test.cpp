#include "tests/support/gpu_fixture.h"
#include "tests/support/test_program.h"

using namespace athanor;

class GegluTest : public QObject {
    Q_OBJECT
    std::unique_ptr<TestDevices> m_devices;

private slots:
    void initTestCase() { m_devices = std::make_unique<TestDevices>(); }
    void cleanupTestCase() { QCOMPARE(m_devices->validationMessages(), 0u); }
    void gatesTheFirstHalf_data();
    void gatesTheFirstHalf();
};

void GegluTest::gatesTheFirstHalf_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("channels");
    QTest::newRow("one") << 1 << 1;
    QTest::newRow("odd channels") << 29 << 7;
    QTest::newRow("channels of 4n") << 31 << 20;
    QTest::newRow("beyond a binding") << 61 << 320;
}

void GegluTest::gatesTheFirstHalf()
{
    QFETCH(int, rows);
    QFETCH(int, channels);
    const auto values = randomValues(int64_t(rows) * 2 * channels, -5, 5);
    std::vector<double> want;
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < channels; ++c) {
            const double x = values[size_t(r * 2 * channels + c)],
                         gate = values[size_t(r * 2 * channels + channels + c)];
            want.push_back(x * 0.5 * gate * std::erfc(-gate * M_SQRT1_2));
        }
    m_devices->onEach([&](Gpu& gpu, DType type) {
        // As gelu alone (activate_test); exp's argument is at most 12.5.
        QCOMPARE_TENSOR(geglu(tensorFrom(gpu, {rows, 2 * channels}, values, type)), want, 3e-6, 1e-35);
    });
}

ATHANOR_TEST(GegluTest)
#include "geglu_test.moc"
