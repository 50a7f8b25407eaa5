#include "tests/support/gpu_fixture.h"
#include "tests/support/test_program.h"

using namespace athanor;

class ElementwiseTest : public QObject {
    Q_OBJECT
    std::unique_ptr<TestDevices> m_devices;

private slots:
    void initTestCase() { m_devices = std::make_unique<TestDevices>(); }
    void cleanupTestCase() { QCOMPARE(m_devices->validationMessages(), 0u); }
    void addsAndMultiplies_data();
    void addsAndMultiplies();
    void mixesTypes();
    void bendsAtZero_data() { addsAndMultiplies_data(); }
    void bendsAtZero();
};

void ElementwiseTest::addsAndMultiplies_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("period");
    QTest::newRow("one element") << 1 << 1;
    QTest::newRow("same shape, odd") << 1 << 1027;
    QTest::newRow("same shape, beyond a binding") << 1 << 40001;
    QTest::newRow("row of 4n") << 37 << 20;
    QTest::newRow("odd row") << 41 << 13;
    QTest::newRow("odd row, beyond a binding") << 3001 << 13;
    QTest::newRow("row beyond a binding") << 3 << 33332;
    QTest::newRow("odd row beyond a binding") << 2 << 33333;
}

void ElementwiseTest::addsAndMultiplies()
{
    QFETCH(int, rows);
    QFETCH(int, period);
    const auto a = randomValues(int64_t(rows) * period, -2, 2, 1), b = randomValues(period, -2, 2, 2);
    std::vector<double> sum, product;
    for (size_t i = 0; i < a.size(); ++i) {
        sum.push_back(double(a[i]) + b[i % b.size()]);
        product.push_back(double(a[i]) * b[i % b.size()]);
    }
    m_devices->onEach([&](Gpu& gpu, DType type) {
        const Tensor x = tensorFrom(gpu, {rows, period}, a, type), y = tensorFrom(gpu, {period}, b, type);
        // One rounding each, which is the store's.
        QCOMPARE_TENSOR(x + y, sum, 0, 0);
        QCOMPARE_TENSOR(multiply(x, y), product, 0, 0);
    });
}

void ElementwiseTest::mixesTypes()
{
    Gpu& gpu = m_devices->own();
    for (int period : {12, 5}) {
        const auto a = randomValues(60), b = randomValues(period, -2, 2, 2);
        std::vector<double> sum;
        for (size_t i = 0; i < a.size(); ++i)
            sum.push_back(double(a[i]) + b[i % b.size()]);
        for (DType first : {DType::F32, DType::F16}) {
            const DType second = first == DType::F32 ? DType::F16 : DType::F32;
            const Tensor y = tensorFrom(gpu, {60 / period, period}, a, first) + tensorFrom(gpu, {period}, b, second);
            QCOMPARE(y.type, first);
            QCOMPARE_TENSOR(y, sum, 0, 0);
        }
    }
}

void ElementwiseTest::bendsAtZero()
{
    QFETCH(int, rows);
    QFETCH(int, period);
    const auto x = randomValues(int64_t(rows) * period, -2, 2, 1), slopes = randomValues(period, -2, 2, 2);
    std::vector<double> want;
    for (size_t i = 0; i < x.size(); ++i)
        want.push_back(x[i] >= 0 ? double(x[i]) : double(x[i]) * slopes[i % slopes.size()]);
    m_devices->onEach([&](Gpu& gpu, DType type) {
        const Tensor y = prelu(tensorFrom(gpu, {rows, period}, x, type), tensorFrom(gpu, {period}, slopes));
        QCOMPARE(y.type, type);
        QCOMPARE_TENSOR(y, want, 0, 0); // one rounding, which is the store's
    });
}

ATHANOR_TEST(ElementwiseTest)
#include "elementwise_test.moc"
