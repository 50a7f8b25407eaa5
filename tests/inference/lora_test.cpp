// LoRA files and their like: keys, what they add to weights against the libraries that make them, whole networks
// against diffusers and peft (tests/reference/lora.py), strengths, and what does not fit.
#include "inference/models/lora.h"
#include "inference/models/stable_diffusion.h"
#include "inference/tensor/channels_last.h"
#include "inference/text/lora_tags.h"
#include "inference/weights/lora_keys.h"
#include "inference/weights/model_files.h"
#include "tests/support/device_run_host.h"
#include "tests/support/model_bytes.h"
#include "tests/support/reference.h"
#include "tests/support/refusal.h"
#include "tests/support/test_program.h"

#include <QTemporaryDir>
#include <QTest>

using namespace athanor;

class LoraTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanupTestCase();
    void namesGoBothWays_data();
    void namesGoBothWays();
    void keysAreRead();
    void networksAreAsTheLibraries_data();
    void networksAreAsTheLibraries();
    void differencesAreAsLycorisMakesThem();
    void mergedIsTheSame();
    void strengths();
    void severalAddUp();
    void keysThatFitNowhereAreTold();
    void refuses_data();
    void refuses();
    void wholeAlphasAreRead();
    void notNumbersAreTold();
    void tagsOfPrompts();
    void picturesTellTheirLoras();
    void changedStrengthsReadNothingAgain();
    void ofTwoTextEncoders();

private:
    Tensor latent() { return image("latent"); }
    Tensor image(const char* name);
    std::vector<float> output(const Denoiser& net);
    Lora load(const std::string& name) { return loadLora(gpu(), path(name), &m_model->net, m_texts); }
    std::string path(const std::string& name) const { return testDataPath("lora_" + name + ".safetensors"); }
    std::string written(const std::vector<TestTensor>& tensors);
    Gpu& gpu() { return m_host->gpu(); }

    std::unique_ptr<DeviceRunHost> m_host;
    std::unique_ptr<StableDiffusion> m_model;
    std::vector<const ClipText*> m_texts;
    TensorFile m_reference;
    QTemporaryDir m_folder;
};

void LoraTest::initTestCase()
{
    m_host = std::make_unique<DeviceRunHost>(GpuOptions{.validation = true});
    m_model = std::make_unique<StableDiffusion>(
        loadStableDiffusion(gpu(), testDataPath("tiny_a"), {.precision = DType::F32}));
    m_texts = {&std::get<ClipEncoder>(m_model->texts[0]).text};
    m_reference = openReference("lora.safetensors");
}

void LoraTest::cleanupTestCase()
{
    QCOMPARE(gpu().validationMessages(), 0u);
    m_model.reset();
    m_host.reset();
}

Tensor LoraTest::image(const char* name)
{
    const Shape s = referenceShape(m_reference, name);
    return tensorFrom(gpu(), {s[0], s[2], s[3], s[1]}, toNhwc(referenceValues(m_reference, name), s[0], s[1]));
}

std::vector<float> LoraTest::output(const Denoiser& net)
{
    const Tensor context =
        tensorFrom(gpu(), referenceShape(m_reference, "context"), referenceValues(m_reference, "context"));
    return toNchw(toHost(evaluate(net, latent(), std::vector<float>(2, 501.f), context)), 2, 4);
}

std::string LoraTest::written(const std::vector<TestTensor>& tensors)
{
    std::string file = m_folder.filePath("written.safetensors").toStdString();
    writeBytes(file, safetensorsOf(tensors));
    return file;
}

void LoraTest::namesGoBothWays_data()
{
    QTest::addColumn<QString>("model");
    for (const char* model :
        {"tiny_a.safetensors", "tiny_b.ckpt", "tiny_2b.ckpt", "tiny_xl.safetensors", "tiny_xl_refiner.ckpt"})
        QTest::newRow(model) << model;
}

void LoraTest::namesGoBothWays()
{
    QFETCH(QString, model);
    std::vector<std::string> names;
    for (const PartTensor& tensor : openModel(testDataPath(model.toStdString())).unet.tensors)
        names.push_back(tensor.name);
    const std::vector<std::string> theirs = diffusersUNetNames(names);
    QCOMPARE(singleFileNames(Part::UNet, theirs), names);
    for (size_t i = 0; i < names.size(); ++i)
        QVERIFY2(theirs[i] != names[i], names[i].c_str());
}

