// Loading and applying ControlNets in workflows: which branch is steered, what the picture's text tells, what is
// refused; and maps brought to the size of a picture.
#include "inference/diffusion/control.h"
#include "tests/support/device_run_host.h"
#include "tests/support/model_bytes.h"
#include "tests/support/reference.h"
#include "tests/support/test_program.h"

#include <QTemporaryDir>
#include <QTest>

using namespace athanor;

namespace {

RgbImage filled(int width, int height, std::vector<uint8_t> rgb)
{
    RgbImage image{width, height, {}};
    for (int i = 0; i < width * height; ++i)
        image.pixels.insert(image.pixels.end(), rgb.begin(), rgb.end());
    return image;
}

std::vector<uint8_t> pixel(const RgbImage& image, int x, int y)
{
    const auto at = image.pixels.begin() + (y * image.width + x) * 3;
    return {at, at + 3};
}

}

class ControlNodesTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void steersThePicture();
    void strengthZeroIsNoControl();
    void aFullMaskIsNone();
    void severalAddUp();
    void aloneItSpreads();
    void choosesTheBranch_data();
    void choosesTheBranch();
    void tellsThePicturesText();
    void loadsOnce();
    void refuses_data();
    void refuses();
    void differencesNeedTheirModel();
    void goesWithAnotherModel();
    void eachPictureHasItsMap();
    void pooledSteersThePromptAlone();
    void whatAControlHoldsIsCounted();
    void fitsMaps();
    void followsTheCurve();

private:
    Values apply(Params params = {}, bool withNegative = true)
    {
        Inputs inputs{{"positive", m_positive}, {"control_net", m_net}, {"image", m_map}};
        if (withNegative)
            inputs["negative"] = m_negative;
        return runNode(m_host, "apply_controlnet", std::move(inputs), std::move(params));
    }
    LatentValue sample(const Value& positive, const Value& negative, int64_t batch = 1)
    {
        const Values latent =
            runNode(m_host, "empty_latent", {}, {{"width", int64_t(64)}, {"height", int64_t(64)}, {"batch", batch}});
        return as<LatentValue>(runNode(m_host, "sample",
            {{"model", m_model}, {"positive", positive}, {"negative", negative}, {"latent", latent[0]}},
            {{"steps", int64_t(2)}})[0]);
    }

    DeviceRunHost m_host;
    QTemporaryDir m_folder;
    Value m_model, m_positive, m_negative, m_net, m_map;
};

void ControlNodesTest::initTestCase()
{
    const Values loaded = runNode(m_host, "load_checkpoint", {}, {{"file", testDataPath("tiny_a")}});
    m_model = loaded[0];
    const auto prompt = [&](const char* text) {
        return runNode(m_host, "encode_prompt", {{"text_encoder", loaded[1]}}, {{"text", std::string(text)}})[0];
    };
    m_positive = prompt("a red house");
    m_negative = prompt("blurry");
    m_net = runNode(m_host, "load_controlnet", {}, {{"file", testDataPath("control_a/control.pth")}})[0];
    m_map = std::make_shared<const ControlMapValue>(ControlMapValue{{testPicture(96, 64)}, "canny"});
}

void ControlNodesTest::steersThePicture()
{
    const Values plain{m_positive, m_negative}, steered = apply();
    QVERIFY(*sample(plain[0], plain[1]).values != *sample(steered[0], steered[1]).values);
}

void ControlNodesTest::strengthZeroIsNoControl()
{
    const LatentValue plain = sample(m_positive, m_negative);
    for (const Params& params :
        {Params{{"strength", 0.0}}, Params{{"curve", std::string("0 0")}}, Params{{"start", 0.3}, {"end", 0.4}}}) {
        const Values none = apply(params);
        QCOMPARE(*sample(none[0], none[1]).values, *plain.values);
    }
}

void ControlNodesTest::aFullMaskIsNone()
{
    const Values plain = apply();
    const auto masked = [&](float value) {
        const Value mask = std::make_shared<const Mask>(Mask{96, 64, std::vector<float>(96 * 64, value)});
        const Values steered = runNode(m_host, "apply_controlnet",
            {{"positive", m_positive}, {"negative", m_negative}, {"control_net", m_net}, {"image", m_map},
                {"mask", mask}},
            {{"strength", 1.0}, {"start", 0.0}, {"end", 1.0}});
        return *sample(steered[0], steered[1]).values;
    };
    QCOMPARE(masked(1), *sample(plain[0], plain[1]).values);
    QCOMPARE(masked(0), *sample(m_positive, m_negative).values);
}

