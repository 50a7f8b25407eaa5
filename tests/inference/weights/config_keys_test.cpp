// Every key that diffusers and transformers write (tests/reference/config_keys.py) is read, told by the tensors, known
// to be without effect, or refused where its value is not supported.
#include "inference/weights/config_keys.h"

#include "inference/models/autoencoder_kl.h"
#include "inference/models/clip_text.h"
#include "inference/models/controlnet.h"
#include "inference/models/mmdit.h"
#include "inference/models/native_size.h"
#include "inference/models/noise_config.h"
#include "inference/models/t5_text.h"
#include "inference/models/unet.h"
#include "inference/text/clip_tokenizer_files.h"
#include "inference/text/t5_tokenizer_files.h"
#include "inference/weights/model_files.h"
#include "tests/support/model_bytes.h"
#include "tests/support/t5_model.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QTemporaryDir>
#include <QTest>
#include <filesystem>
#include <fstream>
#include <set>

using namespace athanor;
using Json = nlohmann::json;
namespace fs = std::filesystem;

namespace {

Json writtenKeys()
{
    return Json::parse(std::ifstream(testDataPath("config_keys.json")));
}

std::string tableOf(const std::string& className)
{
    if (className.ends_with("Scheduler"))
        return std::string(schedulerTable(className));
    return className.ends_with("Pipeline") ? "Pipeline" : className;
}

const ConfigKey* rowOf(const std::string& className, const std::string& key)
{
    const auto rows = configKeys(className);
    const auto row = std::ranges::find(rows, std::string_view(key), &ConfigKey::key);
    return row == rows.end() ? nullptr : &*row;
}

template <class... Values> std::string dumped(const Values&... values)
{
    std::string text;
    ((text += Json(values).dump() + ' '), ...);
    return text;
}

std::string dumped(const UNetConfig& c)
{
    return dumped(c.heads, c.headChannels, c.normGroups, int(c.activation), c.normEpsilon, c.cosinesFirst,
        c.frequencyShift, c.centerInput, c.middleDivisor, c.guidanceWidth);
}

// What is read of one class's configuration, with `key` at another value, or the refusal of it.
std::string changedUNet(const std::string& key, const Json& value)
{
    ModelFiles files = openModel(testDataPath("tiny_a"));
    files.unet.config[key] = value;
    std::string told;
    const std::string refused = refusal([&] { told = dumped(detectUNet(files).config) + dumped(nativeSize(files)); });
    return refused + told;
}

std::string changedControlNet(const std::string& key, const Json& value)
{
    ModelFiles files = openModel(testDataPath("control_b"));
    files.controlNet.config[key] = value;
    std::string told;
    const std::string refused = refusal([&] {
        const ControlNetConfig c = detectControlNet(files).config;
        told = dumped(c.encoder) + dumped(c.globalPool, c.blueFirst);
    });
    return refused + told;
}

std::string changedVae(const std::string& key, const Json& value)
{
    ModelFiles files = openModel(testDataPath("tiny_a"));
    if (key == "latent_rgb_factors_bias")
        files.vae.config["latent_rgb_factors"] = Json::array({{1, 2, 3}, {1, 2, 3}, {1, 2, 3}, {1, 2, 3}});
    files.vae.config[key] = value;
    std::string told;
    const std::string refused = refusal([&] {
        const AutoencoderKlConfig c = detectAutoencoderKl(files).config;
        told = dumped(c.normGroups, c.latent.scale, c.latent.shift, c.latent.colours.factors, c.latent.colours.bias);
    });
    return refused + told;
}

std::string changedText(const std::string& key, const Json& value)
{
    ModelFiles files = openModel(testDataPath("tiny_a"));
    files.textEncoder.config[key] = value;
    std::string told;
    const std::string refused = refusal([&] {
        const ClipTextConfig c = detectClipText(files).config;
        told = dumped(c.heads, c.layers, int(c.activation), c.normEpsilon);
    });
    return refused + told;
}

std::string changedT5(const std::string& key, const Json& value)
{
    ModelFiles files = t5Model("a");
    files.textEncoder3.config[key] = value;
    std::string told;
    const std::string refused = refusal([&] {
        const T5TextConfig c = detectT5Text(files).config;
        told = dumped(c.layers, c.maxDistance, c.normEpsilon);
    });
    return refused + told;
}

std::string changedScheduler(const std::string& key, const Json& value)
{
    ModelFiles files = openModel(testDataPath("tiny_a"));
    files.schedulerConfig[key] = value;
    std::string told;
    const std::string refused = refusal([&] {
        const NoiseConfig c = detectNoise(files);
        told = dumped(int(c.prediction));
        if (c.noise)
            told += dumped(c.noise->sigmas.size(), c.noise->sigmas.front(), c.noise->sigmas.back());
    });
    return refused + told;
}

std::string changedTransformer(const std::string& key, const Json& value)
{
    ModelFiles files = openModel(testDataPath("tiny_sd3"));
    files.transformer.config[key] = value;
    std::string told;
    const std::string refused = refusal([&] { told = dumped(detectMmDit(files).config.heads, nativeSize(files)); });
    return refused + told;
}

std::string changedFlow(const std::string& key, const Json& value)
{
    ModelFiles files = openModel(testDataPath("tiny_sd3"));
    files.schedulerConfig[key] = value;
    std::string told;
    const std::string refused = refusal([&] { told = dumped(detectNoise(files).noise->shift); });
    return refused + told;
}

std::string changedTokenizer(const std::string& key, const Json& value)
{
    QTemporaryDir folder;
    const fs::path root = folder.path().toStdString();
    fs::copy(testDataPath("tokens_own"), root, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    Json config = Json::parse(std::ifstream(root / "tokenizer_config.json"));
    config[key] = value;
    writeBytes((root / "tokenizer_config.json").string(), config.dump());
    std::string told;
    const std::string refused = refusal([&] {
        const ClipTokenizer t = loadClipTokenizer(root.string());
        told = dumped(t.bos, t.eos, t.pad, t.maxLength, tokenize(t, "<New> <|startoftext|>"), t.byteIds[200]);
    });
    return refused + told;
}

std::string changedT5Tokenizer(const std::string& key, const Json& value)
{
    QTemporaryDir folder;
    const fs::path root = folder.path().toStdString();
    fs::copy(sourcePath("resources/tokenizers/t5/spiece.model"), root);
    writeBytes((root / "tokenizer_config.json").string(), Json{{key, value}}.dump());
    std::string told;
    const std::string refused =
        refusal([&] { told = dumped(tokenize(loadT5Tokenizer(root.string()), "<New> <extra_id_7>")); });
    return refused + told;
}

struct Change {
    std::string (*told)(const std::string& key, const Json& value);
    const char *key, *value;
};

// Another value for each key that is said to be read. Of the same key the value "null" is what the file has.
const std::pair<const char*, std::vector<Change>> changes[] = {
    {"UNet2DConditionModel",
        {{changedUNet, "sample_size", "24"}, {changedUNet, "center_input_sample", "true"},
            {changedUNet, "flip_sin_to_cos", "false"}, {changedUNet, "freq_shift", "1"},
            {changedUNet, "mid_block_scale_factor", "2"}, {changedUNet, "act_fn", "\"gelu\""},
            {changedUNet, "norm_num_groups", "2"}, {changedUNet, "norm_eps", "1e-3"},
            {changedUNet, "attention_head_dim", "4"}, {changedUNet, "num_attention_heads", "4"},
            {changedUNet, "time_cond_proj_dim", "256"}, {changedUNet, "num_head_channels", "4"},
            {changedUNet, "addition_embed_type", "\"text_time\""}}},
    {"ControlNetModel",
        {{changedControlNet, "flip_sin_to_cos", "false"}, {changedControlNet, "freq_shift", "1"},
            {changedControlNet, "mid_block_scale_factor", "2"}, {changedControlNet, "act_fn", "\"relu\""},
            {changedControlNet, "norm_num_groups", "4"}, {changedControlNet, "norm_eps", "1e-3"},
            {changedControlNet, "attention_head_dim", "2"}, {changedControlNet, "num_head_channels", "2"},
            {changedControlNet, "num_attention_heads", "2"},
            {changedControlNet, "addition_embed_type", "\"text_time\""},
            {changedControlNet, "controlnet_conditioning_channel_order", "\"bgr\""},
            {changedControlNet, "global_pool_conditions", "true"}}},
    {"AutoencoderKL",
        {{changedVae, "norm_num_groups", "2"}, {changedVae, "scaling_factor", "0.13025"},
            {changedVae, "shift_factor", "0.1"},
            {changedVae, "latent_rgb_factors", "[[1,2,3],[1,2,3],[1,2,3],[1,2,4]]"},
            {changedVae, "latent_rgb_factors_bias", "[1,2,4]"}}},
    {"CLIPTextModel",
        {{changedText, "num_attention_heads", "4"}, {changedText, "hidden_act", "\"relu\""},
            {changedText, "layer_norm_eps", "1e-3"}, {changedText, "num_hidden_layers", "1"}}},
    {"T5EncoderModel",
        {{changedT5, "num_layers", "1"}, {changedT5, "relative_attention_max_distance", "20"},
            {changedT5, "layer_norm_epsilon", "1e-3"}}},
    {"SD3Transformer2DModel",
        {{changedTransformer, "sample_size", "64"}, {changedTransformer, "num_attention_heads", "6"}}},
    {"FlowScheduler", {{changedFlow, "shift", "1"}}},
    {"CLIPTokenizer",
        {{changedTokenizer, "bos_token", "\"<|endoftext|>\""}, {changedTokenizer, "eos_token", "\"<|pad|>\""},
            {changedTokenizer, "unk_token", "\"<|pad|>\""}, {changedTokenizer, "pad_token", "\"<|endoftext|>\""},
            {changedTokenizer, "sep_token", "\"<New>\""}, {changedTokenizer, "cls_token", "\"<New>\""},
            {changedTokenizer, "mask_token", "\"<New>\""},
            {changedTokenizer, "added_tokens_decoder", R"({"480": {"content": "<New>"}})"},
            {changedTokenizer, "additional_special_tokens", "[\"<New>\"]"},
            {changedTokenizer, "extra_special_tokens", "[\"<New>\"]"}, {changedTokenizer, "model_max_length", "77"}}},
    {"T5Tokenizer",
        {{changedT5Tokenizer, "added_tokens_decoder", R"({"32100": {"content": "<New>"}})"},
            {changedT5Tokenizer, "additional_special_tokens", "[\"<New>\"]"},
            {changedT5Tokenizer, "extra_special_tokens", "[\"<New>\"]"}}},
    {"Scheduler",
        {{changedScheduler, "num_train_timesteps", "500"}, {changedScheduler, "beta_start", "0.001"},
            {changedScheduler, "beta_end", "0.02"}, {changedScheduler, "beta_schedule", "\"linear\""},
            {changedScheduler, "trained_betas", "[0.1, 0.2]"}, {changedScheduler, "prediction_type", "\"sample\""},
            {changedScheduler, "rescale_betas_zero_snr", "true"}}},
};

}

class ConfigKeysTest : public QObject {
    Q_OBJECT
private slots:
    // Also: what is written by default opens.
    void everyWrittenKeyIsKnown()
    {
        size_t count = 0;
        const Json written = writtenKeys();
        for (const auto& [className, keys] : written.items()) {
            for (const auto& [key, standard] : keys.items()) {
                const ConfigKey* row = rowOf(tableOf(className), key);
                QVERIFY2(row || key.starts_with('_'), qPrintable(QString::fromStdString(className + "." + key)));
                ++count;
            }
            std::vector<std::string> warnings;
            const std::string refused =
                refusal([&, name = className, all = keys] { checkConfigKeys(tableOf(name), all, name, &warnings); });
            QVERIFY2(refused.empty() && warnings.empty(), qPrintable(QString::fromStdString(refused)));
            QVERIFY(!className.ends_with("Scheduler") || !schedulerTable(className).empty());
        }
        QVERIFY(count > 250); // a shrunken list would prove too little
    }

