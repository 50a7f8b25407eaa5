#include "tests/support/product_reference.h"
#include "tests/support/test_program.h"

using namespace athanor;

class LinearTest : public QObject {
    Q_OBJECT
    std::unique_ptr<TestDevices> m_devices;

private slots:
    void initTestCase() { m_devices = std::make_unique<TestDevices>(); }
    void cleanupTestCase() { QCOMPARE(m_devices->validationMessages(), 0u); }
    void isTheProduct_data();
    void isTheProduct();
};

void LinearTest::isTheProduct_data()
{
    QTest::addColumn<int>("images");
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("inputs");
    QTest::addColumn<int>("outputs");
    QTest::addColumn<int>("end");
    QTest::newRow("one row, one value") << 1 << 1 << 1 << 1 << 0;
    QTest::newRow("one row, as for the time") << 2 << 1 << 128 << 64 << (Bias | UseSilu);
    QTest::newRow("exact tiles") << 1 << 64 << 64 << 128 << 0;
    QTest::newRow("rows behind the last block") << 2 << 77 << 40 << 72 << (Bias | UseQuickGelu);
    QTest::newRow("odd inputs") << 1 << 33 << 27 << 68 << (Bias | Residual);
    QTest::newRow("odd outputs") << 2 << 19 << 48 << 3 << (Bias | Residual | PerImage);
    QTest::newRow("odd both, last tile full") << 2 << 35 << 7 << 63 << (Bias | Residual | PerImage | UseGelu);
    QTest::newRow("per image and residual") << 3 << 37 << 20 << 132 << (Bias | Residual | PerImage);
    QTest::newRow("GELU") << 1 << 50 << 96 << 96 << (Bias | UseGelu);
    QTest::newRow("GELU by tanh") << 1 << 50 << 96 << 96 << (Bias | UseGeluTanh);
    QTest::newRow("ReLU") << 1 << 50 << 96 << 96 << (Bias | UseRelu);
    QTest::newRow("rows and weight beyond a binding") << 1 << 300 << 240 << 200 << Bias + 0;
}

void LinearTest::isTheProduct()
{
    QFETCH(int, images);
    QFETCH(int, rows);
    QFETCH(int, inputs);
    QFETCH(int, outputs);
    QFETCH(int, end);
    const auto x = randomValues(int64_t(images) * rows * inputs);
    const auto weight = randomValues(int64_t(outputs) * inputs, -1, 1, 2);
    const EndValues values = endValues(images, rows, outputs);
    std::vector<double> want(size_t(images) * rows * outputs);
    for (int r = 0; r < images * rows; ++r)
        for (int o = 0; o < outputs; ++o) {
            double sum = 0;
            for (int i = 0; i < inputs; ++i)
                sum += double(x[size_t(r * inputs + i)]) * weight[size_t(o * inputs + i)];
            want[size_t(r * outputs + o)] = values.apply(sum, end, size_t(r), size_t(o));
        }
    m_devices->onEach([&](Gpu& gpu, DType type) {
        const Tensor y = linear(packWeight(gpu, weight, outputs, inputs, 1, 1, type),
            tensorFrom(gpu, {images, rows, inputs}, x, type), values.epilogue(gpu, end, type));
        QCOMPARE_TENSOR(y, want, productError(inputs), productError(inputs) * std::sqrt(inputs));
    });
}

ATHANOR_TEST(LinearTest)
#include "linear_test.moc"
