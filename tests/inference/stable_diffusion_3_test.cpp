// Stable Diffusion 3 and 3.5: their networks and whole runs against diffusers and transformers on two tiny models
// (tests/reference/stable_diffusion_3.py), and what their files tell or leave to be found.
#include "inference/models/clip_text.h"
#include "inference/models/mmdit.h"
#include "inference/models/native_size.h"
#include "inference/models/noise_config.h"
#include "inference/models/stable_diffusion.h"
#include "inference/models/t5_text.h"
#include "inference/tensor/channels_last.h"
#include "tests/support/device_run_host.h"
#include "tests/support/model_bytes.h"
#include "tests/support/reference.h"
#include "tests/support/refusal.h"
#include "tests/support/test_program.h"

#include <QTemporaryDir>
#include <QTest>

using namespace athanor;

namespace {

constexpr const char *folder = "tiny_sd3", *single = "tiny_sd3.safetensors", *large = "tiny_sd3_large.safetensors";

}

class StableDiffusion3Test : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanupTestCase();
    void networks_data();
    void networks();
    void sigmasAreDiffusers();
    void endsWhereDiffusersDoes_data();
    void endsWhereDiffusersDoes();
    void anEncoderMayBeLeftOut();
    void filesAreRecognised();
    void sidesThatThePatchDoesNotDivide();
    void picturesLargerThanTheTableAreRefused();
    void controlNetsAreRefused();
    void partsFromFilesOfTheirOwn();
    void textEncodersThatDoNotFitAreRefused();
    void theShiftOfAFlowMayChange();
    void quantisedTensorsAreReadWithTheirScales();
    void otherScalesAreRefused();
    void oddShapesAreRefused_data();
    void oddShapesAreRefused();
    void shiftsBelowOneAreFinite();

private:
    void compare(const Tensor& ours, const std::string& entry, DType precision);
    Values load(const char* name) { return runNode(*m_host, "load_checkpoint", {}, {{"file", testDataPath(name)}}); }
    Value prompt(const Values& loaded, const char* name)
    {
        return runNode(
            *m_host, "encode_prompt", {{"text_encoder", loaded[1]}}, {{"text", m_reference.metadata.at(name)}})[0];
    }
    double errorOf(const Value& ended, const std::string& entry)
    {
        const double error = relativeL2(*as<LatentValue>(ended).values, referenceValues(m_reference, entry));
        qInfo("%s: relative L2 %.2e", entry.c_str(), error);
        return error;
    }
    // Ten steps, of the size of the reference's.
    Value walked(const Values& loaded, const std::string& sampler, const std::string& schedule,
        const std::optional<Value>& latent = {}, double strength = 1);

    std::unique_ptr<DeviceRunHost> m_host;
    TensorFile m_reference;
};

void StableDiffusion3Test::initTestCase()
{
    m_host = std::make_unique<DeviceRunHost>(GpuOptions{.validation = true});
    m_reference = openReference("stable_diffusion_3.safetensors");
}

void StableDiffusion3Test::cleanupTestCase()
{
    QCOMPARE(m_host->gpu().validationMessages(), 0u);
    m_host.reset();
}

// An N C H W array as the device has it.
void StableDiffusion3Test::compare(const Tensor& ours, const std::string& entry, DType precision)
{
    std::vector<float> expected = referenceValues(m_reference, entry);
    if (const Shape s = referenceShape(m_reference, entry); s.size() == 4)
        expected = toNhwc(expected, s[0], s[1]);
    const double error = relativeL2(toHost(ours), expected);
    qInfo("%s: relative L2 %.2e", entry.c_str(), error);
    QVERIFY2(
        error <= networkTolerance(precision), qPrintable(QString::fromStdString(entry) + ' ' + QString::number(error)));
}

void StableDiffusion3Test::networks_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("key");
    QTest::addColumn<int>("precision");
    for (const auto& [file, key] : {std::pair(folder, "sd3"), {single, "sd3"}, {large, "sd3_large"}})
        for (const DType precision : {DType::F32, DType::F16})
            QTest::addRow("%s %s", file, precision == DType::F32 ? "fp32" : "fp16") << file << key << int(precision);
}

