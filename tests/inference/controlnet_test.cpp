// ControlNets against diffusers' ControlNetModel on two tiny random ones, alone and steering whole runs
// (tests/reference/controlnets.py), and what needs no reference: nothing added is nothing changed.
#include "inference/diffusion/control.h"
#include "inference/diffusion/denoise.h"
#include "inference/models/controlnet.h"
#include "inference/models/stable_diffusion.h"
#include "inference/tensor/channels_last.h"
#include "inference/weights/model_files.h"
#include "render/error.h"
#include "tests/support/drawn_picture.h"
#include "tests/support/model_bytes.h"
#include "tests/support/reference.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"
#include <QTemporaryDir>
#include <QTest>
#include <numeric>

using namespace athanor;

namespace {

// A file of differences under bare names, a quarter of net a's values.
std::string differenceFile(const ModelFiles& files)
{
    std::vector<TestTensor> tensors{{"difference", "F32", {1}, std::string(4, '\0')}};
    for (const PartTensor& tensor : files.controlNet.tensors) {
        std::vector<float> values(size_t(*elementCount(tensor.info.shape)));
        ValueCount seen;
        readFloats(files.files[tensor.file], tensor.info, 0, values, seen);
        for (float& value : values)
            value /= 4;
        tensors.push_back({tensor.name, "F32", tensor.info.shape, rawBytes(values)});
    }
    return safetensorsOf(tensors, R"({"athanor.unet.attention_heads":"2","athanor.unet.norm_groups":"4"})");
}

}

class ControlnetTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanupTestCase();
    void findsTheConfigurations();
    void readsEveryLayout();
    void refusesWhatIsIncomplete();
    void network_data();
    void network();
    void run_data();
    void run();
    void halfPrecision();
    void nothingAddedIsNothingChanged();
    void fullMaskIsNoMask();
    void outsideOfItsRangeItIsNotEvaluated();
    void batchEqualsSingles();
    void refusesAnotherWidth();

private:
    ControlNet loadNet(const std::string& name, DType precision);
    void compare(const std::string& name, const ControlNet& net, DType precision);
    AppliedControl control(int which = 0) const;
    std::vector<GuidanceTerm> text(const ControlList& negative = {}, const ControlList& positive = {}) const;
    Array end(const Denoiser& net, std::span<const GuidanceTerm> terms) const;
    double error(const Array& ours, const std::string& entry) const;
    double errorOf(const std::string& entry, const Denoiser& net, const std::shared_ptr<const ControlNet>& a,
        const std::shared_ptr<const ControlNet>& whole);

    std::unique_ptr<Gpu> m_gpu;
    std::unique_ptr<StableDiffusion> m_model;
    std::shared_ptr<const ControlNet> m_net, m_whole; // net a, and the same as differences to the model's UNet
    TensorFile m_reference, m_trajectories;
    QTemporaryDir m_folder;
};

void ControlnetTest::initTestCase()
{
    m_gpu = std::make_unique<Gpu>();
    m_model = std::make_unique<StableDiffusion>(
        loadStableDiffusion(*m_gpu, testDataPath("tiny_a"), {.precision = DType::F32}));
    m_reference = openReference("controlnets.safetensors");
    m_trajectories = openReference("trajectories.safetensors");
    m_net = std::make_shared<const ControlNet>(loadNet("a", DType::F32));
    m_whole = std::make_shared<const ControlNet>(loadNet("difference", DType::F32));
}

void ControlnetTest::cleanupTestCase()
{
    m_net = m_whole = nullptr;
    m_model.reset();
    m_gpu.reset();
}

// "difference": a quarter of net a, taken for differences to the model's UNet.
ControlNet ControlnetTest::loadNet(const std::string& name, DType precision)
{
    std::vector<std::string> warnings;
    const std::string path = name == "a" ? testDataPath("control_a/control.pth")
        : name == "b"                    ? testDataPath("control_b")
                                         : m_folder.filePath("difference.safetensors").toStdString();
    if (name == "difference")
        writeBytes(path, differenceFile(openModel(testDataPath("control_a/control.pth"))));
    const ControlNet net = loadControlNet(*m_gpu, path, {.precision = precision}, warnings);
    if (!net.config.difference)
        return net;
    return onBase(net, requireUNet(loadStableDiffusion(*m_gpu, testDataPath("tiny_a"), {.precision = precision}).net));
}

