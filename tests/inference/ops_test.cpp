#include "tests/support/gpu_fixture.h"
#include "tests/support/reference_ops.h"
#include "tests/support/test_program.h"

using namespace athanor;

// The ops over products: packing, shapes and epilogues. The kernels themselves are tested in tests/render.
class OpsTest : public QObject {
    Q_OBJECT
    std::unique_ptr<TestDevices> m_devices;

private slots:
    void initTestCase() { m_devices = std::make_unique<TestDevices>(); }
    void cleanupTestCase() { QCOMPARE(m_devices->validationMessages(), 0u); }
    void packsWeightsInTiles_data();
    void packsWeightsInTiles();
    void linearAppliesItsEpilogueInOrder();
    void linearKeepsLeadingAxes();
    void matmulTransposesAndScales();
    void conv2dFollowsItsOptions_data();
    void conv2dFollowsItsOptions();
    void attentionLooksAtEachHead_data();
    void attentionLooksAtEachHead();
};

// Roundings of `terms` products of values up to 2 while they are summed in fp32; partial sums grow as √terms.
static double sumError(int64_t terms)
{
    return double(terms) * 0x1p-24 * 4 * std::sqrt(double(terms));
}

void OpsTest::packsWeightsInTiles_data()
{
    QTest::addColumn<int>("outputs");
    QTest::addColumn<int>("inputs");
    QTest::addColumn<int>("kernel");
    QTest::newRow("one") << 1 << 1 << 1;
    QTest::newRow("whole tiles") << 128 << 40 << 1;
    QTest::newRow("last tile not full") << 70 << 33 << 1;
    QTest::newRow("3×3") << 65 << 19 << 3;
    QTest::newRow("tiles beyond a binding") << 130 << 300 << 3;
}

void OpsTest::packsWeightsInTiles()
{
    QFETCH(int, outputs);
    QFETCH(int, inputs);
    QFETCH(int, kernel);
    const int64_t positions = kernel * kernel, tiles = (outputs + packedTile - 1) / packedTile;
    const auto values = randomValues(outputs * inputs * positions);
    std::vector<float> want(size_t(tiles * positions * inputs * packedTile), 0.f);
    for (int64_t o = 0; o < outputs; ++o)
        for (int64_t c = 0; c < inputs; ++c)
            for (int64_t p = 0; p < positions; ++p)
                want[size_t((o / packedTile * positions * inputs + p * inputs + c) * packedTile + o % packedTile)] =
                    values[size_t((o * inputs + c) * positions + p)];
    m_devices->onEach([&](Gpu& gpu, DType type) {
        const PackedWeight packed = packWeight(gpu, values, outputs, inputs, kernel, kernel, type);
        QCOMPARE(packed.outputs, int64_t(outputs));
        QCOMPARE(packed.inputs, int64_t(inputs));
        QCOMPARE(packed.kernelWidth, int64_t(kernel));
        QCOMPARE(packed.data.shape, (Shape{tiles, positions * inputs, packedTile}));
        QCOMPARE(toHost(packed.data), want);
    });
}

void OpsTest::linearAppliesItsEpilogueInOrder()
{
    const int64_t images = 2, rows = 5, inputs = 36, outputs = 70;
    const auto x = randomValues(images * rows * inputs, -1, 1, 1), w = randomValues(outputs * inputs, -1, 1, 2);
    const auto bias = randomValues(outputs, -1, 1, 3), perImage = randomValues(images * outputs, -1, 1, 4);
    const auto residual = randomValues(images * rows * outputs, -1, 1, 5);
    ReferenceConv shape{.images = images, .height = 1, .width = rows, .inputs = inputs, .outputs = outputs};
    shape.kernel = 1;
    shape.padBefore = shape.padAfter = 0;
    std::vector<double> want = referenceConv(shape, x, w);
    for (size_t i = 0; i < want.size(); ++i) {
        const size_t o = i % outputs, n = i / size_t(rows * outputs);
        const double v = want[i] + bias[o];
        want[i] = v / (1 + std::exp(-v)) + perImage[n * outputs + o] + residual[i];
    }
    m_devices->onEach([&](Gpu& gpu, DType type) {
        Epilogue epilogue;
        epilogue.bias = tensorFrom(gpu, {outputs}, bias);
        epilogue.activation = Activation::Silu;
        epilogue.perImage = tensorFrom(gpu, {images, outputs}, perImage, type);
        epilogue.residual = tensorFrom(gpu, {images, rows, outputs}, residual, type);
        const Tensor y = linear(packWeight(gpu, w, outputs, inputs, 1, 1, type),
            tensorFrom(gpu, {images, rows, inputs}, x, type), epilogue);
        QCOMPARE(y.shape, (Shape{images, rows, outputs}));
        // The intermediate results, up to 20, are rounded a few times more.
        QCOMPARE_TENSOR(y, want, 0, sumError(inputs) + 5e-6);
    });
}

void OpsTest::linearKeepsLeadingAxes()
{
    Gpu& gpu = m_devices->own();
    const PackedWeight w = packWeight(gpu, randomValues(12), 3, 4, 1, 1, DType::F32);
    QCOMPARE(linear(w, tensorFrom(gpu, {4}, randomValues(4))).shape, (Shape{3}));
    QCOMPARE(linear(w, tensorFrom(gpu, {2, 3, 5, 4}, randomValues(120))).shape, (Shape{2, 3, 5, 3}));
}