void LoraTest::keysAreRead()
{
    const auto read = [](const char* name, const char* key, LoraSlot slot) {
        const auto found = parseLoraKey(name);
        QVERIFY2(found && found->key == key && found->slot == slot, name);
    };
    read("lora_unet_a_b.lora_up.weight", "lora_unet_a_b", LoraSlot::Up);
    read("unet.a.attn1.processor.to_out_lora.down.weight", "unet.a.attn1.to_out.0", LoraSlot::Down);
    read("unet.a.attn1.processor.to_q_lora.up.weight", "unet.a.attn1.to_q", LoraSlot::Up);
    read("text_encoder.x.q_proj.lora_linear_layer.up.weight", "text_encoder.x.q_proj", LoraSlot::Up);
    read("a.lora_A.default.weight", "a", LoraSlot::Down);
    read("a.hada_t1", "a", LoraSlot::HadaT1);
    QVERIFY(!parseLoraKey("a.oft_blocks"));
    QVERIFY(!parseLoraKey(".alpha"));
    const std::vector<std::string> layers{"input_blocks.1.1.transformer_blocks.0.attn1.to_q", "time_embed.0",
        "input_blocks.3.0.op", "output_blocks.2.1.conv", "middle_block.0.in_layers.2", "out.2"};
    const LoraLayers keys = unetLoraLayers(layers);
    for (const auto& [key, layer] : {std::pair("lora_unet_input_blocks_1_1_transformer_blocks_0_attn1_to_q", layers[0]),
             {"lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q", layers[0]},
             {"unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q", layers[0]},
             {"diffusion_model.input_blocks.1.1.transformer_blocks.0.attn1.to_q", layers[0]},
             {"lora_unet_time_embedding_linear_1", layers[1]},
             {"lora_unet_down_blocks_0_downsamplers_0_conv", layers[2]},
             {"lora_unet_up_blocks_0_upsamplers_0_conv", layers[3]}, {"lora_unet_mid_block_resnets_0_conv1", layers[4]},
             {"lora_unet_conv_out", layers[5]}}) {
        const auto at = keys.find(key);
        QVERIFY2(at != keys.end() && at->second == std::vector{layer}, key);
    }
    const LoraLayers text = textLoraLayers(std::vector<std::string>{"encoder.layers.0.mlp.fc1"}, 11, false);
    QCOMPARE(
        text.at("lora_te1_text_model_encoder_layers_0_mlp_fc1"), std::vector<std::string>{"encoder.layers.0.mlp.fc1"});
    QCOMPARE(text.at("text_encoder.text_model.encoder.layers.0.mlp.fc1"),
        std::vector<std::string>{"encoder.layers.0.mlp.fc1"});
    QVERIFY(text.at("lora_te_text_model_encoder_layers_11_mlp_fc1").empty()); // is there, and never used
    QVERIFY(textLoraLayers(std::vector<std::string>{"text_projection"}, {}, true).contains("lora_te2_text_projection"));
}

void LoraTest::networksAreAsTheLibraries_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("entry");
    QTest::newRow("diffusers") << "diffusers"
                               << "diffusers";
    QTest::newRow("kohya") << "kohya"
                           << "diffusers";
    QTest::newRow("dora") << "dora"
                          << "dora";
}

// fp32 as everywhere: 1e-4. What the files add moves the outputs by far more.
void LoraTest::networksAreAsTheLibraries()
{
    QFETCH(QString, file);
    QFETCH(QString, entry);
    const Lora lora = load(file.toStdString());
    QCOMPARE(lora.warnings, std::vector<std::string>());
    const std::vector<float> expected = referenceValues(m_reference, (entry + ".unet").toStdString());
    const double error = relativeL2(output(withPatches(m_model->net, lora.net, 1)), expected);
    qInfo("relative L2 %.2e, without it %.2e", error, relativeL2(output(m_model->net), expected));
    QVERIFY(error <= 1e-4);
    QVERIFY(relativeL2(output(m_model->net), expected) > 0.01);
    if (entry == "dora")
        return;
    const std::vector<float> stored = referenceValues(m_reference, "ids");
    const std::vector<int32_t> ids(stored.begin(), stored.end());
    const ClipText text = withPatches(*m_texts[0], lora.texts[0], 1);
    const std::vector<float> states = referenceValues(m_reference, (entry + ".text").toStdString());
    QVERIFY(relativeL2(toHost(encodeText(text, ids).tokens), states) <= 1e-4);
    QVERIFY(relativeL2(toHost(encodeText(*m_texts[0], ids).tokens), states) > 0.01);
}

