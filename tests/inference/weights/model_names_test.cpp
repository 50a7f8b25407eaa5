// diffusers names against the single-file names that checkpoints of Stable Diffusion 1.x have.
#include "inference/weights/model_names.h"

#include "inference/weights/model_files.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QTest>
#include <algorithm>

using namespace athanor;

class ModelNamesTest : public QObject {
    Q_OBJECT
private slots:
    void translates_data();
    void translates();
    void dependsOnTheNumberOfLayers();
    void folderAndSingleFileAgree();
};

void ModelNamesTest::translates_data()
{
    QTest::addColumn<int>("part");
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    const auto row = [](Part part, const char* from, const char* to) {
        QTest::newRow(from) << int(part) << QString(from) << QString(to);
    };
    row(Part::UNet, "conv_in.weight", "input_blocks.0.0.weight");
    row(Part::UNet, "time_embedding.linear_2.bias", "time_embed.2.bias");
    row(Part::UNet, "down_blocks.0.resnets.0.norm1.weight", "input_blocks.1.0.in_layers.0.weight");
    row(Part::UNet, "down_blocks.1.resnets.1.time_emb_proj.bias", "input_blocks.5.0.emb_layers.1.bias");
    row(Part::UNet, "down_blocks.2.attentions.1.transformer_blocks.0.attn2.to_k.weight",
        "input_blocks.8.1.transformer_blocks.0.attn2.to_k.weight");
    row(Part::UNet, "down_blocks.2.downsamplers.0.conv.weight", "input_blocks.9.0.op.weight");
    row(Part::UNet, "down_blocks.3.resnets.1.conv2.weight", "input_blocks.11.0.out_layers.3.weight");
    row(Part::UNet, "mid_block.resnets.1.conv1.weight", "middle_block.2.in_layers.2.weight");
    row(Part::UNet, "mid_block.attentions.0.proj_in.weight", "middle_block.1.proj_in.weight");
    row(Part::UNet, "up_blocks.0.resnets.2.conv_shortcut.weight", "output_blocks.2.0.skip_connection.weight");
    row(Part::UNet, "up_blocks.0.upsamplers.0.conv.bias", "output_blocks.2.1.conv.bias");
    row(Part::UNet, "up_blocks.1.upsamplers.0.conv.bias", "output_blocks.5.2.conv.bias");
    row(Part::UNet, "up_blocks.3.attentions.2.norm.weight", "output_blocks.11.1.norm.weight");
    row(Part::UNet, "conv_norm_out.weight", "out.0.weight");
    row(Part::UNet, "conv_out.bias", "out.2.bias");
    row(Part::Vae, "encoder.conv_in.weight", "encoder.conv_in.weight");
    row(Part::Vae, "encoder.down_blocks.1.resnets.0.conv_shortcut.bias", "encoder.down.1.block.0.nin_shortcut.bias");
    row(Part::Vae, "encoder.down_blocks.2.downsamplers.0.conv.weight", "encoder.down.2.downsample.conv.weight");
    row(Part::Vae, "decoder.up_blocks.0.resnets.2.norm2.weight", "decoder.up.3.block.2.norm2.weight");
    row(Part::Vae, "decoder.up_blocks.2.upsamplers.0.conv.weight", "decoder.up.1.upsample.conv.weight");
    row(Part::Vae, "decoder.mid_block.attentions.0.group_norm.bias", "decoder.mid.attn_1.norm.bias");
    row(Part::Vae, "encoder.mid_block.attentions.0.to_out.0.weight", "encoder.mid.attn_1.proj_out.weight");
    row(Part::Vae, "encoder.mid_block.attentions.0.query.weight", "encoder.mid.attn_1.q.weight");
    row(Part::Vae, "decoder.mid_block.attentions.0.proj_attn.bias", "decoder.mid.attn_1.proj_out.bias");
    row(Part::Vae, "decoder.mid_block.resnets.1.norm1.weight", "decoder.mid.block_2.norm1.weight");
    row(Part::Vae, "decoder.conv_norm_out.weight", "decoder.norm_out.weight");
    row(Part::Vae, "post_quant_conv.weight", "post_quant_conv.weight");
    row(Part::Vae, "decoder.up.3.block.0.conv1.weight", "decoder.up.3.block.0.conv1.weight");
    row(Part::TextEncoder, "text_model.encoder.layers.11.mlp.fc1.bias", "encoder.layers.11.mlp.fc1.bias");
    row(Part::TextEncoder, "final_layer_norm.weight", "final_layer_norm.weight");
    row(Part::TextEncoder, "positional_embedding", "embeddings.position_embedding.weight");
    row(Part::TextEncoder, "token_embedding.weight", "embeddings.token_embedding.weight");
    row(Part::TextEncoder, "ln_final.bias", "final_layer_norm.bias");
    row(Part::TextEncoder, "transformer.resblocks.22.ln_1.weight", "encoder.layers.22.layer_norm1.weight");
    row(Part::TextEncoder, "transformer.resblocks.0.attn.in_proj_weight", "encoder.layers.0.self_attn.in_proj.weight");
    row(Part::TextEncoder, "transformer.resblocks.0.attn.in_proj_bias", "encoder.layers.0.self_attn.in_proj.bias");
    row(Part::TextEncoder, "transformer.resblocks.3.attn.out_proj.bias", "encoder.layers.3.self_attn.out_proj.bias");
    row(Part::TextEncoder, "transformer.resblocks.3.mlp.c_proj.weight", "encoder.layers.3.mlp.fc2.weight");
    row(Part::TextEncoder, "transformer.resblocks.", "transformer.resblocks.");
    // Nothing a name can hold leads astray.
    for (const char* odd : {"down_blocks.", "down_blocks.0", "down_blocks.-1.resnets.0.x",
             "down_blocks.100.resnets.0.x", "down_blocks.0.resnets.", "up_blocks.x.y.z", ""})
        row(Part::UNet, odd, odd);
}

