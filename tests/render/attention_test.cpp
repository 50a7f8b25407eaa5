#include "tests/support/gpu_fixture.h"
#include "tests/support/reference_ops.h"
#include "tests/support/test_program.h"

using namespace athanor;

class AttentionTest : public QObject {
    Q_OBJECT
    std::unique_ptr<TestDevices> m_devices;

private slots:
    void initTestCase() { m_devices = std::make_unique<TestDevices>(); }
    void cleanupTestCase() { QCOMPARE(m_devices->validationMessages(), 0u); }
    void isTheWeightedMean_data();
    void isTheWeightedMean();
    void addsTheBias_data();
    void addsTheBias();
    void takesAScale();
};

void AttentionTest::isTheWeightedMean_data()
{
    QTest::addColumn<QList<int>>("shape"); // images, heads, head size, queries, keys
    QTest::addColumn<bool>("causal");
    QTest::addColumn<float>("spread"); // of q and k
    using L = QList<int>;
    QTest::newRow("one of all") << L{1, 1, 1, 1, 1} << false << 1.f;
    QTest::newRow("SD, first level") << L{2, 2, 40, 70, 70} << false << 1.f;
    QTest::newRow("SD, second level") << L{1, 2, 80, 40, 77} << false << 1.f;
    QTest::newRow("SD, third level") << L{2, 1, 160, 17, 33} << false << 1.f;
    QTest::newRow("VAE") << L{1, 1, 512, 20, 23} << false << 0.3f;
    QTest::newRow("CLIP text") << L{2, 2, 64, 77, 77} << true << 1.f;
    QTest::newRow("causal, odd head") << L{2, 3, 7, 35, 35} << true << 1.f;
    QTest::newRow("small heads") << L{1, 4, 16, 50, 12} << false << 1.f;
    QTest::newRow("head of 24") << L{1, 2, 24, 33, 30} << false << 1.f;
    QTest::newRow("odd head") << L{2, 3, 5, 9, 50} << false << 1.f;
    QTest::newRow("scores of some hundreds") << L{1, 1, 32, 40, 60} << false << 8.f;
}

void AttentionTest::isTheWeightedMean()
{
    QFETCH(QList<int>, shape);
    QFETCH(bool, causal);
    QFETCH(float, spread);
    const int images = shape[0], heads = shape[1], size = shape[2], queries = shape[3], keys = shape[4];
    const int channels = heads * size;
    const auto q = randomValues(int64_t(images) * queries * channels, -2 * spread, 2 * spread, 1);
    const auto k = randomValues(int64_t(images) * keys * channels, -2 * spread, 2 * spread, 2);
    const auto v = randomValues(int64_t(images) * keys * channels, -2, 2, 3);
    std::vector<double> want(q.size()), scores(static_cast<size_t>(keys));
    double largest = 0;
    for (int image = 0; image < images; ++image)
        for (int head = 0; head < heads; ++head)
            for (int query = 0; query < queries; ++query) {
                const auto at = [&](int row, int rows, int d) {
                    return size_t((image * rows + row) * channels + head * size + d);
                };
                const int seen = causal ? query + 1 : keys;
                double top = -1e300, sum = 0;
                for (int key = 0; key < seen; ++key) {
                    double score = 0;
                    for (int d = 0; d < size; ++d)
                        score += double(q[at(query, queries, d)]) * k[at(key, keys, d)];
                    scores[size_t(key)] = score / std::sqrt(size);
                    top = std::max(top, scores[size_t(key)]);
                    largest = std::max(largest, std::abs(scores[size_t(key)]));
                }
                for (int key = 0; key < seen; ++key)
                    sum += scores[size_t(key)] = std::exp(scores[size_t(key)] - top);
                for (int key = 0; key < seen; ++key)
                    for (int d = 0; d < size; ++d)
                        want[at(query, queries, d)] += scores[size_t(key)] / sum * v[at(key, keys, d)];
            }
    // A score of size s is off by a few units of 2^-24 · s, its weight by as much relatively; values are up to 2.
    const double error = 2 * 0x1p-24 * (8 * largest + 4 * std::sqrt(double(keys)) + 16);
    m_devices->onEach([&](Gpu& gpu, DType type) {
        const Tensor y = attention(tensorFrom(gpu, {images, queries, channels}, q, type),
            tensorFrom(gpu, {images, keys, channels}, k, type), tensorFrom(gpu, {images, keys, channels}, v, type),
            heads, {.causal = causal});
        QCOMPARE_TENSOR(y, want, 0, error);
    });
}