// Relative L2: both round each number at 6e-8 a few times.
void LoraTest::differencesAreAsLycorisMakesThem()
{
    const Lora lora = load("lycoris");
    QCOMPARE(lora.warnings, std::vector<std::string>());
    size_t count = 0;
    for (const TensorInfo& tensor : m_reference.tensors) {
        if (!tensor.name.starts_with("lycoris."))
            continue;
        const std::string layer = tensor.name.substr(8);
        QVERIFY2(lora.net.weights.contains(layer), layer.c_str());
        const double error =
            relativeL2(difference(gpu(), lora.net.weights.at(layer)), referenceValues(m_reference, tensor.name));
        QVERIFY2(error <= 1e-6, (layer + ' ' + std::to_string(error)).c_str());
        ++count;
    }
    QCOMPARE(count, lora.net.weights.size());
    QCOMPARE(lora.net.vectors.size(), size_t(1)); // a bias
}

// What layers add while they run is what their weights would give with it in them.
void LoraTest::mergedIsTheSame()
{
    for (const char* name : {"lycoris", "diffusers"}) {
        const Lora lora = load(name);
        const Denoiser patched = withPatches(m_model->net, lora.net, 0.7);
        UNet merged = std::get<UNet>(patched);
        merged.weights.patches.clear();
        for (const auto& [layer, patches] : weightsOf(patched).patches) {
            PackedWeight& weight = merged.weights.packed.at(layer + ".weight");
            std::vector<float> values = unpackWeight(weight);
            for (const Patch& patch : patches) {
                const std::vector<float> added = difference(gpu(), patch);
                for (size_t i = 0; i < values.size(); ++i)
                    values[i] += added[i];
            }
            weight = packWeight(
                gpu(), values, weight.outputs, weight.inputs, weight.kernelHeight, weight.kernelWidth, DType::F32);
        }
        QVERIFY(relativeL2(output(patched), output(merged)) < 1e-5);
        QVERIFY(relativeL2(output(patched), output(m_model->net)) > 0.01);
    }
}

void LoraTest::strengths()
{
    const Lora lora = load("kohya");
    const std::vector<float> plain = output(m_model->net);
    QCOMPARE(output(withPatches(m_model->net, lora.net, 0)), plain); // bit for bit
    QVERIFY(output(withPatches(m_model->net, lora.net, -0.5)) != output(withPatches(m_model->net, lora.net, 0.5)));
    QCOMPARE(output(m_model->net), plain); // the model's own weights are untouched
}

void LoraTest::severalAddUp()
{
    const Lora lora = load("kohya");
    const Denoiser twice = withPatches(withPatches(m_model->net, lora.net, 0.3), lora.net, 0.7);
    QVERIFY(relativeL2(output(twice), referenceValues(m_reference, "diffusers.unet")) <= 1e-4);
}

void LoraTest::keysThatFitNowhereAreTold()
{
    const std::string factor(8 * 4, '\0');
    const std::string up = "lora_unet_mid_block_attentions_0_proj_in.lora_up.weight",
                      down = "lora_unet_mid_block_attentions_0_proj_in.lora_down.weight";
    std::vector<TestTensor> tensors{
        {up, "F32", {24, 1}, std::string(24 * 4, '\0')}, {down, "F32", {1, 24}, std::string(24 * 4, '\0')}};
    for (const char* stray : {"lora_unet_d.lora_up.weight", "lora_te_c.alpha", "b.oft_blocks", "e.lora_up.weight"})
        tensors.push_back({stray, "F32", {8}, factor});
    const Lora lora = loadLora(gpu(), written(tensors), &m_model->net, m_texts);
    QCOMPARE(lora.warnings,
        std::vector<std::string>{"4 keys fit nowhere in this model and have no effect: b.oft_blocks, e, lora_te_c, …"});
    const Lora alone = loadLora(gpu(), written(tensors), &m_model->net, {}); // of a text encoder that is not there
    QCOMPARE(alone.warnings,
        std::vector<std::string>{"3 keys fit nowhere in this model and have no effect: b.oft_blocks, e, lora_unet_d"});
}

