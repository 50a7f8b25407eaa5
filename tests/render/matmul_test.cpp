#include "tests/support/product_reference.h"
#include "tests/support/test_program.h"

using namespace athanor;

class MatmulTest : public QObject {
    Q_OBJECT
    std::unique_ptr<TestDevices> m_devices;

private slots:
    void initTestCase() { m_devices = std::make_unique<TestDevices>(); }
    void cleanupTestCase() { QCOMPARE(m_devices->validationMessages(), 0u); }
    void isTheProduct_data();
    void isTheProduct();
};

void MatmulTest::isTheProduct_data()
{
    QTest::addColumn<int>("batch");
    QTest::addColumn<int>("m");
    QTest::addColumn<int>("n");
    QTest::addColumn<int>("k");
    QTest::newRow("one value") << 1 << 1 << 1 << 1;
    QTest::newRow("exact tiles") << 2 << 64 << 128 << 32;
    QTest::newRow("odd") << 3 << 67 << 35 << 19;
    QTest::newRow("batches beyond a binding") << 5 << 90 << 80 << 70;
    QTest::newRow("rows beyond a binding") << 2 << 500 << 60 << 50;
}

void MatmulTest::isTheProduct()
{
    QFETCH(int, batch);
    QFETCH(int, m);
    QFETCH(int, n);
    QFETCH(int, k);
    const auto a = randomValues(int64_t(batch) * m * k);
    const auto b = randomValues(int64_t(batch) * k * n, -1, 1, 2);
    const float factor = 0.5f;
    for (bool transposeB : {false, true}) {
        std::vector<double> want;
        for (int i = 0; i < batch; ++i)
            for (int row = 0; row < m; ++row)
                for (int column = 0; column < n; ++column) {
                    double sum = 0;
                    for (int d = 0; d < k; ++d)
                        sum += double(a[size_t((i * m + row) * k + d)])
                            * b[size_t(i * k * n + (transposeB ? column * k + d : d * n + column))];
                    want.push_back(sum * factor);
                }
        m_devices->onEach([&](Gpu& gpu, DType type) {
            const Shape shape = transposeB ? Shape{batch, n, k} : Shape{batch, k, n};
            const Tensor y =
                matmul(tensorFrom(gpu, {batch, m, k}, a, type), tensorFrom(gpu, shape, b, type), transposeB, factor);
            QCOMPARE_TENSOR(y, want, productError(k), productError(k) * std::sqrt(k));
        });
    }
}

ATHANOR_TEST(MatmulTest)
#include "matmul_test.moc"
