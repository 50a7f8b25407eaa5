// What a file is, from its tensors (S30 to S32): every kind given in place of every other is refused by its name.
#include "inference/weights/families.h"

#include "tests/support/model_bytes.h"
#include "tests/support/test_program.h"

#include <QTest>
#include <algorithm>
#include <initializer_list>
#include <string_view>

using namespace athanor;

namespace {

using Shapes = std::vector<std::pair<std::string, std::vector<int64_t>>>;

Family identified(const Shapes& shapes, const std::map<std::string, std::string>& metadata = {})
{
    std::vector<NamedShape> named;
    for (const auto& [name, shape] : shapes)
        named.push_back({name, shape});
    return identify(named, metadata);
}

Shapes unet(const std::string& prefix, int64_t inputs, int64_t context, bool linear = false)
{
    return {{prefix + "input_blocks.0.0.weight", {320, inputs, 3, 3}},
        {prefix + "input_blocks.1.1.proj_in.weight",
            linear ? std::vector<int64_t>{320, 320} : std::vector<int64_t>{320, 320, 1, 1}},
        {prefix + "input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight", {320, context}}};
}

Shapes with(Shapes shapes, const std::string& name, std::vector<int64_t> shape = {1})
{
    shapes.emplace_back(name, std::move(shape));
    return shapes;
}

const std::string checkpointPrefix = "model.diffusion_model.";

struct FamilyCase {
    const char* name; // as describe() says it
    Shapes shapes;
};

// One of each that people have, with the names that tell it.
const std::vector<FamilyCase>& familyCases()
{
    static const std::vector<FamilyCase> all{
        {"a Stable Diffusion 1.x checkpoint", unet(checkpointPrefix, 4, 768)},
        {"a Stable Diffusion 1.x checkpoint for inpainting (9 input channels)", unet(checkpointPrefix, 9, 768)},
        {"a Stable Diffusion 1.x checkpoint for InstructPix2Pix editing (8 input channels)",
            unet(checkpointPrefix, 8, 768)},
        {"a Stable Diffusion 2 checkpoint",
            with(unet(checkpointPrefix, 4, 1024, true), "cond_stage_model.model.ln_final.weight", {1024})},
        {"a Stable Diffusion 2 checkpoint that is shown depth (5 input channels)",
            unet(checkpointPrefix, 5, 1024, true)},
        {"an SDXL checkpoint", with(unet(checkpointPrefix, 4, 2048, true), checkpointPrefix + "label_emb.0.0.weight")},
        {"a Stable Diffusion 3 checkpoint", {{checkpointPrefix + "joint_blocks.0.x_block.attn.qkv.weight", {1, 1}}}},
        {"a Stable Diffusion 3 diffusion model alone", {{"joint_blocks.0.x_block.attn.qkv.weight", {1, 1}}}},
        {"a Stable Diffusion 3 diffusion model alone",
            {{"pos_embed.proj.weight", {1, 16, 2, 2}}, {"transformer_blocks.0.attn.add_q_proj.weight", {1, 1}}}},
        {"a Flux checkpoint", {{checkpointPrefix + "double_blocks.0.img_attn.qkv.weight", {1, 1}}}},
        {"a Flux diffusion model alone", {{"double_blocks.0.img_attn.qkv.weight", {1, 1}}}},
        {"a Stable Diffusion 1.x diffusion model alone", unet("", 4, 768)},
        {"a LoRA", {{"lora_unet_down_blocks_0_attentions_0_proj_in.lora_up.weight", {320, 4}}}},
        {"a LyCORIS", {{"lora_unet_down_blocks_0_attentions_0_proj_in.hada_w1_a", {320, 4}}}},
        {"a Stable Diffusion 1.x ControlNet",
            with(unet("control_model.", 4, 768), "control_model.zero_convs.0.0.weight")},
        {"a Stable Diffusion 2 ControlNet", with(unet("", 4, 1024, true), "input_hint_block.0.weight")},
        {"an SDXL ControlNet", with(with(unet("", 4, 2048, true), "zero_convs.0.0.weight"), "label_emb.0.0.weight")},
        {"a Stable Diffusion 3 ControlNet",
            {{"pos_embed.proj.weight", {1, 16, 2, 2}}, {"transformer_blocks.0.attn.add_q_proj.weight", {1, 1}},
                {"controlnet_blocks.0.weight", {1, 1}}}},
        {"a Control-LoRA", with(unet("", 4, 2048, true), "lora_controlnet")},
        {"a T2I-Adapter", {{"conv_in.weight", {320, 64, 3, 3}}, {"body.0.block1.weight", {320, 320, 3, 3}}}},
        {"a VAE", {{"decoder.conv_in.weight", {512, 4, 3, 3}}, {"decoder.conv_out.weight", {3, 128, 3, 3}}}},
        {"a CLIP text encoder", {{"text_model.embeddings.token_embedding.weight", {49408, 768}}}},
        {"a CLIP text encoder",
            {{"token_embedding.weight", {49408, 1280}}, {"transformer.resblocks.0.ln_1.weight", {1280}}}},
        {"a T5 text encoder", {{"encoder.block.0.layer.0.SelfAttention.q.weight", {4096, 4096}}}},
        {"a textual-inversion embedding", {{"string_to_param.*", {2, 768}}}},
        {"an upscaler", {{"conv_first.weight", {64, 3, 3, 3}}}},
        {"a model of an unknown kind", {{"a", {1}}}},
    };
    return all;
}

}