void LoraTest::refuses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("says");
    const std::string key = "lora_unet_mid_block_attentions_0_proj_in";
    const auto tensor = [&](const char* end, std::vector<int64_t> shape) {
        int64_t count = 4;
        for (const int64_t side : shape)
            count *= side;
        return TestTensor{key + end, "F32", shape, std::string(size_t(count), '\0')};
    };
    const auto row = [](const char* name, const std::vector<TestTensor>& tensors, const char* says) {
        QTest::newRow(name) << QByteArray::fromStdString(safetensorsOf(tensors)) << says;
    };
    row("nothing fits", {{"lora_unet_x.lora_up.weight", "F32", {2, 1}, std::string(8, 0)}},
        "none of its 1 keys fits this model");
    row("another width", {tensor(".lora_up.weight", {640, 4}), tensor(".lora_down.weight", {4, 24})},
        "is for a weight of other than [24, 24] ([640, 4] and [4, 24]); it is made for another kind of model");
    row("one factor", {tensor(".lora_up.weight", {24, 4})}, "lacks one of its tensors");
    row("ranks that differ", {tensor(".lora_up.weight", {24, 4}), tensor(".lora_down.weight", {3, 24})},
        "made for another kind of model");
    row("no rank", {tensor(".lora_up.weight", {24, 0}), tensor(".lora_down.weight", {0, 24})},
        "made for another kind of model");
    row("two alphas", {tensor(".lora_up.weight", {24, 4}), tensor(".lora_down.weight", {4, 24}), tensor(".alpha", {2})},
        "alpha that is not one number");
    row("LoHa",
        {tensor(".hada_w1_a", {24, 2}), tensor(".hada_w1_b", {3, 24}), tensor(".hada_w2_a", {24, 2}),
            tensor(".hada_w2_b", {2, 24})},
        "factors of [24, 2] and [3, 24], which do not fit together");
    row("LoKr", {tensor(".lokr_w1", {4, 4}), tensor(".lokr_w2", {5, 5})}, "is of 400 numbers, the weight has 576");
    row("LoKr of nothing", {tensor(".lokr_w1", {0, 4}), tensor(".lokr_w2", {5, 5})}, "do not fit a weight of [24, 24]");
    row("a difference", {tensor(".diff", {24, 23})}, "is of 552 numbers, the weight has 576");
    row("a bias", {tensor(".diff_b", {23})},
        "changes 23 numbers of middle_block.1.proj_in.bias, of which the model has 24");
    row("magnitudes",
        {tensor(".lora_up.weight", {24, 4}), tensor(".lora_down.weight", {4, 24}), tensor(".dora_scale", {7, 1})},
        "has 7 magnitudes for a weight of [24, 24]");
    // Less in the file than its first sides say, and more in memory than anybody has.
    row("a fifth side", {tensor(".lora_up.weight", {24, 4}), tensor(".lora_down.weight", {4, 24, 1, 1, 0})},
        "made for another kind of model");
    row("an outer product", {tensor(".lokr_w1", {1, 60'000}), tensor(".lokr_w2", {1, 60'000})},
        "is of 3600000000 numbers, the weight has 576");
    row("LoHa of long factors",
        {tensor(".hada_w1_a", {60'000, 1}), tensor(".hada_w1_b", {1, 60'000}), tensor(".hada_w2_a", {24, 1}),
            tensor(".hada_w2_b", {1, 24})},
        "is of 3600000000 numbers, the weight has 576");
    row("LoKr of long factors",
        {tensor(".lokr_w1_a", {60'000, 1}), tensor(".lokr_w1_b", {1, 60'000}), tensor(".lokr_w2", {1, 1})},
        "which do not fit a weight of [24, 24]");
    row("another kind", {tensor(".oft_blocks", {4, 6, 6}), tensor(".alpha", {1})}, "of a kind that is not supported");
    row("no file of weights", {}, "holds no tensors");
}

