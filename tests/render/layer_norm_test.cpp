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
    void toMeanSquareOne_data() { normalises_data(); }
    void toMeanSquareOne();
    void modulatesByImage_data();
    void modulatesByImage();
};

// Each row to mean 0 and variance 1.
static std::vector<double> normedRows(const std::vector<float>& x, int channels, double epsilon)
{
    std::vector<double> normed;
    for (size_t first = 0; first < x.size(); first += size_t(channels)) {
        const float* row = x.data() + first;
        double mean = 0, variance = 0;
        for (int c = 0; c < channels; ++c)
            mean += double(row[c]) / channels;
        for (int c = 0; c < channels; ++c)
            variance += (row[c] - mean) * (row[c] - mean) / channels;
        for (int c = 0; c < channels; ++c)
            normed.push_back((row[c] - mean) / std::sqrt(variance + epsilon));
    }
    return normed;
}

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
    const auto normed = normedRows(x, channels, 1e-5);
    for (size_t i = 0; i < x.size(); ++i)
        want.push_back(normed[i] * weight[i % size_t(channels)] + bias[i % size_t(channels)]);
    m_devices->onEach([&](Gpu& gpu, DType type) {
        const Tensor y = layerNorm(tensorFrom(gpu, {rows, channels}, x, type), tensorFrom(gpu, {channels}, weight),
            tensorFrom(gpu, {channels}, bias));
        // As group norm; the mean's rounding of shift · 2^-24 weighs up to 2, a few times over.
        QCOMPARE_TENSOR(y, want, 2e-6, 4e-6 + shift * 1e-6);
    });
}

void LayerNormTest::toMeanSquareOne()
{
    QFETCH(int, rows);
    QFETCH(int, channels);
    QFETCH(float, shift);
    const auto x = randomValues(int64_t(rows) * channels, shift - 2, shift + 2);
    const auto weight = randomValues(channels, -2, 2, 2);
    std::vector<double> want;
    for (int r = 0; r < rows; ++r) {
        const float* row = x.data() + r * channels;
        double square = 0;
        for (int c = 0; c < channels; ++c)
            square += double(row[c]) * row[c] / channels;
        for (int c = 0; c < channels; ++c)
            want.push_back(row[c] / std::sqrt(square + 1e-6) * weight[size_t(c)]);
    }
    m_devices->onEach([&](Gpu& gpu, DType type) {
        const Tensor y =
            rmsNorm(tensorFrom(gpu, {rows, channels}, x, type), tensorFrom(gpu, {channels}, weight), 1e-6f);
        QCOMPARE(y.type, type);
        // The squares' sum, of as many terms as a row has in four; then a few roundings.
        QCOMPARE_TENSOR(y, want, 0x1p-24 * (4 + std::sqrt(double(channels))), 0);
    });
}

void LayerNormTest::modulatesByImage_data()
{
    QTest::addColumn<int>("images");
    QTest::addColumn<int>("rows"); // of an image
    QTest::addColumn<int>("channels");
    QTest::newRow("one element") << 1 << 1 << 1;
    QTest::newRow("odd channels") << 3 << 5 << 7;
    QTest::newRow("SD 3's 1536") << 2 << 33 << 1536;
    QTest::newRow("odd, beyond a binding") << 7 << 13 << 333;
    QTest::newRow("many images, scales beyond a binding") << 75 << 1 << 516;
}

void LayerNormTest::modulatesByImage()
{
    QFETCH(int, images);
    QFETCH(int, rows);
    QFETCH(int, channels);
    const int64_t perImage = int64_t(rows) * channels;
    const auto x = randomValues(images * perImage);
    const auto scale = randomValues(int64_t(images) * channels, -2, 2, 2);
    const auto shift = randomValues(int64_t(images) * channels, -1, 1, 3);
    std::vector<double> want = normedRows(x, channels, 1e-6);
    for (int64_t i = 0; i < int64_t(want.size()); ++i) {
        const auto at = size_t(i / perImage * channels + i % channels);
        want[size_t(i)] = want[size_t(i)] * (1 + double(scale[at])) + shift[at];
    }
    m_devices->onEach([&](Gpu& gpu, DType type) {
        const Tensor y = modulatedNorm(tensorFrom(gpu, {images, rows, channels}, x, type),
            tensorFrom(gpu, {images, channels}, scale), tensorFrom(gpu, {images, channels}, shift), 1e-6f);
        QCOMPARE(y.type, type);
        QCOMPARE_TENSOR(y, want, 2e-6, 4e-6); // as layer norm
    });
}

ATHANOR_TEST(LayerNormTest)
#include "layer_norm_test.moc"