void StableDiffusion3Test::networks()
{
    QFETCH(QString, file);
    QFETCH(int, precision);
    const std::string key = qPrintable(*static_cast<QString*>(QTest::qData("key", QMetaType::QString)));
    const auto type = DType(precision);
    Gpu& gpu = m_host->gpu();
    const StableDiffusion model = loadStableDiffusion(gpu, testDataPath(file.toStdString()), {.precision = type});
    // Its first rows.
    const auto tensor = [&](const std::string& name, int64_t rows = 0) {
        Shape s = referenceShape(m_reference, key + name);
        std::vector<float> values = referenceValues(m_reference, key + name);
        values.resize(rows ? values.size() / size_t(s[0]) * size_t(rows) : values.size());
        s[0] = rows ? rows : s[0];
        return s.size() == 4 ? tensorFrom(gpu, {s[0], s[2], s[3], s[1]}, toNhwc(values, s[0], s[1]))
                             : tensorFrom(gpu, s, values);
    };
    const auto ids = [&](const std::string& of) {
        const std::vector<float> stored = referenceValues(m_reference, of + ".ids");
        return std::vector<int32_t>(stored.begin(), stored.end());
    };
    QCOMPARE(model.texts.size(), size_t(3));
    for (const auto& [index, name] : {std::pair(0, ".clip_l"), {1, ".clip_g"}}) {
        const ClipStates states = encodeText(std::get<ClipEncoder>(model.texts[size_t(index)]).text, ids(key + name));
        compare(states.tokens, key + name + ".states", type);
        compare(states.pooled, key + name + ".pooled", type);
    }
    if (const auto* t5 = std::get_if<T5Encoder>(&model.texts[2])) {
        const std::vector<int32_t> all = ids("sd3.t5");
        std::vector<float> states;
        for (size_t first = 0; first < all.size(); first += 77) {
            const std::vector<float> one = toHost(encodeText(t5->text, std::span(all).subspan(first, 77)));
            states.insert(states.end(), one.begin(), one.end());
        }
        const double error = relativeL2(states, referenceValues(m_reference, "sd3.t5.states"));
        qInfo("T5: relative L2 %.2e", error);
        QVERIFY(error <= networkTolerance(type));
    } else {
        QCOMPARE(file, QString(large));
    }
    for (const std::string size : key == "sd3" ? std::vector{"12x8", "10x14"} : std::vector{"8x16", "18x6"}) {
        const std::string at = '.' + size;
        const std::vector<float> times = referenceValues(m_reference, key + at + ".times");
        const auto rows = int64_t(times.size());
        const Tensor context = tensor(".context", rows), pooled = tensor(".pooled", rows);
        const Tensor latent = tensor(at + ".latent");
        compare(evaluate(model.net, latent, times, Conditions(context, pooled)), key + at + ".out", type);
        compare(evaluate(model.net, latent, times, Conditions(athanor::rows(context, 0, 77), pooled)),
            key + at + ".clip_only", type);
    }
    const LatentFormat& format = model.vae.config.latent;
    QCOMPARE(format.scale, 1.5305);
    QCOMPARE(format.shift, 0.0609);
    const auto scaled = [&](const Tensor& x) {
        return scale(x, float(format.scale), float(-format.shift * format.scale));
    };
    compare(decode(model.vae, scaled(tensor(".vae.latent"))), key + ".vae.image", type);
    const std::vector<float> mean = toHost(scaled(tensor(".vae.mean")));
    QVERIFY(relativeL2(toHost(encode(model.vae, tensor(".vae.image"))), mean) <= networkTolerance(type));
}

void StableDiffusion3Test::sigmasAreDiffusers()
{
    for (const double shift : {1., 3.})
        for (const int steps : {10, 28}) {
            const NoiseModel model = makeFlowModel(shift);
            const std::string of = ".euler.shift" + std::to_string(int(shift)) + "." + std::to_string(steps);
            const std::vector<double> sigmas = makeSigmas(findSchedule("normal"), model, steps);
            const std::vector<float> expected = referenceValues(m_reference, "sigmas" + of),
                                     times = referenceValues(m_reference, "times" + of);
            QCOMPARE(sigmas.size(), expected.size());
            for (size_t i = 0; i < sigmas.size(); ++i) { // which are fp32
                QVERIFY(std::abs(sigmas[i] - double(expected[i])) <= 1e-6);
                QVERIFY(i == times.size() || std::abs(timestepAt(model, sigmas[i]) - double(times[i])) <= 1e-3);
            }
        }
}