    void everyRowSaysWhatItDoes()
    {
        for (const char* className :
            {"UNet2DConditionModel", "ControlNetModel", "AutoencoderKL", "CLIPTextModel", "T5EncoderModel",
                "SD3Transformer2DModel", "CLIPTokenizer", "T5Tokenizer", "Scheduler", "FlowScheduler", "Pipeline"}) {
            std::set<std::string_view> keys;
            for (const ConfigKey& row : configKeys(className)) {
                QVERIFY(keys.insert(row.key).second);
                QCOMPARE(row.use == KeyUse::Read, row.reason.empty());
                QCOMPARE(row.use == KeyUse::Only, !row.values.empty());
            }
            QVERIFY(!keys.empty());
        }
    }

    void refusesByName()
    {
        for (const char* className :
            {"UNet2DConditionModel", "ControlNetModel", "AutoencoderKL", "CLIPTextModel", "T5EncoderModel",
                "SD3Transformer2DModel", "CLIPTokenizer", "T5Tokenizer", "Scheduler", "FlowScheduler"})
            for (const ConfigKey& row : configKeys(className)) {
                if (row.use != KeyUse::Only)
                    continue;
                const std::string key(row.key);
                for (const Json& other : {Json("odd"), Json(257), Json({"odd", "odder"})}) {
                    const std::string text = refusal([&] {
                        checkConfigKeys(className, {{key, other}}, "a/config.json", nullptr);
                    });
                    QVERIFY2(text.starts_with("a/config.json: " + key + " is " + other.dump() + ", supported is "),
                        text.c_str());
                }
                for (const Json& good : Json::parse(row.values))
                    checkConfigKeys(className, {{key, good}}, "a/config.json", nullptr);
            }
    }

