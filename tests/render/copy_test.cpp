#include "tests/support/gpu_fixture.h"
#include "tests/support/test_program.h"

using namespace athanor;

// Exact: nothing is rounded but by conversion, and randomValues are exact in both types.
class CopyTest : public QObject {
    Q_OBJECT
    std::unique_ptr<TestDevices> m_devices;

private slots:
    void initTestCase() { m_devices = std::make_unique<TestDevices>(); }
    void cleanupTestCase() { QCOMPARE(m_devices->validationMessages(), 0u); }
    void joinsAndCutsChannels_data();
    void joinsAndCutsChannels();
    void joinsAndCutsRows_data();
    void joinsAndCutsRows();
    void permutes_data();
    void permutes();
    void crops();
    void converts();
    void makesPixelsOfChannels();
};

void CopyTest::joinsAndCutsChannels_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("first");
    QTest::addColumn<int>("second");
    QTest::newRow("one") << 1 << 1 << 1;
    QTest::newRow("odd") << 33 << 5 << 7;
    QTest::newRow("second part begins unaligned") << 33 << 6 << 8;
    QTest::newRow("4n") << 50 << 12 << 20;
    QTest::newRow("beyond a binding") << 90 << 320 << 640;
    QTest::newRow("odd, beyond a binding") << 900 << 31 << 2;
}

void CopyTest::joinsAndCutsChannels()
{
    QFETCH(int, rows);
    QFETCH(int, first);
    QFETCH(int, second);
    const auto a = randomValues(int64_t(rows) * first, -2, 2, 1), b = randomValues(int64_t(rows) * second, -2, 2, 2);
    std::vector<float> joined;
    for (int r = 0; r < rows; ++r) {
        joined.insert(joined.end(), a.begin() + r * first, a.begin() + (r + 1) * first);
        joined.insert(joined.end(), b.begin() + r * second, b.begin() + (r + 1) * second);
    }
    m_devices->onEach([&](Gpu& gpu, DType type) {
        const Tensor y =
            concat(tensorFrom(gpu, {1, rows, first}, a, type), tensorFrom(gpu, {1, rows, second}, b, type));
        QCOMPARE(y.shape, (Shape{1, rows, first + second}));
        QCOMPARE(toHost(y), joined);
        QCOMPARE(toHost(slice(y, 0, first)), a);
        QCOMPARE(toHost(slice(y, first, second)), b);
    });
}

void CopyTest::joinsAndCutsRows_data()
{
    QTest::addColumn<int>("images");
    QTest::addColumn<int>("channels");
    QTest::addColumn<int>("first");
    QTest::addColumn<int>("second");
    QTest::newRow("one") << 1 << 1 << 1 << 1;
    QTest::newRow("odd") << 3 << 5 << 7 << 4;
    QTest::newRow("4n") << 2 << 12 << 9 << 5;
    QTest::newRow("beyond a binding") << 3 << 320 << 154 << 64;
    QTest::newRow("odd, beyond a binding") << 5 << 31 << 700 << 1;
}

void CopyTest::joinsAndCutsRows()
{
    QFETCH(int, images);
    QFETCH(int, channels);
    QFETCH(int, first);
    QFETCH(int, second);
    const int na = first * channels, nb = second * channels;
    const auto a = randomValues(int64_t(images) * na, -2, 2, 1), b = randomValues(int64_t(images) * nb, -2, 2, 2);
    std::vector<float> joined, middle; // middle: the last row of a and the first of b
    for (int n = 0; n < images; ++n) {
        joined.insert(joined.end(), a.begin() + n * na, a.begin() + (n + 1) * na);
        joined.insert(joined.end(), b.begin() + n * nb, b.begin() + (n + 1) * nb);
        middle.insert(middle.end(), joined.end() - nb - channels, joined.end() - nb + channels);
    }
    m_devices->onEach([&](Gpu& gpu, DType type) {
        const Tensor y = concatRows(
            tensorFrom(gpu, {images, first, channels}, a, type), tensorFrom(gpu, {images, second, channels}, b, type));
        QCOMPARE(y.shape, (Shape{images, first + second, channels}));
        QCOMPARE(y.type, type);
        QCOMPARE(toHost(y), joined);
        QCOMPARE(toHost(rows(y, 0, first)), a);
        QCOMPARE(toHost(rows(y, first, second)), b);
        QCOMPARE(rows(y, first - 1, 2).shape, (Shape{images, 2, channels}));
        QCOMPARE(toHost(rows(y, first - 1, 2)), middle);
        QCOMPARE(toHost(rows(y, 0, first + second)), joined);
    });
}