Value StableDiffusion3Test::walked(const Values& loaded, const std::string& sampler, const std::string& schedule,
    const std::optional<Value>& latent, double strength)
{
    const Value empty = runNode(*m_host, "empty_latent", {}, {{"width", int64_t(112)}, {"height", int64_t(80)}})[0];
    return runNode(*m_host, "sample",
        {{"model", loaded[0]}, {"positive", prompt(loaded, "prompt")}, {"negative", prompt(loaded, "negative")},
            {"latent", latent.value_or(empty)}},
        {{"steps", int64_t(10)}, {"seed", int64_t(42)}, {"cfg", 4.5}, {"sampler", sampler}, {"schedule", schedule},
            {"strength", strength}})[0];
}

void StableDiffusion3Test::endsWhereDiffusersDoes_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("sampler");
    QTest::addColumn<QString>("entry");
    for (const auto& [file, key] : {std::pair(folder, "sd3"), {large, "sd3_large"}})
        for (const auto& [sampler, entry] :
            {std::pair("euler", "euler"), {"dpmpp_2m", "dpmpp_2m.euler"}, {"unipc", "unipc.begun"}})
            QTest::addRow("%s %s", file, sampler) << file << key << sampler << entry;
}

void StableDiffusion3Test::endsWhereDiffusersDoes()
{
    QFETCH(QString, file);
    QFETCH(QString, key);
    QFETCH(QString, sampler);
    QFETCH(QString, entry);
    const Values loaded = load(qPrintable(file));
    const Value ended = walked(loaded, sampler.toStdString(), "normal");
    QVERIFY(errorOf(ended, (key + ".end." + entry).toStdString()) <= tenStepsTolerance);
    if (sampler != "euler")
        return;
    LatentValue begin{.images = 1, .channels = 16, .height = 10, .width = 14};
    begin.values =
        std::make_shared<const std::vector<float>>(referenceValues(m_reference, (key + ".image.begin").toStdString()));
    const Value fromImage = walked(loaded, "euler", "normal", std::make_shared<const LatentValue>(begin), 0.6);
    QVERIFY(errorOf(fromImage, (key + ".end.image").toStdString()) <= tenStepsTolerance);
}

// Then it counts as zeros.
void StableDiffusion3Test::anEncoderMayBeLeftOut()
{
    Values loaded = load(folder);
    TextEncoderValue encoder = as<TextEncoderValue>(loaded[1]);
    encoder.nets[2] = AbsentText{TextKind::T5};
    loaded[1] = std::make_shared<const TextEncoderValue>(encoder);
    QVERIFY(errorOf(walked(loaded, "euler", "normal"), "sd3.end.no_t5") <= tenStepsTolerance);

    const StableDiffusion without = loadStableDiffusion(m_host->gpu(), testDataPath(large), {.precision = DType::F32});
    QCOMPARE(without.warnings,
        std::vector<std::string>{"the model has no third text encoder: prompts are read without it, "
                                 "which counts as zeros"});
    const ConditioningValue all = as<ConditioningValue>(prompt(loaded, "prompt"));
    encoder.nets[0] = AbsentText{TextKind::Clip, 16, 16};
    loaded[1] = std::make_shared<const TextEncoderValue>(encoder);
    const ConditioningValue one = as<ConditioningValue>(prompt(loaded, "prompt"));
    QCOMPARE(one.states->size(), all.states->size());
    QCOMPARE(one.pooled.size(), all.pooled.size());
    for (size_t i = 0; i < one.states->size(); ++i) // the first 16 of 40 numbers of each token
        QCOMPARE(one.states->at(i), i % 40 < 16 ? 0 : all.states->at(i));
    for (size_t i = 0; i < one.pooled.size(); ++i)
        QCOMPARE(one.pooled[i], i < 16 ? 0 : all.pooled[i]);
    for (TextNet& net : encoder.nets)
        net = AbsentText{};
    loaded[1] = std::make_shared<const TextEncoderValue>(encoder);
    QVERIFY(refusalOf([&] { prompt(loaded, "prompt"); }).contains("the model's file holds no text encoder; load its"));
}

