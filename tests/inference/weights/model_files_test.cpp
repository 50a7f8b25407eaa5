// Whole models: what a single file or a diffusers folder holds, and how broken ones are refused (S27, S28, S31, D01,
// D02).
#include "inference/weights/model_files.h"

#include "inference/models/autoencoder_kl.h"
#include "inference/models/clip_text.h"
#include "inference/models/unet.h"
#include "render/error.h"
#include "tests/support/model_bytes.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QTemporaryDir>
#include <QTest>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/stat.h>

using namespace athanor;
namespace fs = std::filesystem;

namespace {

// The smallest that is taken for a checkpoint of Stable Diffusion 1.x.
std::vector<TestTensor> smallCheckpoint()
{
    return {{"model.diffusion_model.input_blocks.0.0.weight", "F16", {2, 4, 3, 3}, {}},
        {"model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight", "F16", {2, 3}, {}},
        {"first_stage_model.decoder.conv_in.weight", "F16", {2, 4, 3, 3}, {}},
        {"cond_stage_model.transformer.text_model.final_layer_norm.weight", "F16", {3}, {}}};
}

// A copy of the stored folder that a test may break.
class FolderCopy {
public:
    FolderCopy() { fs::copy(testDataPath("tiny_a"), root(), fs::copy_options::recursive); }
    fs::path root() const { return fs::path(m_folder.path().toStdString()) / "model"; }

    void replace(const std::string& file, const std::string& from, const std::string& to) const
    {
        std::stringstream text;
        text << std::ifstream(root() / file, std::ios::binary).rdbuf();
        std::string changed = text.str();
        size_t count = 0;
        for (size_t at = changed.find(from); at != std::string::npos; at = changed.find(from, at + to.size()), ++count)
            changed.replace(at, from.size(), to);
        QVERIFY2(count > 0, from.c_str());
        writeBytes((root() / file).string(), changed);
    }

    std::string says() const
    {
        return refusal([this] { openModel(root().string()); });
    }

private:
    QTemporaryDir m_folder;
};

bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

}

class ModelFilesTest : public QObject {
    Q_OBJECT
private slots:
    void opensFolder();
    void opensSingleFile();
    void olderTextEncoderNames();
    void extraTensorsAreTold();
    void extraTensorsOfAPartAreTold();
    void missingParts();
    void missingTensors();
    void partsAlone();
    void otherFamiliesOpenWithoutParts();
    void refusesFolders_data();
    void refusesFolders();
    void pythonFilesAreNotLookedAt();
    void otherWeightFiles();
};

void ModelFilesTest::opensFolder()
{
    const ModelFiles model = openModel(testDataPath("tiny_a"));
    QCOMPARE(describe(model.family), std::string("a Stable Diffusion 1.x checkpoint"));
    QCOMPARE(model.files.size(), size_t(4)); // the UNet has two shards
    QVERIFY(model.unet.config.at("block_out_channels").is_array());
    QVERIFY(model.vae.config.is_object() && model.textEncoder.config.is_object() && model.schedulerConfig.is_object());
    QCOMPARE(model.textEncoder.tokenizer, testDataPath("tiny_a") + "/tokenizer");
    QVERIFY(findTensor(model.textEncoder, "embeddings.token_embedding.weight"));
    QCOMPARE(findTensor(model.vae, "decoder.mid.attn_1.q.weight")->info.shape.size(), size_t(4));
    QVERIFY(model.warnings.empty());
    // Each tensor can be read from the file it is said to be in.
    for (const PartTensor& tensor : model.unet.tensors) {
        std::vector<std::byte> bytes(tensor.info.bytes);
        readTensor(model.files[tensor.file], tensor.info, 0, bytes);
        QVERIFY(findTensor(model.files[tensor.file], tensor.info.name));
    }
}

