// Upscalers against torch on random weights and the shipped ones (tests/reference/upscalers.py), in tiles as whole, and
// what is refused.
#include "inference/diffusion/device_stage.h"
#include "inference/diffusion/upscale.h"
#include "inference/models/upscaler.h"
#include "inference/tensor/channels_last.h"
#include "tests/support/device_run_host.h"
#include "tests/support/drawn_picture.h"
#include "tests/support/model_bytes.h"
#include "tests/support/reference.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QTemporaryDir>
#include <QTest>

using namespace athanor;

namespace {

const std::string shipped = sourcePath("resources/models/starter/upscaler/athanor_x2.safetensors");

std::vector<float> valuesOf(const RgbImage& image)
{
    std::vector<float> values(image.pixels.begin(), image.pixels.end());
    for (float& value : values)
        value /= 255;
    return values;
}

TestTensor floatTensor(const std::string& name, const std::vector<int64_t>& shape, float value = 0.5f)
{
    return {name, "F32", shape, rawBytes(std::vector<float>(size_t(*elementCount(shape)), value))};
}

// Two convolutions of two features, for enlarging twice.
std::vector<TestTensor> smallNet()
{
    return {floatTensor("body.0.weight", {2, 3, 3, 3}), floatTensor("body.0.bias", {2}),
        floatTensor("body.1.weight", {2}), floatTensor("body.2.weight", {12, 2, 3, 3}),
        floatTensor("body.2.bias", {12})};
}

}

class UpscalerTest : public QObject {
    Q_OBJECT
private slots:
    void cleanupTestCase() { QCOMPARE(m_host.device.validationMessages(), 0u); }
    void agreesWithTorch_data();
    void agreesWithTorch();
    void tilesLeaveNoSeams();
    void edgesAreMirrored();
    void enlargesABatch();
    void staysLoaded();
    void stopsBetweenTiles();
    void refusesWhatGrowsTooLarge();
    void refuses_data();
    void refuses();

private:
    Upscaler load(const std::string& path, DType precision = DType::F32)
    {
        std::vector<std::string> warnings;
        return loadUpscaler(m_host.device, path, precision, warnings);
    }
    std::string refusalOf(const std::string& bytes);

    DeviceRunHost m_host{{.validation = true}};
    QTemporaryDir m_folder;
};

void UpscalerTest::agreesWithTorch_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("entry");
    QTest::addColumn<int>("precision");
    QTest::addColumn<double>("tolerance"); // fp16 rounds 5e-4 at each of the layers' results
    const QString random = QString::fromStdString(testDataPath("upscaler_x3.pth")),
                  x2 = QString::fromStdString(shipped);
    QTest::newRow("random fp32") << random << "random" << int(DType::F32) << 1e-5;
    QTest::newRow("random fp16") << random << "random" << int(DType::F16) << 5e-3;
    QTest::newRow("shipped fp32") << x2 << "shipped" << int(DType::F32) << 1e-5;
    QTest::newRow("shipped fp16") << x2 << "shipped" << int(DType::F16) << 5e-3;
}

void UpscalerTest::agreesWithTorch()
{
    QFETCH(QString, file);
    QFETCH(QString, entry);
    QFETCH(int, precision);
    QFETCH(double, tolerance);
    const Upscaler model = load(file.toStdString(), DType(precision));
    const TensorFile reference = openReference("upscalers.safetensors");
    const std::vector<int64_t> shape = referenceShape(reference, entry.toStdString());
    const int width = int(shape[3]) / model.factor, height = int(shape[2]) / model.factor;
    const Tensor large =
        upscale(model, tensorFrom(m_host.device, {1, height, width, 3}, valuesOf(drawnPicture(width, height))));
    QCOMPARE(large.shape, (Shape{1, shape[2], shape[3], 3}));
    const double error = relativeL2(toNchw(toHost(large), 1, 3), referenceValues(reference, entry.toStdString()));
    qInfo("relative L2 %.2e", error);
    QVERIFY(error <= tolerance);
}