void OpsTest::matmulTransposesAndScales()
{
    const int64_t batch = 3, m = 7, n = 13, k = 21;
    const auto a = randomValues(batch * m * k, -2, 2, 1), b = randomValues(batch * k * n, -2, 2, 2);
    for (bool transposed : {false, true}) {
        std::vector<double> want;
        for (int64_t i = 0; i < batch; ++i)
            for (int64_t row = 0; row < m; ++row)
                for (int64_t column = 0; column < n; ++column) {
                    double sum = 0;
                    for (int64_t j = 0; j < k; ++j)
                        sum += double(a[size_t((i * m + row) * k + j)])
                            * b[size_t(i * k * n + (transposed ? column * k + j : j * n + column))];
                    want.push_back(0.25 * sum);
                }
        m_devices->onEach([&](Gpu& gpu, DType type) {
            const Shape shape = transposed ? Shape{batch, n, k} : Shape{batch, k, n};
            const Tensor y =
                matmul(tensorFrom(gpu, {batch, m, k}, a, type), tensorFrom(gpu, shape, b, type), transposed, 0.25f);
            QCOMPARE(y.shape, (Shape{batch, m, n}));
            QCOMPARE_TENSOR(y, want, 0, sumError(k));
        });
    }
}

void OpsTest::conv2dFollowsItsOptions_data()
{
    QTest::addColumn<int>("kernel");
    QTest::addColumn<int>("stride");
    QTest::addColumn<int>("before");
    QTest::addColumn<int>("after");
    QTest::addColumn<bool>("upsample");
    QTest::newRow("3×3") << 3 << 1 << 1 << 1 << false;
    QTest::newRow("1×1") << 1 << 1 << 0 << 0 << false;
    QTest::newRow("UNet's downsampling") << 3 << 2 << 1 << 1 << false;
    QTest::newRow("VAE's downsampling, padded after only") << 3 << 2 << 0 << 1 << false;
    QTest::newRow("after enlarging") << 3 << 1 << 1 << 1 << true;
}

void OpsTest::conv2dFollowsItsOptions()
{
    QFETCH(int, kernel);
    QFETCH(int, stride);
    QFETCH(int, before);
    QFETCH(int, after);
    QFETCH(bool, upsample);
    const ReferenceConv c{2, 9, 6, 11, 67, kernel, stride, before, after, upsample};
    const auto x = randomValues(c.images * c.height * c.width * c.inputs, -2, 2, 1);
    const auto w = randomValues(c.outputs * c.inputs * kernel * kernel, -2, 2, 2), bias = randomValues(c.outputs);
    std::vector<double> want = referenceConv(c, x, w);
    for (size_t i = 0; i < want.size(); ++i)
        want[i] += bias[i % size_t(c.outputs)];
    m_devices->onEach([&](Gpu& gpu, DType type) {
        Epilogue epilogue;
        epilogue.bias = tensorFrom(gpu, {c.outputs}, bias);
        const Tensor y = conv2d(packWeight(gpu, w, c.outputs, c.inputs, kernel, kernel, type),
            tensorFrom(gpu, {c.images, c.height, c.width, c.inputs}, x, type), {stride, before, after, upsample},
            epilogue);
        QCOMPARE(y.shape, (Shape{c.images, c.outHeight(), c.outWidth(), c.outputs}));
        QCOMPARE_TENSOR(y, want, 0, sumError(c.inputs * kernel * kernel));
    });
}

void OpsTest::attentionLooksAtEachHead_data()
{
    QTest::addColumn<int>("queries");
    QTest::addColumn<int>("keys");
    QTest::addColumn<int>("heads");
    QTest::addColumn<int>("size");
    QTest::addColumn<bool>("causal");
    QTest::newRow("self") << 50 << 50 << 2 << 8 << false;
    QTest::newRow("cross, 77 keys") << 33 << 77 << 3 << 40 << false;
    QTest::newRow("causal") << 77 << 77 << 2 << 16 << true;
}

void OpsTest::attentionLooksAtEachHead()
{
    QFETCH(int, queries);
    QFETCH(int, keys);
    QFETCH(int, heads);
    QFETCH(int, size);
    QFETCH(bool, causal);
    const int64_t channels = heads * size;
    const auto q = randomValues(2 * queries * channels, -2, 2, 1), k = randomValues(2 * keys * channels, -2, 2, 2);
    const auto v = randomValues(2 * keys * channels, -2, 2, 3);
    const auto want = referenceAttention(
        q, k, v, {.images = 2, .queries = queries, .keys = keys, .heads = heads, .size = size, .causal = causal});
    m_devices->onEach([&](Gpu& gpu, DType type) {
        const Tensor y =
            attention(tensorFrom(gpu, {2, queries, channels}, q, type), tensorFrom(gpu, {2, keys, channels}, k, type),
                tensorFrom(gpu, {2, keys, channels}, v, type), heads, {.causal = causal});
        // Scores' error moves the weights by as much, relatively; the values are at most 2.
        QCOMPARE_TENSOR(y, want, 0, 2 * sumError(size) + 2e-6);
    });
}

ATHANOR_TEST(OpsTest)
#include "ops_test.moc"
