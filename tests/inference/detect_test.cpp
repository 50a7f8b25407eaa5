// What a model file must hold, and how one that does not is refused: cases S20, S27, S28, S29 and S34 of the catalogue
// of bad inputs. The files are the tiny models with something taken away or changed in the list of tensors.
#include "inference/models/autoencoder_kl.h"
#include "inference/models/clip_text.h"
#include "inference/models/stable_diffusion.h"
#include "inference/models/unet.h"
#include "inference/weights/load_weights.h"
#include "inference/weights/model_files.h"
#include "render/error.h"
#include "tests/support/refusal.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"
#include <QTest>
#include <algorithm>
#include <functional>

using namespace athanor;

namespace {

ModelFiles tiny()
{
    return openModel(testDataPath("tiny_a.safetensors"));
}

void erase(ModelPart& part, std::string_view prefix)
{
    std::erase_if(part.tensors, [&](const PartTensor& t) { return t.name.starts_with(prefix); });
}

PartTensor& tensor(ModelPart& part, const std::string& name)
{
    return *std::find_if(part.tensors.begin(), part.tensors.end(), [&](const PartTensor& t) { return t.name == name; });
}

}

class DetectTest : public QObject {
    Q_OBJECT
private slots:
    void findsTheConfigurations_data()
    {
        QTest::addColumn<QString>("file");
        QTest::newRow("folder") << "tiny_a";
        QTest::newRow("single file") << "tiny_a.safetensors";
    }
    void findsTheConfigurations()
    {
        QFETCH(QString, file);
        const ModelFiles files = openModel(testDataPath(file.toStdString()));
        const UNetConfig unet = detectUNet(files).config;
        QCOMPARE(unet.channels, 8);
        QCOMPARE(unet.contextWidth, 32);
        QCOMPARE(unet.heads, 2);
        QCOMPARE(unet.normGroups, 4);
        QCOMPARE(unet.downsamplings, 3);
        const ClipTextConfig text = detectClipText(files).config;
        QCOMPARE(text.layers, 3);
        QCOMPARE(text.width, 32);
        QCOMPARE(text.heads, 2);
        QCOMPARE(text.positions, 77);
        QCOMPARE(text.vocabulary, 700);
        const AutoencoderKlConfig vae = detectAutoencoderKl(files).config;
        QCOMPARE(vae.latent.channels, 4);
        QCOMPARE(vae.latent.downsamplings, 3);
        QCOMPARE(vae.normGroups, 4);
        QCOMPARE(vae.latent.scale, 0.18215);
    }

    void withoutConfigurationItIsStableDiffusion1()
    {
        const ModelFiles files = openModel(testDataPath("tiny_b.ckpt"));
        QCOMPARE(detectUNet(files).config.heads, 8);
        QCOMPARE(detectUNet(files).config.normGroups, 32);
        QCOMPARE(detectAutoencoderKl(files).config.normGroups, 32);
        QCOMPARE(detectClipText(files).config.vocabulary, 49408);
    }

    void saysWhatEachTensorIsFor()
    {
        ModelFiles files = tiny();
        const Detected<UNetConfig> unet = detectUNet(files);
        const Detected<ClipTextConfig> text = detectClipText(files);
        QCOMPARE(unet.roles.at("input_blocks.0.0.weight"), TensorRole::Product);
        QCOMPARE(unet.roles.at("time_embed.0.weight"), TensorRole::Product);
        QCOMPARE(unet.roles.at("input_blocks.0.0.bias"), TensorRole::Vector);
        QCOMPARE(unet.roles.at("out.0.weight"), TensorRole::Vector);
        QCOMPARE(text.roles.at("embeddings.token_embedding.weight"), TensorRole::Table);
        QCOMPARE(text.roles.at("embeddings.position_embedding.weight"), TensorRole::Table);
        QCOMPARE(text.roles.at("final_layer_norm.weight"), TensorRole::Vector);
        // What is not the network's is not read.
        const uint64_t read = storedBytes(files.textEncoder, text.roles);
        files.textEncoder.tensors.push_back(files.textEncoder.tensors.front());
        files.textEncoder.tensors.back().name = "text_projection.weight";
        QCOMPARE(storedBytes(files.textEncoder, detectClipText(files).roles), read);
    }