    void unknownKeysAreTold()
    {
        std::vector<std::string> warnings;
        checkConfigKeys("AutoencoderKL",
            {{"z", 1}, {"a\x1b", 1}, {"scaling_factor", 1}, {"_own", 1}, {"c", 1}, {"d", 1}}, "v/config.json",
            &warnings);
        QCOMPARE(warnings,
            std::vector<std::string>{
                "v/config.json has 4 keys that are not known and have no effect: a\\x1b, c, d, …"});
        checkConfigKeys("AutoencoderKL", Json(), "v/config.json", &warnings);
        QCOMPARE(warnings.size(), size_t(1));
    }

    void whatIsSaidToBeReadIsRead()
    {
        for (const auto& [className, list] : changes) {
            for (const Change& change : list) {
                const std::string is = change.told(change.key, Json::parse(change.value));
                const std::string was = change.told("_none", nullptr);
                QVERIFY2(!was.empty() && is != was, change.key);
            }
            for (const ConfigKey& row : configKeys(className))
                QVERIFY2(row.use != KeyUse::Read
                        || std::ranges::any_of(list, [&](const Change& c) { return row.key == c.key; }),
                    std::string(row.key).c_str());
        }
    }

    // The values that the report names, as a whole model says them.
    void refusesWhatWouldBeWrong_data()
    {
        QTest::addColumn<QString>("part");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* part, const char* key, const char* value, const char* says) {
            QTest::addRow("%s %s", key, value) << part << key << value << says;
        };
        row("unet", "time_cond_proj_dim", "256",
            "config.json: time_cond_proj_dim is 256 but the UNet's tensors have none");
        row("unet", "act_fn", "\"mish\"", "config.json: act_fn is mish, supported is silu, swish, gelu, relu");
        row("unet", "norm_eps", "0.5", "norm_eps is 0.5, supported is a number from 1e-12 to 0.1");
        row("unet", "norm_eps", "\"x\"", "norm_eps is \"x\", supported is");
        row("unet", "flip_sin_to_cos", "1", "flip_sin_to_cos is 1, supported is true or false");
        row("unet", "downsample_padding", "0", "downsample_padding is 0, supported is 1");
        row("unet", "encoder_hid_dim", "768", "encoder_hid_dim is 768, supported is null");
        row("unet", "class_embed_type", "\"timestep\"", "class_embed_type is \"timestep\", supported is null");
        row("unet", "attention_head_dim", "[1,2]", "config.json: attention_head_dim is [1,2], expected");
        row("vae", "latents_mean", "[0,1,2,3]", "latents_mean is [0,1,2,3], supported is null");
        row("vae", "scaling_factor", "0", "vae/config.json: scaling_factor is 0, supported is a number from");
        row("vae", "in_channels", "1", "vae/config.json: in_channels is 1, supported is 3");
        row("text_encoder", "num_hidden_layers", "7", "encoder.layers.");
        row("text_encoder", "hidden_act", "\"tanh\"",
            "text_encoder/config.json: hidden_act is tanh, supported is quick_gelu, gelu, gelu_new");
        row("text_encoder", "layer_norm_eps", "-1", "layer_norm_eps is -1, supported is");
        row("text_encoder_3", "num_layers", "7", "encoder.block.");
        row("text_encoder_3", "feed_forward_proj", "\"relu\"",
            "t5_text.safetensors: feed_forward_proj is \"relu\", supported is \"gated-gelu\"");
        row("text_encoder_3", "is_decoder", "true", "is_decoder is true, supported is false");
        row("text_encoder_3", "relative_attention_max_distance", "8",
            "relative_attention_max_distance is 8, supported is more than a quarter of the 32 buckets");
        row("text_encoder_3", "layer_norm_epsilon", "1", "layer_norm_epsilon is 1, supported is");
        row("scheduler", "prediction_type", "\"flow_prediction\"",
            "scheduler_config.json: prediction_type is flow_prediction, supported is epsilon, v_prediction or sample");
        row("scheduler", "beta_schedule", "\"laplace\"",
            "beta_schedule is laplace, supported is linear, scaled_linear");
        row("scheduler", "beta_end", "1.5", "beta_end is 1.5, supported is a number above 0 and below 1");
        row("scheduler", "num_train_timesteps", "1e9", "num_train_timesteps is 1000000000.0, supported is");
        row("scheduler", "trained_betas", "[0.1, 2]", "trained_betas is [0.1,2], supported is a list of");
        row("scheduler", "trained_betas", "[0.1, 1e-300]", "betas leave nothing");
        row("scheduler", "thresholding", "true", "thresholding is true, supported is false");
        row("scheduler", "_class_name", "\"FlowMatchEulerDiscreteScheduler\"",
            "the scheduler FlowMatchEulerDiscreteScheduler is for models with another kind of noise");
    }
    void refusesWhatWouldBeWrong()
    {
        QFETCH(QString, part);
        QFETCH(QString, key);
        QFETCH(QString, value);
        QFETCH(QString, says);
        const std::map<QString, std::string (*)(const std::string&, const Json&)> told{{"unet", changedUNet},
            {"vae", changedVae}, {"text_encoder", changedText}, {"text_encoder_3", changedT5},
            {"scheduler", changedScheduler}};
        const std::string text = told.at(part)(key.toStdString(), Json::parse(value.toStdString()));
        QVERIFY2(text.find(says.toStdString()) != text.npos, text.c_str());
    }