// Two at half the strength are one: the same network gives the same residuals.
void ControlNodesTest::severalAddUp()
{
    const Values once = apply({{"strength", 1.0}}), half = apply({{"strength", 0.5}});
    const Values twice = runNode(m_host, "apply_controlnet",
        {{"positive", half[0]}, {"negative", half[1]}, {"control_net", m_net}, {"image", m_map}}, {{"strength", 0.5}});
    QCOMPARE(as<ConditioningValue>(twice[0]).controls.size(), size_t(2));
    const std::vector<float> a = *sample(once[0], once[1]).values, b = *sample(twice[0], twice[1]).values;
    for (size_t i = 0; i < a.size(); ++i)
        QVERIFY(std::abs(a[i] - b[i]) <= 1e-3f * std::max(1.f, std::abs(a[i])));
}

void ControlNodesTest::aloneItSpreads()
{
    const Values both = apply(), alone = apply({}, false);
    QCOMPARE(alone[1].index(), size_t(0));
    QCOMPARE(*sample(alone[0], m_negative).values, *sample(both[0], both[1]).values);
}

void ControlNodesTest::choosesTheBranch_data()
{
    QTest::addColumn<QString>("mode");
    QTest::addColumn<QString>("branch");
    QTest::addColumn<int>("positive");
    QTest::addColumn<int>("negative");
    QTest::newRow("balanced") << "balanced"
                              << "both" << 1 << 1;
    QTest::newRow("prompt") << "prompt"
                            << "both" << 1 << 1;
    QTest::newRow("control") << "control"
                             << "both" << 1 << 0;
    QTest::newRow("guess") << "guess"
                           << "both" << 1 << 0;
    QTest::newRow("positive") << "balanced"
                              << "positive" << 1 << 0;
    QTest::newRow("negative") << "balanced"
                              << "negative" << 0 << 1;
}

void ControlNodesTest::choosesTheBranch()
{
    QFETCH(QString, mode);
    QFETCH(QString, branch);
    QFETCH(int, positive);
    QFETCH(int, negative);
    const Values steered = apply({{"mode", mode.toStdString()}, {"branch", branch.toStdString()}});
    QCOMPARE(int(as<ConditioningValue>(steered[0]).controls.size()), positive);
    QCOMPARE(int(as<ConditioningValue>(steered[1]).controls.size()), negative);
}

void ControlNodesTest::tellsThePicturesText()
{
    const Values steered = apply({{"strength", 0.8}, {"end", 0.5}, {"mode", std::string("prompt")}});
    const LatentValue latent = sample(steered[0], steered[1]);
    QCOMPARE(QString::fromStdString(std::string(fieldValue(latent.infos.at(0), "ControlNet 0"))),
        QString("Model: control [0123456789], Weight: 0.8, Resize Mode: Crop and Resize, Guidance Start: 0, Guidance "
                "End: 0.5, Control Mode: My prompt is more important"));
    // As A1111's reader wants it: a value with commas is quoted.
    QCOMPARE(readInfotext(writeInfotext(latent.infos[0])), latent.infos[0]);
}

void ControlNodesTest::loadsOnce()
{
    const Value again = runNode(m_host, "load_controlnet", {}, {{"file", testDataPath("control_a/control.pth")}})[0];
    QCOMPARE(as<ControlNetValue>(again).net.get(), as<ControlNetValue>(m_net).net.get());
    m_host.cache.free(); // nothing that is in use
    QCOMPARE(as<ControlNetValue>(
                 runNode(m_host, "load_controlnet", {}, {{"file", testDataPath("control_a/control.pth")}})[0])
                 .net.get(),
        as<ControlNetValue>(m_net).net.get());
}

void ControlNodesTest::refuses_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("says");
    QTest::newRow("checkpoint") << "tiny_b.ckpt"
                                << "this is a Stable Diffusion 1.x checkpoint, this command takes a ControlNet";
    QTest::newRow("folder of a model") << "tiny_a"
                                       << "this is a Stable Diffusion 1.x checkpoint, this command takes a ControlNet";
    const auto row = [&](const char* id, const char* kind, const std::vector<std::string>& names) {
        std::vector<TestTensor> tensors;
        for (const std::string& name : names)
            tensors.push_back({name, "F32", {2, 2, 1, 1}, {}});
        const QString path = m_folder.filePath(QString(id) + ".safetensors");
        writeBytes(path.toStdString(), safetensorsOf(tensors));
        QTest::newRow(id) << path
                          << QString("this is a %1, this command takes a ControlNet of Stable Diffusion 1.x, Stable "
                                     "Diffusion 2 or SDXL; these are "
                                     "not supported, take the ControlNet for the same kind of map")
                                 .arg(kind);
    };
    row("t2iadapter_canny_sd15v2", "T2I-Adapter", {"body.0.block1.weight", "body.0.block2.weight", "conv_in.weight"});
    row("t2i-adapter of diffusers", "T2I-Adapter",
        {"adapter.body.0.resnets.0.block1.weight", "adapter.conv_in.weight"});
    row("control-lora-canny", "Control-LoRA",
        {"lora_controlnet", "input_blocks.1.0.emb_layers.1.down", "input_hint_block.0.weight"});
}