void AttentionTest::addsTheBias_data()
{
    QTest::addColumn<QList<int>>("shape"); // images, heads, head size, queries, keys
    QTest::addColumn<bool>("causal");
    using L = QList<int>;
    QTest::newRow("one of all") << L{1, 1, 1, 1, 1} << false;
    QTest::newRow("T5, 77 tokens") << L{1, 3, 64, 77, 77} << false;
    QTest::newRow("many images, odd head") << L{3, 2, 7, 9, 50} << false;
    QTest::newRow("fewer keys than at once") << L{2, 5, 16, 21, 3} << false;
    QTest::newRow("causal") << L{2, 2, 8, 35, 35} << true;
    QTest::newRow("some heads beyond a binding") << L{2, 7, 8, 90, 70} << false;
    QTest::newRow("one head beyond a binding") << L{1, 2, 4, 190, 101} << false;
    QTest::newRow("one head beyond a binding, causal") << L{1, 2, 4, 151, 151} << true;
}

void AttentionTest::addsTheBias()
{
    QFETCH(QList<int>, shape);
    QFETCH(bool, causal);
    const int images = shape[0], heads = shape[1], size = shape[2], queries = shape[3], keys = shape[4];
    const int64_t channels = heads * size;
    const auto q = randomValues(images * queries * channels, -1, 1, 1);
    const auto k = randomValues(images * keys * channels, -1, 1, 2);
    const auto v = randomValues(images * keys * channels, -2, 2, 3);
    const auto bias = randomValues(int64_t(heads) * queries * keys, -5, 5, 4);
    const float scale = 0.7f;
    const auto want = referenceAttention(q, k, v,
        {.images = images,
            .queries = queries,
            .keys = keys,
            .heads = heads,
            .size = size,
            .causal = causal,
            .scale = scale,
            .bias = bias});
    m_devices->onEach([&](Gpu& gpu, DType type) {
        const Tensor y = attention(tensorFrom(gpu, {images, queries, channels}, q, type),
            tensorFrom(gpu, {images, keys, channels}, k, type), tensorFrom(gpu, {images, keys, channels}, v, type),
            heads, {.causal = causal, .bias = tensorFrom(gpu, {heads, queries, keys}, bias), .scale = scale});
        QCOMPARE_TENSOR(y, want, 0, 2 * 0x1p-24 * (8 * (5 + size * 0.5) + 4 * std::sqrt(double(keys)) + 16));
    });
}

void AttentionTest::takesAScale()
{
    const auto q = randomValues(2 * 9 * 12, -1, 1, 1), k = randomValues(2 * 11 * 12, -1, 1, 2);
    const auto v = randomValues(2 * 11 * 12, -2, 2, 3);
    for (float scale : {1.f, 0.125f}) {
        const auto want =
            referenceAttention(q, k, v, {.images = 2, .queries = 9, .keys = 11, .heads = 2, .size = 6, .scale = scale});
        m_devices->onEach([&](Gpu& gpu, DType type) {
            const Tensor y = attention(tensorFrom(gpu, {2, 9, 12}, q, type), tensorFrom(gpu, {2, 11, 12}, k, type),
                tensorFrom(gpu, {2, 11, 12}, v, type), 2, {.scale = scale});
            QCOMPARE_TENSOR(y, want, 0, 8e-6);
        });
    }
}

ATHANOR_TEST(AttentionTest)
#include "attention_test.moc"