    // Of a latent consistency model: the tensor tells, and the configuration must agree.
    void findsGuidanceAsAnInput()
    {
        ModelFiles files = openModel(testDataPath("tiny_a"));
        PartTensor added = *findTensor(files.unet, "time_embed.0.bias");
        added.info.shape = {8, 6};
        added.name = singleFileNames(Part::UNet, std::vector<std::string>{"time_embedding.cond_proj.weight"}).at(0);
        QCOMPARE(added.name, std::string("time_embed.cond_proj.weight"));
        files.unet.tensors.push_back(added);
        std::ranges::sort(files.unet.tensors, {}, &PartTensor::name);
        std::vector<std::string> warnings;
        QCOMPARE(detectUNet(files, &warnings).config.guidanceWidth, 6);
        files.unet.config["time_cond_proj_dim"] = 6;
        QCOMPARE(detectUNet(files, &warnings).config.guidanceWidth, 6);
        QVERIFY(warnings.empty());
        files.unet.config["time_cond_proj_dim"] = 7;
        const std::string text = refusal([&] { detectUNet(files); });
        QVERIFY2(text.find("time_cond_proj_dim is 7 but the UNet's tensors have 6") != text.npos, text.c_str());
    }

    // A UNet that predicts its variance too, in a single file and in a folder.
    void refusesMoreOutputs()
    {
        for (const char* name : {"tiny_a", "tiny_a.safetensors"}) {
            ModelFiles files = openModel(testDataPath(name));
            for (PartTensor& tensor : files.unet.tensors)
                if (tensor.name.starts_with("out.2."))
                    tensor.info.shape.front() = 8;
            if (files.unet.config.is_object())
                files.unet.config.erase("out_channels");
            const std::string text = refusal([&] { detectUNet(files); });
            QVERIFY2(text.find("predicts 8 channels for latents of 4") != text.npos, text.c_str());
        }
    }
};

ATHANOR_TEST(ConfigKeysTest)
#include "config_keys_test.moc"