    void refuses_data()
    {
        using Change = std::function<void(ModelFiles&)>;
        QTest::addColumn<Change>("change");
        QTest::addColumn<QStringList>("says");
        const auto row = [](const char* name, Change change, QStringList says) {
            QTest::newRow(name) << change << says;
        };
        row("one UNet tensor missing", [](ModelFiles& f) { erase(f.unet, "input_blocks.4.0.out_layers.3.bias"); },
            {"UNet lacks 1 tensor", "input_blocks.4.0.out_layers.3.bias"});
        row("a UNet block missing in the middle", [](ModelFiles& f) { erase(f.unet, "input_blocks.5."); },
            {"UNet lacks", "input_blocks.5."});
        row("the last UNet block missing", [](ModelFiles& f) { erase(f.unet, "output_blocks.11."); },
            {"UNet lacks", "output_blocks.11."});
        row("half of the UNet missing", [](ModelFiles& f) { erase(f.unet, "output_blocks."); }, {"UNet lacks"});
        row("a text layer's tensors missing", [](ModelFiles& f) { erase(f.textEncoder, "encoder.layers.1.mlp"); },
            {"text encoder lacks 4 tensors", "encoder.layers.1.mlp.fc1.weight"});
        row("half of the VAE missing", [](ModelFiles& f) { erase(f.vae, "encoder."); }, {"VAE lacks"});
        row("a wrong convolution",
            [](ModelFiles& f) {
                tensor(f.unet, "input_blocks.1.0.in_layers.2.weight").info.shape = {8, 7, 3, 3};
            },
            {"input_blocks.1.0.in_layers.2.weight", "found [8, 7, 3, 3]", "expected [8, 8, 3, 3]"});
        row("a wrong norm", [](ModelFiles& f) { tensor(f.vae, "decoder.norm_out.weight").info.shape = {5}; },
            {"decoder.norm_out.weight", "found [5]", "expected [4]"});
        row("a norm of two sides",
            [](ModelFiles& f) {
                tensor(f.vae, "decoder.norm_out.weight").info.shape = {4, 1};
            },
            {"decoder.norm_out.weight", "found [4, 1]", "expected [4]"});
        row("a convolution of five sides",
            [](ModelFiles& f) {
                tensor(f.unet, "input_blocks.1.0.in_layers.2.weight").info.shape = {8, 8, 3, 3, 1};
            },
            {"found [8, 8, 3, 3, 1]", "expected [8, 8, 3, 3]"});
        row("a wrong position table",
            [](ModelFiles& f) {
                tensor(f.textEncoder, "embeddings.position_embedding.weight").info.shape = {77, 16};
            },
            {"embeddings.position_embedding.weight", "found [77, 16]", "expected [77, 32]"});
        row("heads that do not divide",
            [](ModelFiles& f) { f.files[0].metadata["athanor.unet.attention_heads"] = "5"; },
            {"5 attention heads", "channels"});
        row("norm groups that do not divide",
            [](ModelFiles& f) { f.files[0].metadata["athanor.vae.norm_groups"] = "3"; }, {"3 norm groups"});
        row("heads that are no number",
            [](ModelFiles& f) { f.files[0].metadata["athanor.unet.attention_heads"] = "2x"; },
            {"athanor.unet.attention_heads", "2x", "whole number"});
        row("heads beyond the limit",
            [](ModelFiles& f) { f.files[0].metadata["athanor.unet.attention_heads"] = "65537"; }, {"65537"});
    }
    void refuses()
    {
        QFETCH(std::function<void(ModelFiles&)>, change);
        QFETCH(QStringList, says);
        ModelFiles files = tiny();
        change(files);
        const QString message = refusalOf([&] {
            detectClipText(files);
            detectUNet(files);
            detectAutoencoderKl(files);
        });
        for (const QString& part : says)
            QVERIFY2(message.contains(part), qPrintable(message));
    }

    void listsFiveNamesAtMost()
    {
        ModelFiles files = tiny();
        erase(files.vae, "decoder.up.");
        files.vae.tensors.push_back(tensor(files.unet, "out.0.weight"));
        files.vae.tensors.back().name = "decoder.up.3.block.0.conv2.weight";
        std::sort(files.vae.tensors.begin(), files.vae.tensors.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
        const QString message = refusalOf([&] { detectAutoencoderKl(files); });
        QVERIFY2(message.count(".weight") + message.count(".bias") <= 5, qPrintable(message));
    }

    // S34: said before anything is loaded.
    void refusesWhatDoesNotFit()
    {
        GpuOptions options;
        options.mask.maxMemory = 256 << 10;
        Gpu gpu(options);
        const QString message =
            refusalOf([&] { loadStableDiffusion(gpu, testDataPath("tiny_a.safetensors"), {.precision = DType::F32}); },
                ErrorKind::OutOfMemory);
        QVERIFY2(message.contains("MiB"), qPrintable(message));
        QCOMPARE(gpu.memory().statistics(MemoryUse::Weights).peakAllocatedBytes, uint64_t(0));
    }

    void cancelsWhileLoading()
    {
        Gpu gpu;
        std::stop_source stop;
        LoadOptions options;
        options.onProgress = [&](double done) {
            if (done > 0.5)
                stop.request_stop();
        };
        options.stop = stop.get_token();
        QCOMPARE(refusalOf([&] { loadStableDiffusion(gpu, testDataPath("tiny_a"), options); }, ErrorKind::Cancelled),
            "cancelled");
        QCOMPARE(gpu.memory().statistics(MemoryUse::Weights).liveBytes, uint64_t(0));
    }
};

ATHANOR_TEST(DetectTest)
#include "detect_test.moc"
