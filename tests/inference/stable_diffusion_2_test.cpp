// Stable Diffusion 2: two tiny models against diffusers' pipeline (tests/reference/stable_diffusion_2.py), and what its
// files tell or leave to be found. Its networks themselves are in networks_test.
#include "inference/models/clip_text.h"
#include "inference/models/native_size.h"
#include "inference/models/noise_config.h"
#include "inference/models/stable_diffusion.h"
#include "inference/models/unet.h"
#include "inference/text/chunks.h"
#include "inference/weights/velocity_bias.h"
#include "tests/support/device_run_host.h"
#include "tests/support/model_bytes.h"
#include "tests/support/reference.h"
#include "tests/support/refusal.h"
#include "tests/support/test_program.h"

#include <QTemporaryDir>
#include <QTest>

using namespace athanor;

class StableDiffusion2Test : public QObject {
    Q_OBJECT
private slots:
    void endsWhereDiffusersDoes_data();
    void endsWhereDiffusersDoes();
    void folderAndSingleFileAreOne();
    void whatTheyPredictIsFound();
    void headsAreFound();
    void openClipIsFilledUpWithZeros();
    void layersAreCountedFromTheUnused();
    void filesWithoutTheLastLayerLoseNone();
    void refusesLevelsOfUnlikeHeads();
    void refusesPartsOfQueryKeyAndValue();
};

void StableDiffusion2Test::endsWhereDiffusersDoes_data()
{
    QTest::addColumn<QString>("sampler");
    for (const char* sampler : {"dpmpp_2m", "ddim", "unipc"})
        QTest::newRow(sampler) << sampler;
}

void StableDiffusion2Test::endsWhereDiffusersDoes()
{
    QFETCH(QString, sampler);
    DeviceRunHost host;
    const TensorFile reference = openReference("stable_diffusion_2.safetensors");
    const Values loaded = runNode(host, "load_checkpoint", {}, {{"file", testDataPath("tiny_2")}});
    const auto prompt = [&](const char* name) {
        return runNode(
            host, "encode_prompt", {{"text_encoder", loaded[1]}}, {{"text", reference.metadata.at(name)}})[0];
    };
    const Value latent = runNode(host, "empty_latent", {}, {{"width", int64_t(128)}, {"height", int64_t(64)}})[0];
    const Value ended = runNode(host, "sample",
        {{"model", loaded[0]}, {"positive", prompt("prompt")}, {"negative", prompt("negative")}, {"latent", latent}},
        {{"steps", int64_t(10)}, {"seed", int64_t(42)}, {"cfg", 7.5}, {"sampler", sampler.toStdString()},
            {"schedule", std::string("simple")}})[0];
    const std::string entry = "end." + sampler.toStdString();
    const double error = relativeL2(*as<LatentValue>(ended).values, referenceValues(reference, entry));
    qInfo("relative L2 %.2e", error);
    QVERIFY2(error <= tenStepsTolerance, qPrintable(QString::number(error)));
}

void StableDiffusion2Test::folderAndSingleFileAreOne()
{
    Gpu gpu({.validation = true});
    const auto states = [&](const char* name, std::vector<float>& predicted) {
        const StableDiffusion model = loadStableDiffusion(gpu, testDataPath(name), {.precision = DType::F32});
        std::vector<int32_t> ids(77, 5);
        for (int i = 0; i < 77; ++i)
            ids[size_t(i)] = i * 7;
        const Tensor text = encodeText(std::get<ClipEncoder>(model.texts[0]).text, ids).tokens;
        std::vector<float> latent(4 * 8 * 8);
        for (size_t i = 0; i < latent.size(); ++i)
            latent[i] = float(i % 13) / 6 - 1;
        predicted = toHost(evaluate(model.net, tensorFrom(gpu, {1, 8, 8, 4}, latent), std::vector<float>{500}, text));
        return toHost(text);
    };
    std::vector<float> ofFolder, ofFile;
    QCOMPARE(states("tiny_2", ofFolder), states("tiny_2.safetensors", ofFile));
    QCOMPARE(ofFolder, ofFile);
    QCOMPARE(gpu.validationMessages(), 0u);
}

void StableDiffusion2Test::whatTheyPredictIsFound()
{
    const ModelFiles folder = openModel(testDataPath("tiny_2")), file = openModel(testDataPath("tiny_2.safetensors")),
                     other = openModel(testDataPath("tiny_2b.ckpt"));
    QCOMPARE(detectNoise(folder).prediction, Prediction::Velocity); // the scheduler's configuration says it
    QCOMPARE(detectNoise(file).prediction, Prediction::Velocity); // a bias spreads like one that learnt v
    QCOMPARE(detectNoise(other).prediction, Prediction::Epsilon);
    QCOMPARE(describe(file.family), std::string("a Stable Diffusion 2 checkpoint with v prediction"));
    QCOMPARE(describe(other.family), std::string("a Stable Diffusion 2 checkpoint"));
    QCOMPARE(nativeSize(file), 768);
    QCOMPARE(nativeSize(other), 512);
    // Of networks for inpainting the bias tells nothing.
    QVERIFY(predictsVelocity(file, *findFamily(Architecture::StableDiffusion2)));
    QVERIFY(!predictsVelocity(file, *findFamily(Architecture::StableDiffusion2, Variant::Inpainting)));
    QVERIFY(!predictsVelocity(file, *findFamily(Architecture::StableDiffusion1)));
}