void UpscalerTest::tilesLeaveNoSeams()
{
    const Upscaler model = load(shipped);
    const RgbImage image = drawnPicture(150, 90);
    const DeviceStage stage(m_host.device, {});
    std::vector<std::pair<int, int>> told;
    const auto tell = [&](int done, int all) { told.emplace_back(done, all); };
    const RgbImage whole = upscaled(m_host.device, model, image, 256, tell);
    QCOMPARE(told, (std::vector<std::pair<int, int>>{{0, 1}, {1, 1}}));
    QCOMPARE(whole.width, 300);
    QCOMPARE(whole.height, 180);
    told.clear();
    const RgbImage tiled = upscaled(m_host.device, model, image, 64, tell);
    QCOMPARE(told.size(), size_t(7)); // 3 × 2 tiles
    QCOMPARE(told.back(), std::pair(6, 6));
    int largest = 0;
    for (size_t i = 0; i < whole.pixels.size(); ++i)
        largest = std::max(largest, std::abs(int(whole.pixels[i]) - tiled.pixels[i]));
    QVERIFY2(largest <= 1, qPrintable(QString::number(largest))); // sums may be added in another order
}

// A picture's middle is enlarged as the same picture mirrored at its right edge and bottom.
void UpscalerTest::edgesAreMirrored()
{
    const Upscaler model = load(testDataPath("upscaler_x3.pth"));
    const RgbImage image = drawnPicture(20, 12);
    RgbImage wide{39, 23, {}};
    for (int y = 0; y < 23; ++y)
        for (int x = 0; x < 39; ++x)
            for (int c = 0; c < 3; ++c)
                wide.pixels.push_back(image.pixels[size_t((std::min(y, 22 - y) * 20 + std::min(x, 38 - x)) * 3 + c)]);
    const DeviceStage stage(m_host.device, {});
    const RgbImage small = upscaled(m_host.device, model, image, 64, [](int, int) {});
    const RgbImage large = upscaled(m_host.device, model, wide, 64, [](int, int) {});
    int most = 0;
    for (int y = 0; y < 36; ++y)
        for (int i = 0; i < 180; ++i)
            most = std::max(most, std::abs(int(small.pixels[size_t(y * 180 + i)]) - large.pixels[size_t(y * 351 + i)]));
    QVERIFY2(most <= 1, qPrintable(QString::number(most)));
    const RgbImage one = upscaled(m_host.device, model, RgbImage{1, 1, {10, 200, 90}}, 64, [](int, int) {});
    QCOMPARE(one.pixels.size(), size_t(27));
}

void UpscalerTest::enlargesABatch()
{
    ImageValue batch{{drawnPicture(20, 12), drawnPicture(20, 12)}, {{"a house", "", {}}, {"a tree", "", {}}}};
    batch.images[1].pixels.assign(batch.images[1].pixels.size(), 90);
    int last = 0, all = 0;
    NodeHooks hooks;
    hooks.onProgress = [&](const NodeProgress& progress) {
        QVERIFY(progress.text != "enlarging" || progress.done >= last);
        last = progress.done;
        all = progress.total;
    };
    const Value enlarged = runNode(m_host, *findNodeType("upscale_image"),
        {{"image", std::make_shared<const ImageValue>(batch)}}, {{"file", shipped}}, hooks)[0];
    const auto& images = as<ImageValue>(enlarged).images;
    QCOMPARE(images.size(), size_t(2));
    QCOMPARE(images[1].width, 40);
    QCOMPARE(images[1].height, 24);
    QVERIFY(images[0].pixels != images[1].pixels);
    QCOMPARE(last, 2);
    QCOMPARE(all, 2);
    QCOMPARE(as<ImageValue>(enlarged).infos.at(1).prompt, std::string("a tree"));
}