void LoraTest::refuses()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, says);
    const std::string file = m_folder.filePath("refused.safetensors").toStdString();
    writeBytes(file, bytes.toStdString());
    const QByteArray text = refusalOf([&] { loadLora(gpu(), file, &m_model->net, m_texts); });
    QVERIFY2(text.contains(says.toUtf8()), text);
    QVERIFY2(text.contains("refused.safetensors"), text);
}

// diffusers' script for kohya's form writes it so.
void LoraTest::wholeAlphasAreRead()
{
    const std::string key = "lora_unet_mid_block_attentions_0_proj_in", zeros(384, 0);
    for (const auto& [type, size] : {std::pair("I64", size_t(8)), {"I32", size_t(4)}}) {
        std::string two(size, 0);
        two[0] = 2;
        const Lora lora = loadLora(gpu(),
            written({{key + ".lora_up.weight", "F32", {24, 4}, zeros},
                {key + ".lora_down.weight", "F32", {4, 24}, zeros}, {key + ".alpha", type, {}, two}}),
            &m_model->net, m_texts);
        QCOMPARE(lora.net.weights.at("middle_block.1.proj_in").scale, 0.5f);
    }
}

void LoraTest::notNumbersAreTold()
{
    const std::string key = "lora_unet_mid_block_attentions_0_proj_in";
    std::string values(96, 0);
    values[2] = char(0x80);
    values[3] = char(0x7f); // infinite
    const Lora lora = loadLora(gpu(),
        written(
            {{key + ".lora_up.weight", "F32", {24, 1}, values}, {key + ".lora_down.weight", "F32", {1, 24}, values}}),
        &m_model->net, m_texts);
    QCOMPARE(lora.warnings, std::vector<std::string>{"the LoRA has values that are not numbers in 2 tensors"});
}

void LoraTest::tagsOfPrompts()
{
    const auto tags = [](const char* prompt) {
        const PromptAndLoras found = takeLoraTags(prompt);
        std::string text = found.prompt;
        for (const NamedLora& lora : found.loras)
            text += '|' + lora.name + ' ' + std::to_string(lora.strength) + ' ' + std::to_string(lora.textStrength);
        return QString::fromStdString(text);
    };
    QCOMPARE(tags("a cat"), QString("a cat"));
    QCOMPARE(tags("a <lora:ink:0.8>cat"), QString("a cat|ink 0.800000 0.800000"));
    QCOMPARE(tags("<lyco:ink>"), QString("|ink 1.000000 1.000000"));
    QCOMPARE(tags("<lora:ink:0.5:0.25>"), QString("|ink 0.250000 0.500000"));
    QCOMPARE(tags("<lora:ink:unet=-2:te=0>"), QString("|ink -2.000000 0.000000"));
    QCOMPARE(tags("<lora:a b:1><lora:c:2>"), QString("|a b 1.000000 1.000000|c 2.000000 2.000000"));
    QCOMPARE(tags("<lora:ink:lbw=OUT>"), QString("<lora:ink:lbw=OUT>")); // is told with the prompt
    QCOMPARE(tags("<hypernet:ink:1>"), QString("<hypernet:ink:1>"));
}

void LoraTest::picturesTellTheirLoras()
{
    const Values loaded = runNode(*m_host, "load_checkpoint", {}, {{"file", testDataPath("tiny_a")}});
    const Values with = runNode(*m_host, "load_lora", {{"model", loaded[0]}, {"text_encoder", loaded[1]}},
        {{"file", path("kohya")}, {"model_strength", 0.5}, {"text_strength", 0.25}});
    const Value positive =
        runNode(*m_host, "encode_prompt", {{"text_encoder", with[1]}}, {{"text", std::string("a cat")}})[0];
    const Value latent = runNode(*m_host, "empty_latent", {}, {{"width", int64_t(64)}, {"height", int64_t(64)}})[0];
    const Value ended = runNode(*m_host, "sample", {{"model", with[0]}, {"positive", positive}, {"latent", latent}},
        {{"steps", int64_t(1)}, {"cfg", 1.0}})[0];
    const Infotext& info = as<LatentValue>(ended).infos.at(0);
    QCOMPARE(info.prompt, std::string("a cat <lora:lora_kohya:0.25:0.5>"));
    // A tag in the prompt itself does nothing there, and is not told; nor is a strength on what is not there.
    const Value tagged =
        runNode(*m_host, "encode_prompt", {{"text_encoder", loaded[1]}}, {{"text", std::string("a <lora:b:1>cat")}})[0];
    const Values alone = runNode(*m_host, "load_lora", {{"model", loaded[0]}}, {{"file", path("kohya")}});
    const Value other = runNode(*m_host, "sample", {{"model", alone[0]}, {"positive", tagged}, {"latent", latent}},
        {{"steps", int64_t(1)}, {"cfg", 1.0}})[0];
    QCOMPARE(as<LatentValue>(other).infos.at(0).prompt, std::string("a cat <lora:lora_kohya:0:1>"));
    QVERIFY(refusalOf(
        [&] {
            runNode(*m_host, "load_lora", {}, {{"file", path("kohya")}});
        },
        ErrorKind::BadArgument)
                .contains("nothing is linked"));
}