void ControlNodesTest::refuses()
{
    QFETCH(QString, file);
    QFETCH(QString, says);
    const std::string text = refusal([&] {
        const std::string path = file.startsWith('/') ? file.toStdString() : testDataPath(file.toStdString());
        runNode(m_host, "load_controlnet", {}, {{"file", path}});
    });
    QVERIFY2(text.find(says.toStdString()) != std::string::npos, text.c_str());
    const Value other = runNode(m_host, "load_controlnet", {}, {{"file", testDataPath("control_b")}})[0];
    const Values steered = runNode(m_host, "apply_controlnet",
        {{"positive", m_positive}, {"negative", m_negative}, {"control_net", other}, {"image", m_map}});
    QVERIFY(refusal([&] { sample(steered[0], steered[1]); }).find("different kinds of model") != std::string::npos);
    QVERIFY(refusal([&] {
        apply({{"block_weights", std::string("1 1")}});
    }).find("2 block weights, this ControlNet takes 13")
        != std::string::npos);
}

void ControlNodesTest::differencesNeedTheirModel()
{
    ControlNet difference = *as<ControlNetValue>(m_net).net;
    difference.config.difference = true;
    const UNet& unet = requireUNet(*as<ModelValue>(m_model).net);
    const ControlNet whole = onBase(difference, unet);
    QVERIFY(!whole.config.difference);
    const auto bias = [](const Weights& weights, const char* name) { return toHost(weights.tensors.at(name)); };
    const char* shared = "input_blocks.0.0.bias";
    std::vector<float> sum = bias(difference.weights, shared);
    for (size_t i = 0; i < sum.size(); ++i)
        sum[i] += bias(unet.weights, shared)[i];
    QCOMPARE(bias(whole.weights, shared), sum);
    QCOMPARE(bias(whole.weights, "zero_convs.0.0.bias"), bias(difference.weights, "zero_convs.0.0.bias"));
}

void ControlNodesTest::goesWithAnotherModel()
{
    ModelValue other = as<ModelValue>(m_model);
    UNet unet = requireUNet(*other.net);
    const char *shared = "input_blocks.0.0.bias", *own = "zero_convs.0.0.bias", *packed = "input_blocks.0.0.weight";
    const auto doubled = [&](const Tensor& x) {
        std::vector<float> values = toHost(x);
        for (float& value : values)
            value *= 2;
        return tensorFrom(m_host.device, x.shape, values, x.type, MemoryUse::Weights);
    };
    unet.weights.tensors[shared] = doubled(unet.weights.tensors.at(shared));
    unet.weights.packed.at(packed).data = doubled(unet.weights.packed.at(packed).data);
    const UNet& before = requireUNet(*other.net);
    other.net = std::make_shared<const Denoiser>(unet);
    const Value target = std::make_shared<const ModelValue>(other);
    const Params file{{"file", testDataPath("control_a/control.pth")}};
    const Value brought = runNode(m_host, "load_controlnet", {{"model", target}, {"made_with", m_model}}, file)[0];
    const Weights &made = as<ControlNetValue>(m_net).net->weights, &now = as<ControlNetValue>(brought).net->weights;
    const auto moved = [](const Tensor& net, const Tensor& model) { // twice the model less the model
        std::vector<float> values = toHost(net);
        const std::vector<float> added = toHost(model);
        for (size_t i = 0; i < values.size(); ++i)
            values[i] += added[i];
        return values;
    };
    QVERIFY(
        relativeL2(toHost(now.tensors.at(shared)), moved(made.tensors.at(shared), before.weights.tensors.at(shared)))
        < 1e-6);
    QVERIFY(relativeL2(toHost(now.packed.at(packed).data),
                moved(made.packed.at(packed).data, before.weights.packed.at(packed).data))
        < 1e-6);
    QCOMPARE(toHost(now.tensors.at(own)), toHost(made.tensors.at(own)));
    QVERIFY(refusal([&] {
        runNode(m_host, "load_controlnet", {{"made_with", m_model}}, file);
    }).find("is to be brought to another model; link the model that it is to steer")
        != std::string::npos);
}