void ModelNamesTest::translates()
{
    QFETCH(int, part);
    QFETCH(QString, from);
    QFETCH(QString, to);
    // The name among those that tell the numbers of layers and blocks of Stable Diffusion 1.x.
    const std::vector<std::string> names{from.toStdString(), "down_blocks.0.resnets.1.conv1.weight",
        "up_blocks.1.attentions.0.norm.weight", "up_blocks.2.attentions.0.norm.weight",
        "up_blocks.3.attentions.0.norm.weight", "decoder.up_blocks.3.resnets.0.conv1.weight"};
    QCOMPARE(QString::fromStdString(singleFileNames(Part(part), names)[0]), to);
}

void ModelNamesTest::dependsOnTheNumberOfLayers()
{
    const std::vector<std::string> one{"down_blocks.0.resnets.0.conv1.weight", "down_blocks.1.resnets.0.conv1.weight",
        "up_blocks.1.resnets.1.conv1.weight", "down_blocks.0.downsamplers.0.conv.weight",
        "up_blocks.0.upsamplers.0.conv.weight", "up_blocks.0.attentions.0.norm.weight"};
    const std::vector<std::string> expected{"input_blocks.1.0.in_layers.2.weight",
        "input_blocks.3.0.in_layers.2.weight", "output_blocks.3.0.in_layers.2.weight", "input_blocks.2.0.op.weight",
        "output_blocks.1.2.conv.weight", "output_blocks.0.1.norm.weight"};
    QCOMPARE(singleFileNames(Part::UNet, one), expected);
}

// The same model, saved both ways by the reference: 686 UNet tensors and all others under equal names and shapes.
void ModelNamesTest::folderAndSingleFileAgree()
{
    const ModelFiles folder = openModel(testDataPath("tiny_a"));
    const ModelFiles single = openModel(testDataPath("tiny_a.safetensors"));
    QCOMPARE(folder.unet.tensors.size(), size_t(686));
    for (const Part part : {Part::TextEncoder, Part::UNet, Part::Vae}) {
        const auto& a = partOf(folder, part).tensors;
        const auto& b = partOf(single, part).tensors;
        QVERIFY(!a.empty());
        QVERIFY(std::ranges::equal(a, b,
            [](const PartTensor& x, const PartTensor& y) { return x.name == y.name && x.info.shape == y.info.shape; }));
    }
}

ATHANOR_TEST(ModelNamesTest)
#include "model_names_test.moc"