void StableDiffusion3Test::filesAreRecognised()
{
    for (const char* name : {folder, single, large}) {
        const ModelFiles files = openModel(testDataPath(name));
        QCOMPARE(describe(files.family), std::string("a Stable Diffusion 3 checkpoint"));
        const bool isLarge = name == large;
        std::vector<std::string> warnings;
        const MmDitConfig config = detectMmDit(files, &warnings).config;
        QVERIFY(warnings.empty());
        QCOMPARE(config.heads, isLarge ? 2 : 3);
        QCOMPARE(config.width, isLarge ? 128 : 48);
        QCOMPARE(config.depth, isLarge ? 2 : 3);
        QCOMPARE(config.positions, isLarge ? 9 : 12);
        QCOMPARE(config.contextWidth, isLarge ? 64 : 48);
        const NoiseConfig noise = detectNoise(files);
        QCOMPARE(noise.prediction, Prediction::Flow);
        QCOMPARE(noise.noise->shift, 3.);
        QCOMPARE(detectAutoencoderKl(files).config.latent.channels, 16);
    }
    QCOMPARE(nativeSize(openModel(testDataPath(large))), 1024);
}

// As if the picture went on with its first row or column.
void StableDiffusion3Test::sidesThatThePatchDoesNotDivide()
{
    const StableDiffusion model = loadStableDiffusion(m_host->gpu(), testDataPath(single), {.precision = DType::F32});
    const std::vector<float> values = referenceValues(m_reference, "sd3.12x8.latent"); // 1 16 12 8
    const int64_t height = 11, width = 7, channels = 16;
    std::vector<float> odd, whole;
    for (int64_t y = 0; y < height + 1; ++y)
        for (int64_t x = 0; x < width + 1; ++x)
            for (int64_t c = 0; c < channels; ++c) {
                const float value = values[size_t((c * 12 + y % height) * 8 + x % width)];
                whole.push_back(value);
                if (y < height && x < width)
                    odd.push_back(value);
            }
    Gpu& gpu = m_host->gpu();
    std::vector<float> context = referenceValues(m_reference, "sd3.context"),
                       pooled = referenceValues(m_reference, "sd3.pooled");
    context.resize(context.size() / 3);
    pooled.resize(pooled.size() / 3);
    const Conditions conditions(tensorFrom(gpu, {1, 154, 48}, context), tensorFrom(gpu, {1, 36}, pooled));
    const auto evaluated = [&](int64_t h, int64_t w, const std::vector<float>& x) {
        return evaluate(model.net, tensorFrom(gpu, {1, h, w, channels}, x), std::vector<float>{500}, conditions);
    };
    const Tensor expected = crop(evaluated(height + 1, width + 1, whole), 0, 0, height, width);
    QCOMPARE(toHost(evaluated(height, width, odd)), toHost(expected));
}

void StableDiffusion3Test::picturesLargerThanTheTableAreRefused()
{
    const Values loaded = load(folder);
    const Value latent = runNode(*m_host, "empty_latent", {}, {{"width", int64_t(208)}, {"height", int64_t(64)}})[0];
    const QByteArray text = refusalOf(
        [&] {
            runNode(*m_host, "sample",
                {{"model", loaded[0]}, {"positive", prompt(loaded, "prompt")}, {"latent", latent}},
                {{"steps", int64_t(1)}, {"cfg", 1.0}});
        },
        ErrorKind::BadArgument);
    QVERIFY2(text.contains("13 × 4 tokens is larger than the transformer's table of positions, which has 12"), text);
}

void StableDiffusion3Test::controlNetsAreRefused()
{
    const Values loaded = load(folder);
    const Value net = runNode(*m_host, "load_controlnet", {}, {{"file", testDataPath("control_b")}})[0];
    ControlMapValue map{{{112, 80, std::vector<uint8_t>(112 * 80 * 3)}}, {}};
    const Values steered = runNode(*m_host, "apply_controlnet",
        {{"positive", prompt(loaded, "prompt")}, {"negative", prompt(loaded, "negative")}, {"control_net", net},
            {"image", std::make_shared<const ControlMapValue>(map)}},
        {});
    const Value latent = runNode(*m_host, "empty_latent", {}, {{"width", int64_t(112)}, {"height", int64_t(80)}})[0];
    const QByteArray text = refusalOf(
        [&] {
            runNode(*m_host, "sample",
                {{"model", loaded[0]}, {"positive", steered[0]}, {"negative", steered[1]}, {"latent", latent}},
                {{"steps", int64_t(1)}});
        },
        ErrorKind::BadArgument);
    QVERIFY2(text.contains("steers a UNet, this model has a transformer"), text);
}