void StableDiffusion2Test::headsAreFound()
{
    for (const char* name : {"tiny_2", "tiny_2.safetensors"}) // of a list, a number a level; of the metadata
        QCOMPARE(detectUNet(openModel(testDataPath(name))).config.headChannels, 4);
    const UNetConfig usual = detectUNet(openModel(testDataPath("tiny_2b.ckpt"))).config;
    QCOMPARE(usual.headChannels, 64);
    QCOMPARE(headsOf(usual, 128), 2);
    ModelFiles both = openModel(testDataPath("tiny_2.safetensors"));
    both.files[0].metadata["athanor.unet.attention_heads"] = "2";
    QVERIFY(refusalOf([&] { detectUNet(both); }).contains("has both athanor.unet.attention_heads and"));
    both.files[0].metadata.erase("athanor.unet.head_channels");
    QCOMPARE(detectUNet(both).config.heads, 2);
    QCOMPARE(detectUNet(both).config.headChannels, 0);
}

void StableDiffusion2Test::openClipIsFilledUpWithZeros()
{
    Gpu gpu;
    const StableDiffusion model = loadStableDiffusion(gpu, testDataPath("tiny_2b.ckpt"));
    QVERIFY(std::get<ClipEncoder>(model.texts[0]).text.config.openClip);
    QCOMPARE(std::get<ClipEncoder>(model.texts[0]).text.config.layers, 2); // of three
    QCOMPARE(std::get<ClipEncoder>(model.texts[0]).text.config.activation, Activation::Gelu);
    QCOMPARE(model.warnings, std::vector<std::string>()); // of what OpenCLIP has beside it neither
    const std::vector<int32_t> ids =
        toChunks(std::get<ClipEncoder>(model.texts[0]).tokenizer, parsePrompt("a house"))[0].ids;
    QCOMPARE(ids[0], 49406);
    QCOMPARE(ids[3], 49407);
    QCOMPARE(ids[4], 0);
    QCOMPARE(ids[76], 0);
}

// As ComfyUI and A1111 have it: "2" is what everybody uses.
void StableDiffusion2Test::layersAreCountedFromTheUnused()
{
    Gpu gpu;
    const std::vector<int32_t> ids(77, 9);
    for (const char* name : {"tiny_2", "tiny_2.safetensors"}) {
        const StableDiffusion model = loadStableDiffusion(gpu, testDataPath(name), {.precision = DType::F32});
        const std::vector<float> usual = toHost(encodeText(std::get<ClipEncoder>(model.texts[0]).text, ids).tokens);
        QCOMPARE(toHost(encodeText(std::get<ClipEncoder>(model.texts[0]).text, ids, 2).tokens), usual);
        QVERIFY(toHost(encodeText(std::get<ClipEncoder>(model.texts[0]).text, ids, 3).tokens) != usual);
        encodeText(std::get<ClipEncoder>(model.texts[0]).text, ids, 4);
        QVERIFY(
            refusalOf([&] { encodeText(std::get<ClipEncoder>(model.texts[0]).text, ids, 5); }, ErrorKind::BadArgument)
                .contains("outside 1 to 4"));
    }
}

// Those that were made from diffusers' folders, as many fine-tunes are.
void StableDiffusion2Test::filesWithoutTheLastLayerLoseNone()
{
    ModelFiles files = openModel(testDataPath("tiny_2.safetensors"));
    QCOMPARE(detectClipText(files).config.layers, 3);
    std::erase_if(files.textEncoder.tensors, [](const PartTensor& t) {
        return t.name.starts_with("encoder.layers.3.") || t.name == "text_projection.weight" || t.name == "logit_scale";
    });
    QCOMPARE(detectClipText(files).config.layers, 3);
}

void StableDiffusion2Test::refusesLevelsOfUnlikeHeads()
{
    ModelFiles files = openModel(testDataPath("tiny_2"));
    files.unet.config["attention_head_dim"] = {2, 2, 4, 6};
    QCOMPARE(refusalOf([&] { detectUNet(files); }).contains("attention_head_dim is [2,2,4,6]"), true);
    files.unet.config["attention_head_dim"] = {2, 4, 4}; // of four levels
    QCOMPARE(refusalOf([&] { detectUNet(files); }).contains("attention_head_dim is [2,4,4]"), true);
}

// Rows of query, key and value that are not a third each.
void StableDiffusion2Test::refusesPartsOfQueryKeyAndValue()
{
    QTemporaryDir folder;
    const std::string path = folder.filePath("m.safetensors").toStdString();
    writeBytes(path,
        safetensorsOf({{"model.diffusion_model.input_blocks.0.0.weight", "F16", {2, 4, 3, 3}, {}},
            {"model.diffusion_model.input_blocks.1.1.proj_in.weight", "F16", {2, 2}, {}},
            {"cond_stage_model.model.positional_embedding", "F16", {77, 4}, {}},
            {"cond_stage_model.model.token_embedding.weight", "F16", {9, 4}, {}},
            {"cond_stage_model.model.transformer.resblocks.0.attn.in_proj_weight", "F16", {11, 4}, {}},
            {"cond_stage_model.model.transformer.resblocks.1.attn.in_proj_weight", "F16", {12, 4}, {}}}));
    const ModelFiles files = openModel(path);
    QCOMPARE(files.family.architecture, Architecture::StableDiffusion2);
    QVERIFY(findTensor(files.textEncoder, "encoder.layers.1.self_attn.v_proj.weight"));
    const QByteArray text = refusalOf([&] { detectClipText(files); });
    QVERIFY2(text.contains("encoder.layers.0.self_attn.q_proj.weight"), text);
}

ATHANOR_TEST(StableDiffusion2Test)
#include "stable_diffusion_2_test.moc"
