// A network for inpainting, by nodes, against diffusers' pipeline (tests/reference/inpainting.py).
#include "tests/support/device_run_host.h"
#include "tests/support/inpainting_model.h"
#include "tests/support/reference.h"
#include "tests/support/refusal.h"
#include "tests/support/test_program.h"

#include <QTemporaryDir>
#include <QTest>

using namespace athanor;

namespace {

RgbImage pictureOf(const TensorFile& file, const std::string& name)
{
    const std::vector<int64_t> shape = referenceShape(file, name);
    RgbImage image{int(shape[1]), int(shape[0]), {}};
    for (const float value : referenceValues(file, name))
        image.pixels.insert(image.pixels.end(), shape.size() == 3 ? 1 : 3, uint8_t(value));
    return image;
}

Value asValue(RgbImage image)
{
    return std::make_shared<const ImageValue>(ImageValue{{std::move(image)}, {}});
}

}

class InpaintingTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanupTestCase()
    {
        for (Values* values : {&m_loaded, &m_told}) // before the device that holds them
            values->clear();
        m_host.reset();
    }
    void endsWhereDiffusersDoes_data();
    void endsWhereDiffusersDoes();
    void showsControlNetsTheLatentAlone();
    void takesTheLatentsMask();
    void everyPictureOfABatchIsShownIt();
    void refusesAPictureOfAnotherSize();

private:
    Value run(std::string_view id, Inputs inputs, Params params = {})
    {
        return runNode(*m_host, id, std::move(inputs), std::move(params))[0];
    }
    Params sampling(const std::string& sampler, double strength) const
    {
        return {{"steps", int64_t(10)}, {"seed", int64_t(42)}, {"cfg", 7.5}, {"sampler", sampler},
            {"schedule", std::string("simple")}, {"strength", strength}};
    }
    std::vector<float> end(const Values& told, const Value& latent, Params params)
    {
        const Value ended =
            run("sample", {{"model", m_loaded[0]}, {"positive", told[0]}, {"negative", told[1]}, {"latent", latent}},
                std::move(params));
        return *as<LatentValue>(ended).values;
    }
    Value empty(int64_t batch = 1)
    {
        return run("empty_latent", {}, {{"width", int64_t(128)}, {"height", int64_t(64)}, {"batch", batch}});
    }

    QTemporaryDir m_folder;
    std::unique_ptr<DeviceRunHost> m_host;
    TensorFile m_reference;
    Values m_loaded;
    Value m_picture, m_mask;
    Values m_told; // positive, negative, latent
};

void InpaintingTest::initTestCase()
{
    m_host = std::make_unique<DeviceRunHost>();
    m_reference = openReference("inpainting.safetensors");
    const std::string model = writeInpaintingModel(m_folder.path().toStdString());
    m_loaded = runNode(*m_host, "load_checkpoint", {}, {{"file", model}});
    m_picture = asValue(pictureOf(m_reference, "picture"));
    m_mask = run("mask_from_image", {{"image", asValue(pictureOf(m_reference, "mask"))}});
    const auto prompt = [&](const char* name) {
        return run("encode_prompt", {{"text_encoder", m_loaded[1]}}, {{"text", m_reference.metadata.at(name)}});
    };
    m_told = runNode(*m_host, "inpaint_conditioning",
        {{"positive", prompt("prompt")}, {"negative", prompt("negative")}, {"vae", m_loaded[2]}, {"image", m_picture},
            {"mask", m_mask}},
        {{"noise_mask", false}});
}

void InpaintingTest::endsWhereDiffusersDoes_data()
{
    QTest::addColumn<QString>("sampler");
    QTest::addColumn<double>("strength");
    QTest::newRow("dpmpp_2m, all") << "dpmpp_2m" << 1.0;
    QTest::newRow("ddim, all") << "ddim" << 1.0;
    QTest::newRow("euler, a part") << "euler" << 0.6;
    QTest::newRow("dpmpp_2m, a part") << "dpmpp_2m" << 0.6;
}