// The single file's networks, bit for bit.
void StableDiffusion3Test::partsFromFilesOfTheirOwn()
{
    const auto part = [](const char* name) { return testDataPath("tiny_sd3_" + std::string(name) + ".safetensors"); };
    const Value model = runNode(*m_host, "load_diffusion_model", {}, {{"file", part("transformer")}})[0];
    const Value vae = runNode(*m_host, "load_vae", {}, {{"file", part("vae")}})[0];
    const Values whole = load(single);
    std::vector<std::vector<float>> ends;
    for (const auto& order : {std::vector{"clip_l", "clip_g", "t5"}, {"t5", "clip_l", "clip_g"}}) {
        const Value texts = runNode(*m_host, "load_text_encoder", {},
            {{"file", part(order[0])}, {"second_file", part(order[1])}, {"third_file", part(order[2])}})[0];
        // The published tokenizers, whose ids the tiny CLIPs lack: what the folder's say is what they read.
        const TextEncoderValue folders = as<TextEncoderValue>(load(folder)[1]);
        TextEncoderValue encoder = as<TextEncoderValue>(texts);
        QCOMPARE(encoder.nets.size(), size_t(3));
        for (const size_t i : {0, 1})
            std::get<ClipNet>(encoder.nets[i]).tokenizer = std::get<ClipNet>(folders.nets[i]).tokenizer;
        const Values loaded{model, std::make_shared<const TextEncoderValue>(encoder), vae};
        const Value ended = walked(loaded, "euler", "normal");
        QVERIFY(errorOf(ended, "sd3.end.euler") <= tenStepsTolerance);
        ends.push_back(*as<LatentValue>(ended).values);
        for (const Value& decoder : {vae, whole[2]})
            ends.push_back(toHost(decode(
                *as<VaeValue>(decoder).vae, tensorFrom(m_host->gpu(), {1, 10, 14, 16}, toNhwc(ends.front(), 1, 16)))));
    }
    QCOMPARE(ends[0], ends[3]);
    QCOMPARE(ends[1], ends[2]);
    const StableDiffusion file = loadStableDiffusion(m_host->gpu(), testDataPath(single), {.precision = DType::F32});
    for (const auto& [name, weight] : weightsOf(file.net).packed)
        QCOMPARE(toHost(weightsOf(*as<ModelValue>(model).net).packed.at(name).data), toHost(weight.data));
}

void StableDiffusion3Test::textEncodersThatDoNotFitAreRefused()
{
    const auto refused = [&](std::vector<std::string> names, const std::string& family = "auto") {
        Params params{{"family", family}};
        constexpr const char* keys[] = {"file", "second_file", "third_file"};
        for (size_t i = 0; i < names.size(); ++i)
            params[keys[i]] = testDataPath(names[i]);
        return refusalOf([&] { runNode(*m_host, "load_text_encoder", {}, params); }, ErrorKind::BadArgument);
    };
    const std::string clipL = "tiny_sd3_clip_l.safetensors", t5 = "tiny_sd3_t5.safetensors";
    QVERIFY(refused({clipL, clipL}).contains("are text encoders of the same kind"));
    QVERIFY(
        refused({clipL, t5}, "sd1").contains("Stable Diffusion 1.x does not read prompts with a third text encoder"));
    QVERIFY(refused({t5}, "sdxl").contains("SDXL reads with a text encoder too"));
    const QByteArray vae = refusalOf([&] {
        runNode(*m_host, "load_text_encoder", {}, {{"file", testDataPath("tiny_sd3_vae.safetensors")}});
    });
    QVERIFY2(vae.contains("this is a VAE, this command takes a text encoder in a file of its own"), vae);
}

void StableDiffusion3Test::theShiftOfAFlowMayChange()
{
    const Values loaded = load(folder);
    const Value shifted = runNode(*m_host, "set_flow_shift", {{"model", loaded[0]}}, {{"shift", 1.}})[0];
    QCOMPARE(as<ModelValue>(shifted).noise->shift, 1.);
    QVERIFY(errorOf(walked({shifted, loaded[1], loaded[2]}, "euler", "normal"), "sd3.end.euler") > tenStepsTolerance);
    const Values other = load("tiny_a");
    QVERIFY(refusalOf(
        [&] {
            runNode(*m_host, "set_flow_shift", {{"model", other[0]}}, {});
        },
        ErrorKind::BadArgument)
                .contains("the model is no flow"));
}