void ControlnetTest::findsTheConfigurations()
{
    const ControlNetConfig standard = detectControlNet(openModel(testDataPath("control_b"))).config;
    QCOMPARE(standard.encoder.channels, 16);
    QCOMPARE(standard.encoder.contextWidth, 32);
    QCOMPARE(standard.encoder.heads, 4);
    QCOMPARE(standard.encoder.normGroups, 8);
    QCOMPARE(standard.encoder.downsamplings, 2);
    QCOMPARE(standard.hintDownsamplings, 3);
    QCOMPARE(standard.residuals, 7);
    QVERIFY(!standard.difference);
    QCOMPARE(m_net->config.residuals, 13);
    QCOMPARE(m_net->config.encoder.heads, 2);
    QCOMPARE(m_net->config.encoder.downsamplings, 3);
}

// The same tensors from a file with the prefix, one without, a diffusers folder and a file out of it.
void ControlnetTest::readsEveryLayout()
{
    const auto names = [](const ModelFiles& files) {
        std::vector<std::string> result;
        for (const PartTensor& tensor : files.controlNet.tensors)
            if (tensor.name != "difference")
                result.push_back(tensor.name + shapeText(tensor.info.shape));
        return result;
    };
    const ModelFiles prefixed = openModel(testDataPath("control_a/control.pth"));
    const ModelFiles bare = openModel(m_folder.filePath("difference.safetensors").toStdString());
    QCOMPARE(prefixed.controlNet.tensors.size(), size_t(340));
    QVERIFY(names(prefixed) == names(bare));
    const ModelFiles folder = openModel(testDataPath("control_b"));
    const ModelFiles single = openModel(testDataPath("control_b/diffusion_pytorch_model.safetensors"));
    QVERIFY(names(folder) == names(single));
    QVERIFY(single.controlNet.config.is_object() && single.controlNet.config == folder.controlNet.config);
    for (const ModelFiles* files : {&prefixed, &bare, &folder, &single})
        QCOMPARE(describe(files->family), std::string("a Stable Diffusion 1.x ControlNet"));
}

void ControlnetTest::refusesWhatIsIncomplete()
{
    const auto says = [](const std::string& without) {
        ModelFiles files = openModel(testDataPath("control_b"));
        std::erase_if(files.controlNet.tensors, [&](const PartTensor& t) { return t.name.starts_with(without); });
        return refusal([&] { detectControlNet(files); });
    };
    for (const std::string name :
        {"zero_convs.3.0.bias", "middle_block_out.0.weight", "input_hint_block.8.weight", "time_embed.2.bias"})
        QVERIFY2(says(name).find("the ControlNet lacks 1 tensor: " + name) != std::string::npos, says(name).c_str());
    QVERIFY(says("input_hint_block.14").find("7 convolutions, expected an even number") != std::string::npos);
}

void ControlnetTest::network_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("precision");
    for (const char* name : {"a", "b", "difference"})
        for (const DType precision : {DType::F32, DType::F16})
            QTest::addRow("%s %s", name, precision == DType::F32 ? "fp32" : "fp16") << name << int(precision);
}

void ControlnetTest::network()
{
    QFETCH(QString, name);
    QFETCH(int, precision);
    compare(name.toStdString(), loadNet(name.toStdString(), DType(precision)), DType(precision));
}

