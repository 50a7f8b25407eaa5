// The .yaml beside a checkpoint: what is read of it, and that it is read as data from strangers.
#include "inference/weights/model_files.h"
#include "inference/weights/model_yaml.h"

#include "inference/models/autoencoder_kl.h"
#include "inference/models/noise_config.h"
#include "inference/models/unet.h"
#include "tests/support/model_bytes.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <filesystem>

using namespace athanor;
namespace fs = std::filesystem;

namespace {

std::string params(const std::string& line)
{
    return "model:\n  params:\n    " + line + "\n";
}

// Tiny model a with such a file beside it.
struct WithYaml {
    explicit WithYaml(const std::string& text)
        : path(folder.filePath("m.v1.safetensors").toStdString())
    {
        fs::create_symlink(testDataPath("tiny_a.safetensors"), path);
        writeBytes(folder.filePath("m.v1.yaml").toStdString(), text);
    }
    QTemporaryDir folder;
    std::string path;
};

}

class ModelYamlTest : public QObject {
    Q_OBJECT
private slots:
    void readsWhatItSays()
    {
        const WithYaml model(
            "# comment\nmodel:\n  target: ldm.models.diffusion.ddpm.LatentDiffusion\n  params:\n"
            "    parameterization: \"v\"   # as SD 2\r\n    linear_start: 0.001\n    linear_end: 2.0e-02\n"
            "    beta_schedule: sqrt_linear\n    timesteps: 500\n    scale_factor: 0.2\n"
            "    unet_config:\n      target: x\n      params:\n        num_heads: 4\n"
            "        num_head_channels: -1\n"
            "        attention_resolutions: [ 4, 2, 1 ]\n        use_scale_shift_norm: False\n");
        ModelFiles files = openModel(model.path);
        QCOMPARE(detectAutoencoderKl(files).config.latent.scale, 0.2);
        files.files[0].metadata.clear(); // which says its prediction, before any other file
        const NoiseConfig noise = detectNoise(files);
        QCOMPARE(noise.prediction, Prediction::Velocity);
        QCOMPARE(noise.noise->sigmas.size(), size_t(500));
        QVERIFY(std::abs(noise.noise->sigmas.front() - std::sqrt(0.001 / 0.999)) < 1e-12);
        QCOMPARE(files.unet.config.at("num_attention_heads").get<int>(), 4);
        QVERIFY(!files.unet.config.contains("num_head_channels")); // -1 is none
    }

    // As Stable Diffusion 2's have it.
    void readsTheWidthOfHeads()
    {
        const WithYaml model(
            "model:\n  params:\n    unet_config:\n      params:\n        num_head_channels: 4 # need to fix\n");
        ModelFiles files = openModel(model.path);
        files.files[0].metadata.erase("athanor.unet.attention_heads");
        QCOMPARE(detectUNet(files).config.headChannels, 4);
    }

    void withoutItNothingChanges()
    {
        const ModelFiles files = openModel(testDataPath("tiny_a.safetensors"));
        QVERIFY(files.schedulerConfig.is_null() && files.unet.config.is_null() && files.vae.config.is_null());
    }

    void passesOverTheRest()
    {
        const auto values =
            readYaml("---\nother: |\n  model:\n    params:\n      parameterization: v\n"
                     "list:\n- model:\n    params:\n      parameterization: v\n"
                     "'model':\n  params: # here\n    - parameterization: v\n    log: {a: 1}\n"
                     "    key without a colon\n    first_stage_key: \"a: b # c\"\n    timesteps: 1000 # d\n"
                     "...\nmodel:\n  params:\n    parameterization: v\n",
                "m.yaml");
        QCOMPARE(values.size(), size_t(1));
        QCOMPARE(values.at("model.params.timesteps"), std::string("1000"));
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const std::string& text, const char* says) {
            QTest::newRow(name) << QByteArray::fromStdString(text) << says;
        };
        row("unknown parameterization", params("parameterization: w"),
            "model.params.parameterization is \"w\", supported is eps, v, x0");
        row("no number", params("scale_factor: 0.1.2"), "model.params.scale_factor is \"0.1.2\", expected a number");
        row("twice", params("timesteps: 1000\n    timesteps: 1000"), "model.params.timesteps is there twice");
        row("twice above", params("timesteps: 1000") + params("x: 1"), "model is there twice");
        row("braces", "model:\n  params: {parameterization: v}\n", "written in a way that is not read here");
        row("anchor", params("parameterization: &a v"), "written in a way that is not read here");
        row("alias", "model: *m\n", "written in a way that is not read here");
        row("as JSON", R"({"model": {"params": {"parameterization": "v"}}})", "is written in braces");
        row("tab", "model:\n\tparams:\n", "begins with a tab");
        row("zero byte", std::string("model:\0\n", 8), "holds a zero byte");
        row("scale and shift", params("unet_config:\n      params:\n        use_scale_shift_norm: True"),
            "use_scale_shift_norm is \"True\", supported is false");
        row("escape", params("parameterization: \x1b[2Jv"), "parameterization is \"\\x1b[2Jv\"");
        std::string deep;
        for (size_t i = 0; i < 40; ++i)
            deep += std::string(i, ' ') + "a:\n";
        row("deep", deep, "nested deeper than 32 levels");
        row("large", std::string(size_t(maxYamlBytes) + 1, '\n'),
            "has 262145 bytes, the limit for a model's .yaml is 262144");
    }
    void refuses()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, says);
        const WithYaml model(text.toStdString());
        const std::string told = refusal([&] { openModel(model.path); });
        QVERIFY2(told.find(says.toStdString()) != told.npos, told.c_str());
        QVERIFY2(told.find("m.v1.yaml") != told.npos, told.c_str());
    }

    void valuesAreCheckedAsThoseOfOtherFiles()
    {
        const WithYaml model(params("timesteps: 0"));
        const std::string text = refusal([&] { detectNoise(openModel(model.path)); });
        QVERIFY2(text.find("m.v1.yaml: num_train_timesteps is 0") != text.npos, text.c_str());
    }

    // Quick, whatever it holds: random pieces of YAML.
    void survivesAnything()
    {
        static const char* const pieces[] = {"model", "params", ":", ": ", "\n", "  ", "    ", "- ", "\"", "'", "#",
            " #", "|", ">", "{", "[", "&", "parameterization", "v", "unet_config", "\t", "\r", "---", "...", "\xff",
            "timesteps: 1"};
        uint32_t state = 1;
        for (int i = 0; i < 20'000; ++i) {
            std::string text;
            for (int k = 0; k < 24; ++k) {
                state = state * 1664525 + 1013904223;
                text += pieces[(state >> 16) % std::size(pieces)];
            }
            refusal([&] { readYaml(text, "m.yaml"); });
        }
        const std::string wide = std::string(128 << 10, 'k') + ":\n";
        std::string many = wide;
        while (many.size() + 6 < maxYamlBytes)
            many += " a: b\n";
        readYaml(many, "m.yaml");
    }
};

ATHANOR_TEST(ModelYamlTest)
#include "model_yaml_test.moc"