void ModelFilesTest::opensSingleFile()
{
    for (const char* name : {"tiny_a.safetensors", "tiny_b.ckpt"}) {
        const ModelFiles model = openModel(testDataPath(name));
        QCOMPARE(refusal([&] { requireCheckpoint(model.family, model.path); }), std::string());
        QCOMPARE(refusal([&] { requireParts(model, {Part::TextEncoder, Part::UNet, Part::Vae}); }), std::string());
        QVERIFY(model.textEncoder.tokenizer.empty() && model.unet.config.is_null());
        QVERIFY(findTensor(model.unet, "input_blocks.0.0.weight"));
        QVERIFY(!findTensor(model.unet, "input_blocks.0.0"));
    }
}

void ModelFilesTest::olderTextEncoderNames()
{
    QTemporaryDir folder;
    const std::string path = folder.filePath("a").toStdString();
    auto tensors = smallCheckpoint();
    tensors[3].name = "cond_stage_model.transformer.final_layer_norm.weight";
    writeBytes(path, safetensorsOf(tensors));
    QVERIFY(findTensor(openModel(path).textEncoder, "final_layer_norm.weight"));
    tensors.push_back({"cond_stage_model.transformer.text_model.final_layer_norm.weight", "F16", {3}, {}});
    writeBytes(path, safetensorsOf(tensors));
    QVERIFY(contains(
        refusal([&] { openModel(path); }), "two tensors of the text encoder are both final_layer_norm.weight"));
}

void ModelFilesTest::extraTensorsAreTold()
{
    QTemporaryDir folder;
    const std::string path = folder.filePath("a").toStdString();
    auto tensors = smallCheckpoint();
    for (const char* name : {"betas", "alphas_cumprod", "model_ema.decay"})
        tensors.push_back({name, "F32", {2}, {}});
    tensors.push_back({"cond_stage_model.transformer.text_model.embeddings.position_ids", "I64", {1, 2}, {}});
    writeBytes(path, safetensorsOf(tensors));
    const ModelFiles model = openModel(path);
    QCOMPARE(model.warnings,
        std::vector<std::string>(
            {"3 tensors are not part of the model and are ignored: alphas_cumprod, betas, model_ema.decay"}));
    QVERIFY(!findTensor(model.textEncoder, "embeddings.position_ids"));

    // Those that only say something about the model are not extra; a part alone has extras too.
    tensors.erase(tensors.begin() + 4, tensors.begin() + 7);
    for (const char* name : {"v_pred", "ztsnr"})
        tensors.push_back({name, "F32", {1}, {}});
    writeBytes(path, safetensorsOf(tensors));
    const ModelFiles marked = openModel(path);
    QVERIFY(marked.warnings.empty() && marked.family.vPrediction);
    QVERIFY(marked.schedulerConfig.at("rescale_betas_zero_snr").get<bool>());
    writeBytes(path,
        safetensorsOf({{"first_stage_model.decoder.conv_in.weight", "F16", {2, 4, 3, 3}, {}},
            {"first_stage_model.decoder.conv_out.weight", "F16", {3, 2, 3, 3}, {}}, {"loss.logvar", "F16", {1}, {}}}));
    QCOMPARE(openModel(path).warnings,
        std::vector<std::string>{"1 tensor is not part of the VAE and is ignored: loss.logvar"});
}

// Inside a part they are known once the network's layers are; each is told once.
void ModelFilesTest::extraTensorsOfAPartAreTold()
{
    ModelFiles model = openModel(testDataPath("tiny_a.safetensors"));
    const auto add = [](ModelPart& part, const char* name) {
        part.tensors.push_back(part.tensors.front());
        part.tensors.back().name = name;
        std::ranges::sort(part.tensors, {}, &PartTensor::name);
    };
    for (const char* name : {"extra.d", "extra.c", "extra.b", "extra.a\x1b"})
        add(model.unet, name);
    add(model.vae, "loss.logvar");
    add(model.textEncoder, "text_projection.weight");
    std::vector<std::string> warnings;
    detectClipText(model, &warnings);
    detectUNet(model, &warnings);
    detectAutoencoderKl(model, &warnings);
    QCOMPARE(warnings,
        std::vector<std::string>({"1 tensor is not part of the text encoder and is ignored: text_projection.weight",
            "4 tensors are not part of the UNet and are ignored: extra.a\\x1b, extra.b, extra.c, …",
            "1 tensor is not part of the VAE and is ignored: loss.logvar"}));
    // What would take part is not ignored.
    add(model.unet, "label_emb.0.0.weight");
    QVERIFY(contains(refusal([&] { detectUNet(model); }), "the UNet has label_emb, which takes more inputs"));
}