void ControlnetTest::compare(const std::string& name, const ControlNet& net, DType precision)
{
    const Tensor context =
        tensorFrom(*m_gpu, referenceShape(m_reference, "context"), referenceValues(m_reference, "context"));
    double worst = 0;
    for (const auto& [height, width] : {std::pair(8, 16), std::pair(5, 7)}) {
        const std::string size = name + "." + std::to_string(height) + "x" + std::to_string(width) + ".";
        const Tensor x =
            tensorFrom(*m_gpu, {2, height, width, 4}, toNhwc(referenceValues(m_reference, size + "latent"), 2, 4));
        const RgbImage map = drawnPicture(8 * width, 8 * height);
        std::vector<float> values(map.pixels.begin(), map.pixels.end());
        for (float& value : values)
            value /= 255;
        const Tensor hint = embedHint(net, tensorFrom(*m_gpu, {1, map.height, map.width, 3}, values));
        const std::vector<Tensor> residuals = evaluate(net, x, std::vector<float>{981, 501}, context, hint);
        QCOMPARE(int(residuals.size()), net.config.residuals);
        for (size_t i = 0; i < residuals.size(); ++i) {
            const std::string entry = size + std::to_string(i);
            const std::vector<float> expected = toNhwc(referenceValues(m_reference, entry), 2, residuals[i].dim(3));
            const double off = relativeL2(toHost(residuals[i]), expected);
            QVERIFY2(off <= networkTolerance(precision),
                qPrintable(QString::fromStdString(entry) + " " + QString::number(off)));
            worst = std::max(worst, off);
        }
    }
    qInfo("largest relative L2 %.2e", worst);
}

AppliedControl ControlnetTest::control(int which) const
{
    AppliedControl result;
    result.net = m_net;
    result.maps = {drawnPicture(128, 64, which)};
    return result;
}

std::vector<GuidanceTerm> ControlnetTest::text(const ControlList& negative, const ControlList& positive) const
{
    return {{referenceValues(m_trajectories, "context.uncond"), 1 - 7.5, negative},
        {referenceValues(m_trajectories, "context.cond"), 7.5, positive}};
}

// Ten steps from the seed's noise.
Array ControlnetTest::end(const Denoiser& net, std::span<const GuidanceTerm> terms) const
{
    const LatentSize size{1, 4, 8, 16};
    const std::vector<double> sigmas = makeSigmas(findSchedule("karras"), stableDiffusionNoise(), 10);
    return sample(findSampler("dpmpp_2m"), stableDiffusionNoise(), sigmas,
        noiseOnly(referenceValues(m_trajectories, "noise.initial"), sigmas.front()),
        guidedDenoise(*m_gpu, {.net = net, .size = size}, terms), {});
}

double ControlnetTest::error(const Array& ours, const std::string& entry) const
{
    return relativeL2(ours, referenceValues(m_reference, "end." + entry));
}

double ControlnetTest::errorOf(const std::string& entry, const Denoiser& net,
    const std::shared_ptr<const ControlNet>& a, const std::shared_ptr<const ControlNet>& whole)
{
    AppliedControl first = control(), second = control(4);
    first.net = a;
    second.net = whole;
    second.strength = 0.7;
    second.start = 0.2;
    second.end = 0.75;
    if (entry == "half") // the same strength all the way, as a curve
        first.curve = {0.5, 0.5, 0.5};
    if (entry == "prompt")
        first.mode = ControlMode::Prompt;
    if (entry == "control")
        first.mode = ControlMode::Control;
    if (entry == "guess")
        first.mode = ControlMode::Guess;
    if (entry == "pool") {
        ControlNet pool = *a;
        pool.config.globalPool = true;
        first.net = std::make_shared<const ControlNet>(std::move(pool));
    }
    if (entry == "blocks")
        for (int i = 1; i <= 13; ++i)
            first.blockWeights.push_back(i / 13.0);
    if (entry == "mask") {
        Mask left{128, 64, {}};
        for (int i = 0; i < 128 * 64; ++i)
            left.pixels.push_back(i % 128 < 64 ? 1.f : 0.f);
        first.mask = std::make_shared<const Mask>(std::move(left));
    }
    ControlList list;
    if (entry != "range")
        list.push_back(std::make_shared<const AppliedControl>(first));
    if (entry == "two" || entry == "range")
        list.push_back(std::make_shared<const AppliedControl>(second));
    return error(end(net, text(reachesNegative(first) ? list : ControlList(), list)), entry);
}

void ControlnetTest::run_data()
{
    QTest::addColumn<QString>("entry");
    for (const char* entry : {"one", "half", "two", "range", "prompt", "control", "guess", "mask", "blocks", "pool"})
        QTest::newRow(entry) << entry;
}