void InpaintingTest::endsWhereDiffusersDoes()
{
    QFETCH(QString, sampler);
    QFETCH(double, strength);
    const std::string name = sampler.toStdString();
    const std::vector<float> ours = end(m_told, strength == 1 ? empty() : m_told[2], sampling(name, strength));
    const std::string entry = "end." + name + "." + QString::number(strength).toStdString();
    const double error = relativeL2(ours, referenceValues(m_reference, entry));
    QVERIFY2(error <= tenStepsTolerance, qPrintable(QString::number(error)));
    qInfo("relative L2 %.2e", error);
}

void InpaintingTest::showsControlNetsTheLatentAlone()
{
    RgbImage map = pictureOf(m_reference, "picture");
    for (int y = 0; y < map.height; ++y) // left for right
        for (int x = 0; x < map.width / 2; ++x)
            std::swap_ranges(&map.pixels[size_t(y * map.width + x) * 3], &map.pixels[size_t(y * map.width + x) * 3] + 3,
                &map.pixels[size_t(y * map.width + map.width - 1 - x) * 3]);
    const Value net = run("load_controlnet", {}, {{"file", testDataPath("control_a/control.pth")}});
    Values steered = runNode(*m_host, "apply_controlnet",
        {{"positive", m_told[0]}, {"negative", m_told[1]}, {"control_net", net},
            {"image", std::make_shared<const ControlMapValue>(ControlMapValue{{std::move(map)}, ""})}});
    const double error =
        relativeL2(end(steered, empty(), sampling("dpmpp_2m", 1)), referenceValues(m_reference, "end.control"));
    QVERIFY2(error <= tenStepsTolerance, qPrintable(QString::number(error)));
}

// As ComfyUI: without the conditioning the network is shown the latent's own mask and values, and without a mask grey.
void InpaintingTest::takesTheLatentsMask()
{
    const auto toldOf = [&](const std::shared_ptr<const InpaintInput>& inpaint) {
        Values values = m_told;
        for (size_t i : {0, 1}) {
            ConditioningValue prompt = as<ConditioningValue>(values[i]);
            prompt.inpaint = inpaint;
            values[i] = std::make_shared<const ConditioningValue>(std::move(prompt));
        }
        return values;
    };
    const Values plain = toldOf(nullptr);
    const InpaintInput& told = *as<ConditioningValue>(m_told[0]).inpaint;
    LatentValue latent = as<LatentValue>(m_told[2]);
    latent.values = std::make_shared<const std::vector<float>>(told.masked);
    latent.mask = std::make_shared<const Mask>(told.mask);
    const Value masked = std::make_shared<const LatentValue>(latent);
    const Params three{{"steps", int64_t(3)}, {"seed", int64_t(42)}};
    QCOMPARE(end(plain, masked, three), end(m_told, masked, three));

    InpaintInput all{{1, 1, {1}}, 1, told.channels, told.height, told.width, {}};
    for (const float value : {0.8223f, -0.6876f, 0.6364f, 0.1380f})
        all.masked.insert(all.masked.end(), size_t(told.height * told.width), value);
    const Values grey = toldOf(std::make_shared<const InpaintInput>(all));
    QCOMPARE(end(plain, empty(), three), end(grey, empty(), three));
    QVERIFY(end(plain, empty(), three) != end(m_told, empty(), three));
}

// Not bit for bit: rows of a batch share tiles of a matrix product.
void InpaintingTest::everyPictureOfABatchIsShownIt()
{
    const std::vector<float> both = end(m_told, empty(2), {{"steps", int64_t(3)}, {"seed", int64_t(41)}});
    const std::vector<float> second = end(m_told, empty(), {{"steps", int64_t(3)}, {"seed", int64_t(42)}});
    QVERIFY(relativeL2({both.begin() + int64_t(second.size()), both.end()}, second) < 1e-4);
}

void InpaintingTest::refusesAPictureOfAnotherSize()
{
    const Value small = run("empty_latent", {}, {{"width", int64_t(64)}, {"height", int64_t(64)}});
    const QByteArray said = refusalOf([&] { end(m_told, small, {{"steps", int64_t(1)}}); }, ErrorKind::BadArgument);
    QVERIFY2(said.contains("of 16×8") && said.contains("of 8×8"), said);
}

ATHANOR_TEST(InpaintingTest)
#include "inpainting_test.moc"
