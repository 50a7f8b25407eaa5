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
    void takesWeightsInHalves_data();
    void takesWeightsInHalves();
};

static std::vector<double> product(
    const std::vector<float>& x, const std::vector<float>& weight, const EndValues& values, int inputs, int end)
{
    const int outputs = values.outputs;
    std::vector<double> want;
    for (int r = 0; r < values.images * values.rows; ++r)
        for (int o = 0; o < outputs; ++o) {
            double sum = 0;
            for (int i = 0; i < inputs; ++i)
                sum += double(x[size_t(r * inputs + i)]) * weight[size_t(o * inputs + i)];
            want.push_back(values.apply(sum, end, size_t(r), size_t(o)));
        }
    return want;
}

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
    const auto want = product(x, weight, values, inputs, end);
    m_devices->onEach([&](Gpu& gpu, DType type) {
        const Tensor y = linear(packWeight(gpu, weight, outputs, inputs, 1, 1, type),
            tensorFrom(gpu, {images, rows, inputs}, x, type), values.epilogue(gpu, end, type));
        QCOMPARE_TENSOR(y, want, productError(inputs), productError(inputs) * std::sqrt(inputs));
    });
}

void LinearTest::takesWeightsInHalves_data()
{
    QTest::addColumn<int>("images");
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("inputs");
    QTest::addColumn<int>("outputs");
    QTest::addColumn<int>("end");
    QTest::newRow("exact tiles") << 1 << 64 << 64 << 128 << 0;
    QTest::newRow("odd both") << 2 << 35 << 7 << 63 << (Bias | Residual | PerImage | UseGeluTanh);
    QTest::newRow("rows and weight beyond a binding") << 1 << 300 << 240 << 200 << Bias + 0;
}

// Of an input beyond fp16.
void LinearTest::takesWeightsInHalves()
{
    QFETCH(int, images);
    QFETCH(int, rows);
    QFETCH(int, inputs);
    QFETCH(int, outputs);
    QFETCH(int, end);
    auto x = randomValues(int64_t(images) * rows * inputs);
    const float large = 1 << 18;
    for (float& v : x)
        v *= large;
    const auto weight = randomValues(int64_t(outputs) * inputs, -1, 1, 2);
    const EndValues values = endValues(images, rows, outputs);
    const auto want = product(x, weight, values, inputs, end);
    m_devices->onEach([&](Gpu& gpu, DType type) {
        if (type == DType::F32)
            return;
        const Tensor y = linear(packWeight(gpu, weight, outputs, inputs, 1, 1, DType::F16),
            tensorFrom(gpu, {images, rows, inputs}, x), values.epilogue(gpu, end, DType::F32));
        QCOMPARE(y.type, DType::F32);
        QCOMPARE_TENSOR(y, want, productError(inputs), productError(inputs) * std::sqrt(inputs) * large);
    });
}

ATHANOR_TEST(LinearTest)
#include "linear_test.moc"