void CopyTest::permutes_data()
{
    QTest::addColumn<std::vector<int64_t>>("shape");
    QTest::addColumn<std::vector<int>>("order");
    QTest::newRow("transpose") << Shape{17, 23} << std::vector<int>{1, 0};
    QTest::newRow("identity") << Shape{3, 4, 5} << std::vector<int>{0, 1, 2};
    QTest::newRow("NCHW to NHWC") << Shape{2, 3, 6, 8} << std::vector<int>{0, 2, 3, 1};
    QTest::newRow("NHWC to NCHW") << Shape{2, 6, 8, 4} << std::vector<int>{0, 3, 1, 2};
    QTest::newRow("heads before tokens") << Shape{2, 9, 4, 8} << std::vector<int>{0, 2, 1, 3};
    QTest::newRow("all turned round") << Shape{3, 5, 7, 2} << std::vector<int>{3, 2, 1, 0};
    QTest::newRow("transpose beyond a binding") << Shape{150, 250} << std::vector<int>{1, 0};
}

void CopyTest::permutes()
{
    QFETCH(std::vector<int64_t>, shape);
    QFETCH(std::vector<int>, order);
    Shape turned;
    for (int axis : order)
        turned.push_back(shape[size_t(axis)]);
    int64_t count = 1;
    for (int64_t extent : shape)
        count *= extent;
    const auto x = randomValues(count);
    std::vector<float> want;
    for (int64_t i = 0; i < count; ++i) {
        std::vector<int64_t> index(shape.size());
        int64_t rest = i;
        for (size_t axis = shape.size(); axis-- > 0; rest /= turned[axis])
            index[size_t(order[axis])] = rest % turned[axis];
        int64_t from = 0;
        for (size_t axis = 0; axis < shape.size(); ++axis)
            from = from * shape[axis] + index[axis];
        want.push_back(x[size_t(from)]);
    }
    m_devices->onEach([&](Gpu& gpu, DType type) {
        const Tensor y = permute(tensorFrom(gpu, shape, x, type), order);
        QCOMPARE(y.shape, turned);
        QCOMPARE(toHost(y), want);
    });
}

void CopyTest::crops()
{
    for (int64_t channels : {3, 4}) {
        const int64_t height = 61, width = 103;
        const auto x = randomValues(2 * height * width * channels);
        std::vector<float> want;
        for (int64_t n = 0; n < 2; ++n)
            for (int64_t row = 5; row < 45; ++row)
                for (int64_t i = 7 * channels; i < 97 * channels; ++i)
                    want.push_back(x[size_t((n * height + row) * width * channels + i)]);
        m_devices->onEach([&](Gpu& gpu, DType type) {
            const Tensor y = crop(tensorFrom(gpu, {2, height, width, channels}, x, type), 5, 7, 40, 90);
            QCOMPARE(y.shape, (Shape{2, 40, 90, channels}));
            QCOMPARE(toHost(y), want);
        });
    }
}

void CopyTest::converts()
{
    Gpu& gpu = m_devices->asGpu();
    for (int64_t count : {1, 30002, 30004}) {
        // Values between two halves: a conversion may take either neighbour (Vulkan leaves the rounding open).
        std::vector<double> want;
        auto x = randomValues(count);
        for (float& v : x) {
            v *= 1.0002f;
            want.push_back(v);
        }
        const Tensor half = convert(tensorFrom(gpu, {count}, x), DType::F16);
        QCOMPARE(half.type, DType::F16);
        QCOMPARE_TENSOR(half, want, 0x1p-11, 0x1p-25);
        const Tensor back = convert(half, DType::F32);
        QCOMPARE(back.type, DType::F32);
        QCOMPARE(toHost(back), toHost(half));
    }
}

void CopyTest::makesPixelsOfChannels()
{
    struct Case {
        Shape shape; // of the result
        int factor;
    };
    // The last one is larger than the masked devices bind.
    for (const Case& made : {Case{{1, 3, 4, 3}, 1}, Case{{1, 4, 6, 3}, 2}, Case{{2, 9, 6, 2}, 3}, Case{{1, 8, 4, 4}, 4},
             Case{{1, 70, 106, 3}, 2}}) {
        const Shape& shape = made.shape;
        const int factor = made.factor;
        const int64_t height = shape[1] / factor, width = shape[2] / factor, channels = shape[3],
                      inputs = channels * factor * factor;
        const auto x = randomValues(shape[0] * height * width * inputs);
        std::vector<float> want;
        for (int64_t n = 0; n < shape[0]; ++n)
            for (int64_t row = 0; row < shape[1]; ++row)
                for (int64_t column = 0; column < shape[2]; ++column)
                    for (int64_t c = 0; c < channels; ++c) {
                        const int64_t pixel = (n * height + row / factor) * width + column / factor;
                        const int64_t channel = (c * factor + row % factor) * factor + column % factor;
                        want.push_back(x[size_t(pixel * inputs + channel)]);
                    }
        m_devices->onEach([&](Gpu& gpu, DType type) {
            const Tensor y = pixelShuffle(tensorFrom(gpu, {shape[0], height, width, inputs}, x, type), factor);
            QCOMPARE(y.shape, shape);
            QCOMPARE(toHost(y), want);
        });
    }
}

ATHANOR_TEST(CopyTest)
#include "copy_test.moc"
