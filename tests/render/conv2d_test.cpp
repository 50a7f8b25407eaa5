#include "tests/support/product_reference.h"
#include "tests/support/test_program.h"

using namespace athanor;

class Conv2dTest : public QObject {
    Q_OBJECT
    std::unique_ptr<TestDevices> m_devices;

private slots:
    void initTestCase() { m_devices = std::make_unique<TestDevices>(); }
    void cleanupTestCase() { QCOMPARE(m_devices->validationMessages(), 0u); }
    void isTheConvolution_data();
    void isTheConvolution();
};

void Conv2dTest::isTheConvolution_data()
{
    QTest::addColumn<QList<int>>("x"); // images, height, width, inputs
    QTest::addColumn<int>("outputs");
    QTest::addColumn<int>("kernel");
    QTest::addColumn<QList<int>>("options"); // stride, padBefore, padAfter, upsample
    QTest::addColumn<int>("end");
    using L = QList<int>;
    QTest::newRow("one pixel") << L{1, 1, 1, 4} << 4 << 3 << L{1, 1, 1, 0} << 0;
    QTest::newRow("first of a UNet") << L{2, 9, 13, 4} << 40 << 3 << L{1, 1, 1, 0} << Bias + 0;
    QTest::newRow("res block") << L{2, 8, 6, 24} << 72 << 3 << L{1, 1, 1, 0} << (Bias | PerImage | Residual);
    QTest::newRow("last of a VAE") << L{1, 11, 10, 24} << 3 << 3 << L{1, 1, 1, 0} << Bias + 0;
    QTest::newRow("odd inputs") << L{2, 7, 5, 3} << 65 << 3 << L{1, 1, 1, 0} << (Bias | PerImage | Residual | UseSilu);
    QTest::newRow("stride") << L{1, 12, 10, 16} << 64 << 3 << L{2, 1, 1, 0} << Bias + 0;
    QTest::newRow("stride of an odd image") << L{2, 11, 9, 8} << 8 << 3 << L{2, 1, 1, 0} << Bias + 0;
    QTest::newRow("padding behind only") << L{2, 12, 10, 16} << 16 << 3 << L{2, 0, 1, 0} << Bias + 0;
    QTest::newRow("enlarged") << L{2, 6, 7, 16} << 32 << 3 << L{1, 1, 1, 1} << Bias + 0;
    QTest::newRow("kernel of one") << L{2, 9, 7, 36} << 20 << 1 << L{1, 0, 0, 0} << (Bias | Residual);
    QTest::newRow("kernel of five") << L{1, 6, 5, 8} << 8 << 5 << L{1, 2, 2, 0} << 0;
    QTest::newRow("image and weight beyond a binding") << L{2, 40, 36, 20} << 130 << 3 << L{1, 1, 1, 0} << Bias + 0;
    QTest::newRow("enlarged beyond a binding") << L{1, 21, 20, 24} << 24 << 3 << L{1, 1, 1, 1} << Bias + 0;
}

void Conv2dTest::isTheConvolution()
{
    QFETCH(QList<int>, x);
    QFETCH(int, outputs);
    QFETCH(int, kernel);
    QFETCH(QList<int>, options);
    QFETCH(int, end);
    const int images = x[0], height = x[1], width = x[2], inputs = x[3];
    const int stride = options[0], padBefore = options[1], padAfter = options[2], enlarge = options[3];
    const auto extent = [&](int in) { return ((in << enlarge) + padBefore + padAfter - kernel) / stride + 1; };
    const int outHeight = extent(height), outWidth = extent(width);
    const auto pixels = randomValues(int64_t(images) * height * width * inputs);
    const auto weight = randomValues(int64_t(outputs) * inputs * kernel * kernel, -1, 1, 2);
    const EndValues values = endValues(images, outHeight * outWidth, outputs);

    const auto pixel = [&](int image, int y, int xx, int c) -> double {
        if (y < 0 || y >= height << enlarge || xx < 0 || xx >= width << enlarge)
            return 0;
        return pixels[size_t(((image * height + (y >> enlarge)) * width + (xx >> enlarge)) * inputs + c)];
    };
    std::vector<double> want;
    for (int image = 0; image < images; ++image)
        for (int oy = 0; oy < outHeight; ++oy)
            for (int ox = 0; ox < outWidth; ++ox)
                for (int o = 0; o < outputs; ++o) {
                    double sum = 0;
                    for (int c = 0; c < inputs; ++c)
                        for (int ky = 0; ky < kernel; ++ky)
                            for (int kx = 0; kx < kernel; ++kx)
                                sum += pixel(image, oy * stride + ky - padBefore, ox * stride + kx - padBefore, c)
                                    * weight[size_t(((o * inputs + c) * kernel + ky) * kernel + kx)];
                    want.push_back(values.apply(sum, end, want.size() / size_t(outputs), size_t(o)));
                }
    const int depth = inputs * kernel * kernel;
    m_devices->onEach([&](Gpu& gpu, DType type) {
        const Tensor y = conv2d(packWeight(gpu, weight, outputs, inputs, kernel, kernel, type),
            tensorFrom(gpu, {images, height, width, inputs}, pixels, type), {stride, padBefore, padAfter, enlarge != 0},
            values.epilogue(gpu, end, type));
        QCOMPARE(y.shape, (Shape{images, outHeight, outWidth, outputs}));
        QCOMPARE_TENSOR(y, want, productError(depth), productError(depth) * std::sqrt(depth));
    });
}

ATHANOR_TEST(Conv2dTest)
#include "conv2d_test.moc"