// One after another, and the first's strength changes.
void LoraTest::changedStrengthsReadNothingAgain()
{
    DeviceRunHost host;
    Values loaded = runNode(host, "load_checkpoint", {}, {{"file", testDataPath("tiny_a")}});
    const auto chained = [&](double first, double second) {
        const Values one =
            runNode(host, "load_lora", {{"model", loaded[0]}}, {{"file", path("kohya")}, {"model_strength", first}});
        const Values two =
            runNode(host, "load_lora", {{"model", one[0]}}, {{"file", path("lycoris")}, {"model_strength", second}});
        return as<ModelValue>(two[0]).net;
    };
    const auto before = chained(1, 1);
    const uint64_t live = host.gpu().memory().statistics(MemoryUse::Weights).liveBytes;
    const auto after = chained(0.5, -1);
    // But for a bias, which the second changes, both share everything.
    QVERIFY(host.gpu().memory().statistics(MemoryUse::Weights).liveBytes - live < 4096);
    QCOMPARE(weightsOf(*after).patches.size(), weightsOf(*before).patches.size());
    QCOMPARE(chained(0, 0), as<ModelValue>(loaded[0]).net);
    loaded.clear();
    const uint64_t kept = bytesOf(weightsOf(m_model->net));
    host.models().free(); // the text encoder, but not the UNet below the two
    QVERIFY(host.gpu().memory().statistics(MemoryUse::Weights).liveBytes > kept);
    QVERIFY(bytesOf(Value(std::make_shared<const ModelValue>(ModelValue{.net = after}))) < kept); // counted once
    QCOMPARE(weightsOf(*after).patches.size(), weightsOf(*before).patches.size());
}

void LoraTest::ofTwoTextEncoders()
{
    const StableDiffusion xl = loadStableDiffusion(gpu(), testDataPath("tiny_xl"), {.precision = DType::F32});
    const std::vector<const ClipText*> texts{
        &std::get<ClipEncoder>(xl.texts[0]).text, &std::get<ClipEncoder>(xl.texts[1]).text};
    const auto layer = [](const std::string& key, int64_t width, const char* byte) {
        std::string values;
        for (int64_t i = 0; i < width; ++i)
            values += std::string("\0\0\0", 3) + byte;
        return std::vector<TestTensor>{{key + ".lora_up.weight", "F32", {width, 1}, values},
            {key + ".lora_down.weight", "F32", {1, width}, values}};
    };
    std::vector<TestTensor> tensors;
    for (const auto& part : {layer("lora_te1_text_model_encoder_layers_0_self_attn_q_proj", 32, "\x3f"),
             layer("lora_te1_text_model_encoder_layers_2_self_attn_q_proj", 32, "\x3f"), // never used
             layer("lora_te2_text_model_encoder_layers_2_self_attn_q_proj", 24, "\x3f"),
             layer("lora_unet_middle_block_1_transformer_blocks_0_attn1_to_q", 24, "\x3f")})
        tensors.insert(tensors.end(), part.begin(), part.end());
    const Lora lora = loadLora(gpu(), written(tensors), &xl.net, texts);
    QCOMPARE(lora.warnings, std::vector<std::string>());
    QCOMPARE(lora.net.weights.size(), size_t(1));
    QCOMPARE(lora.texts.size(), size_t(2));
    QCOMPARE(lora.texts[0].weights.size(), size_t(1));
    QCOMPARE(lora.texts[1].weights.size(), size_t(1));
}

ATHANOR_TEST(LoraTest)
#include "lora_test.moc"