void UpscalerTest::staysLoaded()
{
    const ModelFile file{shipped, "", DType::F32};
    std::vector<std::string> warnings;
    const auto first = m_host.cache.upscaler(m_host.device, file, {}, warnings);
    QCOMPARE(m_host.cache.upscaler(m_host.device, file, {}, warnings), first);
    QVERIFY(m_host.cache.upscaler(m_host.device, {shipped, "changed", DType::F32}, {}, warnings) != first);
    QVERIFY(m_host.cache.unusedBytes() > 100'000); // the changed one
}

void UpscalerTest::stopsBetweenTiles()
{
    std::stop_source stop;
    NodeHooks hooks;
    hooks.stop = stop.get_token();
    hooks.onProgress = [&](const NodeProgress& progress) {
        if (progress.text == "enlarging" && progress.done == 1)
            stop.request_stop();
    };
    const Value image = std::make_shared<const ImageValue>(ImageValue{{drawnPicture(100, 40)}, {}});
    const std::string text = refusal([&] {
        runNode(m_host, *findNodeType("upscale_image"), {{"image", image}}, {{"file", shipped}, {"tile", int64_t(32)}},
            hooks);
    });
    QVERIFY2(text.find("cancelled") != std::string::npos, text.c_str());
}

void UpscalerTest::refusesWhatGrowsTooLarge()
{
    const Upscaler model = load(shipped);
    const std::string text = refusal([&] {
        upscaled(m_host.device, model, RgbImage{8193, 2, std::vector<uint8_t>(8193 * 2 * 3)}, 512, {});
    });
    QCOMPARE(text, std::string("the picture would have 16386×4 pixels, at most 16384 a side are possible"));
}

std::string UpscalerTest::refusalOf(const std::string& bytes)
{
    const std::string path = m_folder.filePath("net.safetensors").toStdString();
    writeBytes(path, bytes);
    return refusal([&] { load(path); });
}

void UpscalerTest::refuses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* id, const char* says, const auto& change) {
        std::vector<TestTensor> tensors = smallNet();
        change(tensors);
        QTest::newRow(id) << QByteArray::fromStdString(safetensorsOf(tensors)) << says;
    };
    using Net = std::vector<TestTensor>;
    row("no bias", "lacks the tensor body.2.bias", [](Net& net) { net.pop_back(); });
    row("other slopes", "is [3] and must be [2]", [](Net& net) { net[2] = floatTensor("body.1.weight", {3}); });
    row("five outputs", "gives 5 numbers a pixel, not 3, 12", [](Net& net) {
        net[3] = floatTensor("body.2.weight", {5, 2, 3, 3});
    });
    row("other inputs", "is [12, 3, 3, 3] and must be [12, 2, 3, 3]", [](Net& net) {
        net[3] = floatTensor("body.2.weight", {12, 3, 3, 3});
    });
    row("wide kernels", "is [2, 3, 5, 5] and must be [2, 3, 3, 3]", [](Net& net) {
        net[0] = floatTensor("body.0.weight", {2, 3, 5, 5});
    });
    row("ESRGAN", "an upscaler of another kind (ESRGAN", [](Net& net) {
        net = {floatTensor("conv_first.weight", {4, 3, 3, 3}),
            floatTensor("RRDB_trunk.0.RDB1.conv1.weight", {4, 4, 3, 3})};
    });
    row("old ESRGAN", "an upscaler of another kind (ESRGAN", [](Net& net) {
        net = {floatTensor("model.0.weight", {4, 3, 3, 3}),
            floatTensor("model.1.sub.0.RDB1.conv1.0.weight", {4, 4, 3, 3})};
    });
    row("VAE", "this is a VAE, this command takes an upscaler", [](Net& net) {
        net = {
            floatTensor("decoder.conv_in.weight", {4, 4, 3, 3}), floatTensor("decoder.conv_out.weight", {3, 4, 3, 3})};
    });
}

void UpscalerTest::refuses()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, says);
    const std::string text = refusalOf(bytes.toStdString());
    QVERIFY2(text.find(says.toStdString()) != std::string::npos, text.c_str());
}

ATHANOR_TEST(UpscalerTest)
#include "upscaler_test.moc"