class FamilyTest : public QObject {
    Q_OBJECT
private slots:
    void identifies_data();
    void identifies();
    void widthDoesNotMatter();
    void refusesByName_data() { identifies_data(); }
    void refusesByName();
    void vPrediction();
    void pipelineClasses();
};

void FamilyTest::identifies_data()
{
    QTest::addColumn<int>("index");
    for (size_t i = 0; i < familyCases().size(); ++i)
        QTest::newRow(familyCases()[i].name) << int(i);
}

void FamilyTest::identifies()
{
    QFETCH(int, index);
    QCOMPARE(describe(identified(familyCases()[size_t(index)].shapes)), std::string(familyCases()[size_t(index)].name));
}

// A tiny model has a text encoder of any width; only the projections' rank tells 1.x from 2.
void FamilyTest::widthDoesNotMatter()
{
    QCOMPARE(identified(unet(checkpointPrefix, 4, 16)).architecture, Architecture::StableDiffusion1);
    QCOMPARE(identified(unet(checkpointPrefix, 4, 16, true)).architecture, Architecture::StableDiffusion2);
    // Networks of Stable Diffusion 2 that take the embedding of a picture.
    QCOMPARE(
        identified(with(unet(checkpointPrefix, 4, 1024, true), checkpointPrefix + "label_emb.0.0.weight")).architecture,
        Architecture::StableDiffusion2);
}

void FamilyTest::refusesByName()
{
    QFETCH(int, index);
    const FamilyCase& given = familyCases()[size_t(index)];
    const Family family = identified(given.shapes);
    const std::string asModel = refusal([&] { requireCheckpoint(family, "x.bin"); });
    const std::string asVae = refusal([&] { requireVae(family, "x.bin"); });
    const std::string asControlNet = refusal([&] { requireControlNet(family, "x.bin"); });
    const auto isOneOf = [&](std::initializer_list<std::string_view> names) {
        return std::ranges::find(names, std::string_view(given.name)) != names.end();
    };
    const bool isModel = isOneOf(
        {"a Stable Diffusion 1.x checkpoint", "a Stable Diffusion 1.x checkpoint for inpainting (9 input channels)",
            "a Stable Diffusion 2 checkpoint", "an SDXL checkpoint", "a Stable Diffusion 3 checkpoint"});
    const bool holdsVae = isModel || family.kind == ModelKind::Vae
        || isOneOf({"a Stable Diffusion 1.x checkpoint for InstructPix2Pix editing (8 input channels)",
            "a Stable Diffusion 2 checkpoint that is shown depth (5 input channels)"});
    const std::string asDenoiser = refusal([&] { requireDenoiser(family, "x.bin"); });
    const std::string asText = refusal([&] { requireText(family, "x.bin"); });
    QCOMPARE(asModel.empty(), isModel);
    QCOMPARE(asDenoiser.empty(),
        isModel
            || isOneOf({"a Stable Diffusion 1.x diffusion model alone", "a Stable Diffusion 3 diffusion model alone"}));
    QCOMPARE(asText.empty(), isOneOf({"a CLIP text encoder", "a T5 text encoder"}));
    QCOMPARE(asVae.empty(), holdsVae);
    QCOMPARE(asControlNet.empty(),
        isOneOf({"a Stable Diffusion 1.x ControlNet", "a Stable Diffusion 2 ControlNet", "an SDXL ControlNet"}));
    for (const std::string& text : {asModel, asDenoiser, asText, asVae, asControlNet})
        if (!text.empty())
            QVERIFY2(
                text.find(std::string("x.bin: this is ") + given.name + ", this command takes ") == 0, text.c_str());
    // Add-ons are told where they belong.
    if (family.kind == ModelKind::Lora || family.kind == ModelKind::ControlNet || family.kind == ModelKind::Vae)
        QVERIFY2(asModel.find("; ") != std::string::npos, asModel.c_str());
}

void FamilyTest::vPrediction()
{
    const Shapes shapes = unet(checkpointPrefix, 4, 768);
    QVERIFY(!identified(shapes).vPrediction);
    QVERIFY(!identified(shapes, {{"modelspec.prediction_type", "epsilon"}}).vPrediction);
    QVERIFY(identified(shapes, {{"modelspec.prediction_type", "v"}}).vPrediction);
    QVERIFY(identified(with(shapes, "v_pred")).vPrediction);
    QCOMPARE(refusal([&] { requireCheckpoint(identified(with(shapes, "v_pred")), "x"); }), std::string());
}

void FamilyTest::pipelineClasses()
{
    QCOMPARE(identifyPipelineClass("StableDiffusionPipeline").architecture, Architecture::StableDiffusion1);
    QCOMPARE(identifyPipelineClass("StableDiffusionXLPipeline").architecture, Architecture::Sdxl);
    QCOMPARE(identifyPipelineClass("StableDiffusion3Pipeline").architecture, Architecture::StableDiffusion3);
    QCOMPARE(identifyPipelineClass("FluxPipeline").architecture, Architecture::Flux);
    for (const char* unknown : {"", "Pipeline", "StableDiffusion", "KandinskyPipeline"})
        QCOMPARE(identifyPipelineClass(unknown).kind, ModelKind::Unknown);
}

ATHANOR_TEST(FamilyTest)
#include "family_test.moc"