void ControlnetTest::run()
{
    QFETCH(QString, entry);
    const double off = errorOf(entry.toStdString(), m_model->net, m_net, m_whole);
    qInfo("relative L2 %.2e", off);
    QVERIFY2(off <= 1e-3, qPrintable(QString::number(off)));
}

void ControlnetTest::halfPrecision()
{
    const StableDiffusion half = loadStableDiffusion(*m_gpu, testDataPath("tiny_a"), {.precision = DType::F16});
    const auto a = std::make_shared<const ControlNet>(loadNet("a", DType::F16));
    const auto whole = std::make_shared<const ControlNet>(loadNet("difference", DType::F16));
    for (const char* entry : {"one", "two"}) {
        const double off = errorOf(entry, half.net, a, whole);
        qInfo("fp16, %s: relative L2 %.2e", entry, off);
        QVERIFY2(off <= 1e-2, qPrintable(QString::number(off)));
    }
}

void ControlnetTest::nothingAddedIsNothingChanged()
{
    const Array plain = end(m_model->net, text());
    QVERIFY(relativeL2(plain, referenceValues(m_trajectories, "end.dpmpp_2m.karras.cfg7.5")) <= 1e-3);
    AppliedControl none = control(), never = control(), zero = control();
    none.strength = 0;
    never.start = never.end = 0.5;
    zero.curve = {0};
    const ControlList list{std::make_shared<const AppliedControl>(none), std::make_shared<const AppliedControl>(never),
        std::make_shared<const AppliedControl>(zero)};
    QCOMPARE(end(m_model->net, text(list, list)), plain);
    AppliedControl blocks = control();
    blocks.blockWeights.assign(13, 0);
    const ControlList unweighted{std::make_shared<const AppliedControl>(blocks)};
    QCOMPARE(end(m_model->net, text(unweighted, unweighted)), plain);
}

void ControlnetTest::fullMaskIsNoMask()
{
    AppliedControl masked = control();
    masked.mask = std::make_shared<const Mask>(Mask{3, 2, std::vector<float>(6, 1.f)});
    const ControlList with{std::make_shared<const AppliedControl>(masked)},
        without{std::make_shared<const AppliedControl>(control())};
    QCOMPARE(end(m_model->net, text(with, with)), end(m_model->net, text(without, without)));
}

void ControlnetTest::outsideOfItsRangeItIsNotEvaluated()
{
    AppliedControl late = control();
    late.start = 0.5;
    const ControlList list{std::make_shared<const AppliedControl>(late)};
    for (int i = 0; i < 10; ++i)
        QCOMPARE(activeControls(list, {1, i, 10}).size(), size_t(i >= 5));
}

void ControlnetTest::batchEqualsSingles()
{
    const ControlList list{std::make_shared<const AppliedControl>(control())};
    const std::vector<GuidanceTerm> terms = text(list, list);
    Array x(2 * 512);
    std::iota(x.begin(), x.end(), -512.f);
    for (float& value : x)
        value /= 256;
    const auto denoise = [&](const Array& latents) {
        const LatentSize size{int64_t(latents.size()) / 512, 4, 8, 16};
        return guidedDenoise(*m_gpu, {.net = m_model->net, .size = size}, terms)(latents, {2});
    };
    const Array both = denoise(x);
    for (const int i : {0, 1}) {
        const Array single = denoise({x.begin() + i * 512, x.begin() + (i + 1) * 512});
        QVERIFY(relativeL2({both.begin() + i * 512, both.begin() + (i + 1) * 512}, single) < 1e-4);
    }
}

void ControlnetTest::refusesAnotherWidth()
{
    const std::string text = refusal([&] { requireFit(loadNet("b", DType::F32), requireUNet(m_model->net)); });
    QVERIFY2(text.find("16/24/32 channels in 6 blocks") != std::string::npos, text.c_str());
    QVERIFY2(text.find("8/16/24 channels in 12 blocks") != std::string::npos, text.c_str());
    QCOMPARE(refusal([&] { requireFit(*m_net, requireUNet(m_model->net)); }), std::string());
}

ATHANOR_TEST(ControlnetTest)
#include "controlnet_test.moc"