// As ComfyUI has them: bytes, and beside each tensor the number that they are times; a fused one's is of all its parts.
void StableDiffusion3Test::quantisedTensorsAreReadWithTheirScales()
{
    const TensorFile file = openTensorFile(testDataPath("tiny_sd3_transformer.safetensors"));
    std::vector<TestTensor> tensors{{"scaled_fp8", "F8_E4M3", {0}, ""}};
    for (const TensorInfo& tensor : file.tensors) {
        std::vector<float> values(size_t(*elementCount(tensor.shape)));
        ValueCount seen;
        readFloats(file, tensor, 0, values, seen);
        if (tensor.shape.size() != 2) {
            tensors.push_back({tensor.name, "F32", tensor.shape, rawBytes(values)});
            continue;
        }
        std::vector<uint8_t> bytes; // ±1 each: 0x38 and 0xb8
        for (const float value : values)
            bytes.push_back(value < 0 ? 0xb8 : 0x38);
        tensors.push_back({tensor.name, "F8_E4M3", tensor.shape, rawBytes(bytes)});
        const std::string layer = tensor.name.substr(0, tensor.name.rfind('.'));
        tensors.push_back({layer + ".scale_weight", "F32", {}, rawBytes(std::vector{0.25f})});
    }
    QTemporaryDir temporary;
    const std::string path = temporary.filePath("fp8.safetensors").toStdString();
    writeBytes(path, safetensorsOf(tensors));
    const StableDiffusion model = loadDenoiser(m_host->gpu(), path, {.precision = DType::F32});
    QVERIFY(model.warnings.empty());
    const Weights& weights = weightsOf(model.net);
    QVERIFY(weights.packed.contains("joint_blocks.0.x_block.attn.k.weight"));
    for (const auto& [name, weight] : weights.packed)
        if (weight.kernelHeight == 1)
            for (const float value : unpackWeight(weight))
                QVERIFY2(value == 0.25f || value == -0.25f, name.c_str());
}

void StableDiffusion3Test::otherScalesAreRefused()
{
    QTemporaryDir temporary;
    const std::string path = temporary.filePath("rows.safetensors").toStdString();
    writeBytes(path,
        safetensorsOf({{"joint_blocks.0.x_block.mlp.fc1.weight", "F8_E4M3", {2, 1}, std::string(2, '8')},
            {"joint_blocks.0.x_block.mlp.fc1.weight_scale", "F32", {2, 1}, rawBytes(std::vector{1.f, 2.f})}}));
    const QByteArray text = refusalOf([&] { openModel(path); });
    QVERIFY2(text.contains("fc1.weight_scale is F32 [2, 1], supported is one floating-point number"), text);
}

void StableDiffusion3Test::oddShapesAreRefused_data()
{
    QTest::addColumn<QString>("tensor");
    QTest::addColumn<QList<qint64>>("shape");
    QTest::newRow("no patch") << "x_embedder.proj.weight" << QList<qint64>{48, 16, 0, 0};
    QTest::newRow("a wide patch") << "x_embedder.proj.weight" << QList<qint64>{48, 16, 32, 32};
    QTest::newRow("no context") << "context_embedder.weight" << QList<qint64>{48, 0};
    QTest::newRow("nothing pooled") << "y_embedder.mlp.0.weight" << QList<qint64>{48, 0};
    QTest::newRow("other latents") << "final_layer.linear.weight" << QList<qint64>{16, 48};
}

void StableDiffusion3Test::oddShapesAreRefused()
{
    QFETCH(QString, tensor);
    QFETCH(QList<qint64>, shape);
    ModelFiles files = openModel(testDataPath(single));
    for (PartTensor& one : files.transformer.tensors)
        if (one.name == tensor.toStdString())
            one.info.shape.assign(shape.begin(), shape.end());
    QVERIFY(!refusalOf([&] { detectMmDit(files); }).isEmpty());
}

// Whose sigmas begin at one, or below it for rounding, and never above.
void StableDiffusion3Test::shiftsBelowOneAreFinite()
{
    for (int i = 1; i < 1000; ++i) {
        const NoiseModel model = makeFlowModel(i / 1000.);
        for (const double sigma : makeSigmas(findSchedule("normal"), model, 5))
            QVERIFY(sigma <= 1 && signalAt(model, sigma) >= 0);
    }
}

ATHANOR_TEST(StableDiffusion3Test)
#include "stable_diffusion_3_test.moc"
