// LoRAs and their like for Stable Diffusion 3's transformer, against diffusers, peft and LyCORIS
// (tests/reference/lora_sd3.py): files of diffusers' names, and of sd-scripts', which change queries, keys and values
// as one.
#include "inference/models/lora.h"
#include "inference/models/stable_diffusion.h"
#include "inference/tensor/channels_last.h"
#include "inference/weights/lora_keys.h"
#include "tests/support/reference.h"
#include "tests/support/refusal.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QTest>

#include <memory>
#include <string>
#include <variant>
#include <vector>

using namespace athanor;

class LoraSd3Test : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanupTestCase();
    void networksAreAsTheLibraries_data();
    void networksAreAsTheLibraries();
    void severalLayersMayBeOne();
    void anothersLoraIsRefused();

private:
    std::vector<float> output(const Denoiser& net);
    Lora load(const std::string& file) { return loadLora(*m_gpu, testDataPath(file), &m_model->net, m_texts); }

    std::unique_ptr<Gpu> m_gpu;
    std::unique_ptr<StableDiffusion> m_model;
    std::vector<const ClipText*> m_texts;
    TensorFile m_inputs, m_reference;
};

void LoraSd3Test::initTestCase()
{
    m_gpu = std::make_unique<Gpu>(GpuOptions{.validation = true});
    m_model = std::make_unique<StableDiffusion>(
        loadStableDiffusion(*m_gpu, testDataPath("tiny_sd3"), {.precision = DType::F32}));
    for (const TextEncoder& text : m_model->texts) {
        const auto* clip = std::get_if<ClipEncoder>(&text);
        m_texts.push_back(clip ? &clip->text : nullptr);
    }
    m_inputs = openReference("stable_diffusion_3.safetensors");
    m_reference = openReference("lora_sd3.safetensors");
}

void LoraSd3Test::cleanupTestCase()
{
    QCOMPARE(m_gpu->validationMessages(), 0u);
    m_model.reset();
    m_gpu.reset();
}

std::vector<float> LoraSd3Test::output(const Denoiser& net)
{
    const auto firstOf = [&](const char* name, Shape shape) {
        std::vector<float> values = referenceValues(m_inputs, name);
        values.resize(values.size() / 3);
        return tensorFrom(*m_gpu, std::move(shape), values);
    };
    const Tensor latent =
        tensorFrom(*m_gpu, {1, 12, 8, 16}, toNhwc(referenceValues(m_inputs, "sd3.12x8.latent"), 1, 16));
    const Conditions conditions(firstOf("sd3.context", {1, 154, 48}), firstOf("sd3.pooled", {1, 36}));
    return toNchw(toHost(evaluate(net, latent, referenceValues(m_inputs, "sd3.12x8.times"), conditions)), 1, 16);
}

void LoraSd3Test::networksAreAsTheLibraries_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name : {"diffusers", "kohya", "lokr"})
        QTest::newRow(name) << name;
}

// fp32 as everywhere: 1e-4. What the files add moves the outputs by far more.
void LoraSd3Test::networksAreAsTheLibraries()
{
    QFETCH(QString, name);
    const std::string of = name.toStdString();
    const Lora lora = load("lora_sd3_" + of + ".safetensors");
    QCOMPARE(lora.warnings, std::vector<std::string>());
    const std::vector<float> expected = referenceValues(m_reference, of + ".net");
    const double error = relativeL2(output(withPatches(m_model->net, lora.net, 1)), expected),
                 without = relativeL2(output(m_model->net), expected);
    qInfo("relative L2 %.2e, without it %.2e", error, without);
    QVERIFY(error <= 1e-4);
    QVERIFY(without > 0.01);
    QCOMPARE(output(withPatches(m_model->net, lora.net, 0)), output(m_model->net)); // bit for bit
    if (name == "lokr")
        return;
    const std::vector<float> stored = referenceValues(m_inputs, "sd3.clip_l.ids");
    const std::vector<int32_t> ids(stored.begin(), stored.begin() + 77);
    const ClipStates states = encodeText(withPatches(*m_texts[0], lora.texts[0], 1), ids);
    QVERIFY(relativeL2(toHost(states.tokens), referenceValues(m_reference, of + ".states")) <= 1e-4);
    QVERIFY(relativeL2(toHost(states.pooled), referenceValues(m_reference, of + ".pooled")) <= 1e-4);
    QVERIFY(lora.texts[1].weights.empty() && lora.texts[2].weights.empty());
}

void LoraSd3Test::severalLayersMayBeOne()
{
    const std::vector<std::string> layers{"joint_blocks.0.x_block.attn.q", "joint_blocks.0.x_block.attn.k",
        "joint_blocks.0.x_block.attn.v", "final_layer.adaLN_modulation.1.scale", "final_layer.adaLN_modulation.1.shift",
        "joint_blocks.2.context_block.adaLN_modulation.1.scale",
        "joint_blocks.2.context_block.adaLN_modulation.1.shift"};
    const LoraLayers keys = transformerLoraLayers(layers);
    using Names = std::vector<std::string>;
    QCOMPARE(keys.at("lora_unet_joint_blocks_0_x_block_attn_qkv"), (Names{layers[0], layers[1], layers[2]}));
    QCOMPARE(keys.at("transformer.transformer_blocks.0.attn.to_k"), Names{layers[1]});
    QCOMPARE(keys.at("lora_unet_final_layer_adaLN_modulation_1"), (Names{layers[4], layers[3]}));
    QCOMPARE(keys.at("transformer.norm_out.linear"), (Names{layers[3], layers[4]}));
    QCOMPARE(keys.at("transformer.transformer_blocks.2.norm1_context.linear"), (Names{layers[5], layers[6]}));
    QCOMPARE(keys.at("diffusion_model.joint_blocks.2.context_block.adaLN_modulation.1"), (Names{layers[6], layers[5]}));
}

void LoraSd3Test::anothersLoraIsRefused()
{
    const QByteArray text = refusalOf([&] { load("lora_kohya.safetensors"); });
    QVERIFY2(text.contains("keys fits this model") || text.contains("made for another kind of model"), text);
}

ATHANOR_TEST(LoraSd3Test)
#include "lora_sd3_test.moc"