void ControlNodesTest::eachPictureHasItsMap()
{
    const RgbImage first = testPicture(96, 64), second = filled(96, 64, {10, 200, 90});
    const auto steered = [&](std::vector<RgbImage> maps) {
        const Value images = std::make_shared<const ControlMapValue>(ControlMapValue{std::move(maps), "canny"});
        const Values both = runNode(m_host, "apply_controlnet",
            {{"positive", m_positive}, {"negative", m_negative}, {"control_net", m_net}, {"image", images}});
        const std::vector<float> all = *sample(both[0], both[1], 3).values;
        std::vector<std::vector<float>> pictures;
        for (size_t i = 0; i < 3; ++i)
            pictures.emplace_back(
                all.begin() + ptrdiff_t(i * all.size() / 3), all.begin() + ptrdiff_t((i + 1) * all.size() / 3));
        return pictures;
    };
    const auto mixed = steered({first, second}), ones = steered({first}), others = steered({second});
    QVERIFY(relativeL2(ones[1], others[1]) > 1e-3);
    QVERIFY(relativeL2(mixed[0], ones[0]) < 1e-5);
    QVERIFY(relativeL2(mixed[1], others[1]) < 1e-5);
    QVERIFY(relativeL2(mixed[2], ones[2]) < 1e-5); // from the first again
}

void ControlNodesTest::pooledSteersThePromptAlone()
{
    ControlNetValue pool = as<ControlNetValue>(m_net);
    ControlNet net = *pool.net;
    net.config.globalPool = true;
    pool.net = std::make_shared<const ControlNet>(std::move(net));
    const Value shuffle = std::make_shared<const ControlNetValue>(pool);
    const Values steered = runNode(m_host, "apply_controlnet",
        {{"positive", m_positive}, {"negative", m_negative}, {"control_net", shuffle}, {"image", m_map}});
    QCOMPARE(as<ConditioningValue>(steered[0]).controls.size(), size_t(1));
    QCOMPARE(as<ConditioningValue>(steered[1]).controls.size(), size_t(0));
}

void ControlNodesTest::whatAControlHoldsIsCounted()
{
    const Mask mask{96, 64, std::vector<float>(96 * 64, 1)};
    ControlMapValue map{{testPicture(96, 64), testPicture(96, 64)}, "inpaint", std::make_shared<const Mask>(mask)};
    const Value image = std::make_shared<const ControlMapValue>(map);
    QCOMPARE(bytesOf(image), uint64_t(96 * 64 * (2 * 3 + 4)));
    const Values steered = runNode(m_host, "apply_controlnet",
        {{"positive", m_positive}, {"control_net", m_net}, {"image", image},
            {"mask", std::make_shared<const Mask>(mask)}});
    QCOMPARE(bytesOf(steered[0]) - bytesOf(m_positive), uint64_t(96 * 64 * (2 * 3 + 4 + 4)));
}

void ControlNodesTest::fitsMaps()
{
    RgbImage wide = filled(40, 20, {20, 30, 40});
    for (int y = 5; y < 15; ++y) // white, 20 × 10 in the middle; the rest too light for a map in black and white
        std::fill_n(wide.pixels.begin() + (y * 40 + 10) * 3, 60, uint8_t(255));
    const RgbImage stretched = fitted(wide, 40, 40, MapFit::Stretch);
    QCOMPARE(pixel(stretched, 20, 20), (std::vector<uint8_t>{255, 255, 255}));
    QCOMPARE(pixel(stretched, 20, 3), (std::vector<uint8_t>{20, 30, 40}));
    const RgbImage cut = fitted(wide, 20, 20, MapFit::Crop); // the middle 20 × 20
    QCOMPARE(pixel(cut, 0, 10), (std::vector<uint8_t>{255, 255, 255}));
    QCOMPARE(pixel(cut, 0, 2), (std::vector<uint8_t>{20, 30, 40}));
    const RgbImage padded = fitted(wide, 40, 40, MapFit::Pad); // 10 rows above and below
    QCOMPARE(pixel(padded, 20, 0), (std::vector<uint8_t>{20, 30, 40}));
    QCOMPARE(pixel(padded, 20, 16), (std::vector<uint8_t>{255, 255, 255}));
    QCOMPARE(pixel(padded, 20, 13), (std::vector<uint8_t>{20, 30, 40}));
    for (const MapFit fit : {MapFit::Stretch, MapFit::Crop, MapFit::Pad})
        QCOMPARE(fitted(wide, 40, 20, fit).pixels, wide.pixels);
}

void ControlNodesTest::followsTheCurve()
{
    AppliedControl control;
    control.strength = 2;
    control.curve = {0, 1, 0.5};
    QCOMPARE(strengthAt(control, 0, 5), 0.0);
    QCOMPARE(strengthAt(control, 1, 5), 1.0);
    QCOMPARE(strengthAt(control, 2, 5), 2.0);
    QCOMPARE(strengthAt(control, 4, 5), 1.0);
    control.curve = {};
    control.start = 0.2;
    control.end = 0.6;
    for (int i = 0; i < 5; ++i)
        QCOMPARE(strengthAt(control, i, 5), i == 1 || i == 2 ? 2.0 : 0.0);
}

ATHANOR_TEST(ControlNodesTest)
#include "control_nodes_test.moc"