void ModelFilesTest::missingParts()
{
    QTemporaryDir folder;
    const std::string path = folder.filePath("a").toStdString();
    const auto saysWithout = [&](size_t index) {
        auto tensors = smallCheckpoint();
        tensors.erase(tensors.begin() + ptrdiff_t(index));
        writeBytes(path, safetensorsOf(tensors));
        const ModelFiles model = openModel(path);
        return refusal([&] { requireParts(model, {Part::TextEncoder, Part::UNet, Part::Vae}); });
    };
    QVERIFY(contains(saysWithout(2), "the VAE is missing (no tensors under first_stage_model.)"));
    QVERIFY(contains(saysWithout(3), "the text encoder is missing"));
}

void ModelFilesTest::missingTensors()
{
    ModelFiles model;
    model.path = "x.safetensors";
    const auto says = [&](const std::vector<std::string>& missing) {
        return refusal([&] { refuseMissing(model, Part::UNet, missing); });
    };
    QCOMPARE(says({}), std::string());
    QCOMPARE(says({"a"}), std::string("x.safetensors: the UNet lacks 1 tensor: a"));
    QCOMPARE(says({"a", "b", "c", "d", "e", "f", "g"}),
        std::string("x.safetensors: the UNet lacks 7 tensors: a, b, c, d, e, …"));
}

void ModelFilesTest::partsAlone()
{
    const ModelFiles alone = openModel(testDataPath("tiny_a") + "/vae/diffusion_pytorch_model.safetensors");
    QCOMPARE(alone.family.kind, ModelKind::Vae);
    QVERIFY(findTensor(alone.vae, "decoder.mid.attn_1.q.weight") && alone.unet.tensors.empty());
    QTemporaryDir folder;
    const std::string path = folder.filePath("vae").toStdString();
    writeBytes(path,
        safetensorsOf({{"first_stage_model.decoder.conv_in.weight", "F16", {2, 4, 3, 3}, {}},
            {"first_stage_model.decoder.conv_out.weight", "F16", {3, 2, 3, 3}, {}}, {"other", "F16", {1}, {}}}));
    QCOMPARE(openModel(path).vae.tensors.size(), size_t(2));

    const ModelFiles withConfig = openModel(testDataPath("tiny_a") + "/vae");
    QCOMPARE(withConfig.family.kind, ModelKind::Vae);
    QCOMPARE(withConfig.vae.tensors.size(), alone.vae.tensors.size());
    QVERIFY(withConfig.vae.config.contains("norm_num_groups"));
}

void ModelFilesTest::otherFamiliesOpenWithoutParts()
{
    QTemporaryDir folder;
    const std::string path = folder.filePath("a").toStdString();
    writeBytes(path, safetensorsOf({{"lora_unet_x.lora_up.weight", "F16", {2, 1}, {}}}));
    const ModelFiles model = openModel(path);
    QCOMPARE(model.family.kind, ModelKind::Lora);
    QVERIFY(model.unet.tensors.empty());
    QVERIFY(contains(refusal([&] { requireCheckpoint(model.family, model.path); }), "this is a LoRA"));
    FolderCopy other;
    other.replace("model_index.json", "StableDiffusionPipeline", "FluxPipeline");
    QVERIFY(
        contains(refusal([&] { requireCheckpoint(openModel(other.root().string()).family, "m"); }), "this is a Flux"));
}

void ModelFilesTest::refusesFolders_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("from"); // empty: the file is removed
    QTest::addColumn<QString>("to");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* id, const char* file, const char* from, const char* to, const char* sentence) {
        QTest::newRow(id) << file << from << to << sentence;
    };
    const char* index = "model_index.json";
    const char* shards = "unet/diffusion_pytorch_model.safetensors.index.json";
    const char* shard = "diffusion_pytorch_model-00002-of-00002.safetensors";
    row("no index", index, "", "", "no model_index.json");
    row("unknown pipeline", index, "StableDiffusionPipeline", "OddPipeline", "\"OddPipeline\" is not known");
    row("unknown part", index, "UNet2DConditionModel", "OddModel", "unet is a OddModel");
    row("broken index", index, "{", "{{", "not valid JSON");
    row("key twice", index, "\"unet\"", "\"vae\"", "the key \"vae\" is there twice");
    row("no config", "unet/config.json", "", "", "No such file");
    row("no weights", "vae/diffusion_pytorch_model.safetensors", "", "", "holds no weights");
    row("no shard", (std::string("unet/") + shard).c_str(), "", "", "is missing");
    row("shard above", shards, shard, "../diffusion_pytorch_model.safetensors", "leads out of the folder");
    row("shard absolute", shards, shard, "/etc/passwd", "leads out of the folder");
    row("shard with backslash", shards, shard, "..\\\\x", "leads out of the folder");
    row("shard of a drive", shards, shard, "c:x", "leads out of the folder");
    row("no map", shards, "weight_map", "weights", "has no weight_map");
    row("other tensors", shards, "conv_out.bias", "conv_out.bias2", "is not in its shard");
    row("config of another UNet", "unet/config.json", "\"cross_attention_dim\": 32", "\"cross_attention_dim\": 768",
        "cross_attention_dim is 768 but the tensor");
    row("config of another VAE", "vae/config.json", "\"latent_channels\": 4", "\"latent_channels\": 16",
        "latent_channels is 16");
    row("config of another text encoder", "text_encoder/config.json", "\"hidden_size\": 32", "\"hidden_size\": 768",
        "hidden_size is 768");
}

void ModelFilesTest::refusesFolders()
{
    QFETCH(QString, file);
    QFETCH(QString, from);
    QFETCH(QString, to);
    QFETCH(QString, sentence);
    const FolderCopy folder;
    if (from.isEmpty())
        QVERIFY(fs::remove(folder.root() / file.toStdString()));
    else
        folder.replace(file.toStdString(), from.toStdString(), to.toStdString());
    const QString text = QString::fromStdString(folder.says());
    QVERIFY2(text.contains(sentence), qPrintable("said: " + text));
}

void ModelFilesTest::pythonFilesAreNotLookedAt()
{
    const FolderCopy folder;
    // A FIFO: reading it, even opening it the usual way, would never return.
    for (const char* name : {"unet/model.py", "pipeline.py", "unet/__init__.py"})
        QCOMPARE(mkfifo((folder.root() / name).c_str(), 0600), 0);
    QCOMPARE(folder.says(), std::string());
}

// Half precision under its own name, and pickles; full precision goes first where there are both.
void ModelFilesTest::otherWeightFiles()
{
    const FolderCopy folder;
    const fs::path vae = folder.root() / "vae";
    fs::copy_file(vae / "diffusion_pytorch_model.safetensors", vae / "diffusion_pytorch_model.fp16.safetensors");
    const auto vaeFile = [&] {
        const ModelFiles model = openModel(folder.root().string());
        return fs::path(model.files[model.vae.tensors.at(0).file].source->path()).filename().string();
    };
    QCOMPARE(vaeFile(), std::string("diffusion_pytorch_model.safetensors"));
    fs::remove(vae / "diffusion_pytorch_model.safetensors");
    QCOMPARE(vaeFile(), std::string("diffusion_pytorch_model.fp16.safetensors"));
    fs::rename(vae / "diffusion_pytorch_model.fp16.safetensors", vae / "diffusion_pytorch_model.bin");
    QCOMPARE(vaeFile(), std::string("diffusion_pytorch_model.bin")); // whatever it is called, it is safetensors
}

ATHANOR_TEST(ModelFilesTest)
#include "model_files_test.moc"
