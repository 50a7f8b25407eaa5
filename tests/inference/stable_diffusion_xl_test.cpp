// SDXL: its networks and whole runs against diffusers and transformers on two tiny models, one of them a refiner
// (tests/reference/stable_diffusion_xl.py), and what its files tell or leave to be found.
#include "inference/models/clip_text.h"
#include "inference/models/native_size.h"
#include "inference/models/noise_config.h"
#include "inference/models/stable_diffusion.h"
#include "inference/tensor/channels_last.h"
#include "tests/support/device_run_host.h"
#include "tests/support/drawn_picture.h"
#include "tests/support/model_bytes.h"
#include "tests/support/reference.h"
#include "tests/support/refusal.h"
#include "tests/support/test_program.h"

#include <QTemporaryDir>
#include <QTest>

using namespace athanor;

namespace {

constexpr const char* refinerFile = "tiny_xl_refiner.ckpt";

// Every tensor of the family's parts, by its part and name.
std::map<std::string, Shape> shapesOf(const ModelFiles& files)
{
    std::map<std::string, Shape> shapes;
    for (const Part part : allParts)
        for (const PartTensor& tensor : partOf(files, part).tensors)
            shapes[std::string(partName(part)) + ' ' + tensor.name] = tensor.info.shape;
    return shapes;
}

}

class StableDiffusionXlTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanupTestCase();
    void networks_data();
    void networks();
    void folderAndSingleFileAreOne();
    void endsWhereDiffusersDoes_data();
    void endsWhereDiffusersDoes();
    void pictureSizesCount();
    void controlNetsSteer();
    void refinerEndsWhereDiffusersDoes();
    void filesAreRecognised();
    void layersAreCountedFromTheUnused();
    void anothersPromptIsRefused();
    void latentsOfAnotherScaleAreBroughtToIt();
    void whatOverflowsIsComputedInFp32();
    void longPromptsKeepTheFirstPooledState();
    void eachEncoderMayReadAPromptOfItsOwn();
    void refusesOtherAdditions();
    void refusesOtherNoise();

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
        qInfo("relative L2 %.2e", error);
        return error;
    }

    std::unique_ptr<DeviceRunHost> m_host;
    TensorFile m_reference;
};

void StableDiffusionXlTest::initTestCase()
{
    m_host = std::make_unique<DeviceRunHost>(GpuOptions{.validation = true});
    m_reference = openReference("stable_diffusion_xl.safetensors");
}

void StableDiffusionXlTest::cleanupTestCase()
{
    QCOMPARE(m_host->gpu().validationMessages(), 0u);
    m_host.reset();
}

// An N C H W array as the device has it.
void StableDiffusionXlTest::compare(const Tensor& ours, const std::string& entry, DType precision)
{
    std::vector<float> expected = referenceValues(m_reference, entry);
    if (const Shape s = referenceShape(m_reference, entry); s.size() == 4)
        expected = toNhwc(expected, s[0], s[1]);
    const double error = relativeL2(toHost(ours), expected);
    QVERIFY2(
        error <= networkTolerance(precision), qPrintable(QString::fromStdString(entry) + ' ' + QString::number(error)));
}

void StableDiffusionXlTest::networks_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("key");
    QTest::addColumn<int>("precision");
    for (const auto& [file, key] :
        {std::pair("tiny_xl", "xl"), {"tiny_xl.safetensors", "xl"}, {refinerFile, "refiner"}})
        for (const DType precision : {DType::F32, DType::F16})
            QTest::addRow("%s %s", file, precision == DType::F32 ? "fp32" : "fp16") << file << key << int(precision);
}

void StableDiffusionXlTest::networks()
{
    QFETCH(QString, file);
    QFETCH(int, precision);
    const std::string key = qPrintable(*static_cast<QString*>(QTest::qData("key", QMetaType::QString)));
    const auto type = DType(precision);
    Gpu& gpu = m_host->gpu();
    const StableDiffusion model = loadStableDiffusion(gpu, testDataPath(file.toStdString()), {.precision = type});
    const auto tensor = [&](const std::string& name) {
        const Shape s = referenceShape(m_reference, key + name);
        const std::vector<float> values = referenceValues(m_reference, key + name);
        return s.size() == 4 ? tensorFrom(gpu, {s[0], s[2], s[3], s[1]}, toNhwc(values, s[0], s[1]))
                             : tensorFrom(gpu, s, values);
    };
    for (const TextEncoder& text : model.texts) {
        const auto& encoder = std::get<ClipEncoder>(text);
        const bool isLarge = encoder.text.config.pooledWidth;
        const std::string of = key + (isLarge ? ".large" : ".first");
        const std::vector<float> stored = referenceValues(m_reference, of + ".ids");
        const std::vector<int32_t> ids(stored.begin(), stored.end());
        const ClipStates states = encodeText(encoder.text, ids);
        compare(states.tokens, of + ".states", type);
        QCOMPARE(bool(states.pooled), isLarge);
        if (isLarge)
            compare(states.pooled, of + ".pooled", type);
    }
    for (const std::string size : {"16x16", "8x24"})
        for (const int time : {1, 981}) {
            const std::string at = '.' + size + '.';
            compare(evaluate(model.net, tensor(at + "latent"), std::vector<float>(2, float(time)),
                        Conditions(tensor(".context"), tensor(".added"))),
                key + at + "t" + std::to_string(time), type);
        }
    const Tensor latent = scale(tensor(".vae.latent"), float(model.vae.config.latent.scale));
    compare(decode(model.vae, latent), key + ".vae.image", type);
    QCOMPARE(model.vae.config.latent.scale, 0.13025);
    const bool lacksTokenizer = file == "tiny_xl.safetensors"; // which is told, for each encoder
    QCOMPARE(model.warnings.size(), size_t(lacksTokenizer ? 2 : 0));
}

void StableDiffusionXlTest::folderAndSingleFileAreOne()
{
    const ModelFiles folder = openModel(testDataPath("tiny_xl")), file = openModel(testDataPath("tiny_xl.safetensors"));
    std::map<std::string, Shape> ofFile = shapesOf(file);
    ofFile.erase("second text encoder logit_scale");
    std::map<std::string, Shape> ofFolder = shapesOf(folder);
    QCOMPARE(ofFolder.size(), ofFile.size());
    for (const auto& [name, shape] : ofFolder)
        QVERIFY2(ofFile.contains(name) && elementCount(ofFile.at(name)) == elementCount(shape), name.c_str());
    std::vector<std::vector<float>> ends;
    for (const char* name : {"tiny_xl", "tiny_xl.safetensors"}) {
        const Values loaded = load(name);
        // The single file has the usual tokenizer, whose ids this model lacks: what the folder's says is what it reads.
        const Values words = load("tiny_xl");
        TextEncoderValue text = as<TextEncoderValue>(loaded[1]);
        for (size_t i = 0; i < text.nets.size(); ++i)
            std::get<ClipNet>(text.nets[i]).tokenizer =
                std::get<ClipNet>(as<TextEncoderValue>(words[1]).nets[i]).tokenizer;
        const Value encoder = std::make_shared<const TextEncoderValue>(text);
        const Value positive =
            runNode(*m_host, "encode_prompt", {{"text_encoder", encoder}}, {{"text", std::string("a house")}})[0];
        const Value latent = runNode(*m_host, "empty_latent", {}, {{"width", int64_t(64)}, {"height", int64_t(64)}})[0];
        const Value ended = runNode(*m_host, "sample",
            {{"model", loaded[0]}, {"positive", positive}, {"latent", latent}}, {{"steps", int64_t(2)}})[0];
        ends.push_back(*as<LatentValue>(ended).values);
    }
    QCOMPARE(ends[0], ends[1]);
}

void StableDiffusionXlTest::endsWhereDiffusersDoes_data()
{
    QTest::addColumn<QString>("sampler");
    for (const char* sampler : {"dpmpp_2m", "ddim", "unipc"})
        QTest::newRow(sampler) << sampler;
}

void StableDiffusionXlTest::endsWhereDiffusersDoes()
{
    QFETCH(QString, sampler);
    const Values loaded = load("tiny_xl");
    const Value latent = runNode(*m_host, "empty_latent", {}, {{"width", int64_t(128)}, {"height", int64_t(64)}})[0];
    const Value ended = runNode(*m_host, "sample",
        {{"model", loaded[0]}, {"positive", prompt(loaded, "prompt")}, {"negative", prompt(loaded, "negative")},
            {"latent", latent}},
        {{"steps", int64_t(10)}, {"seed", int64_t(42)}, {"cfg", 5.0}, {"sampler", sampler.toStdString()},
            {"schedule", std::string("simple")}})[0];
    QVERIFY(errorOf(ended, "end." + sampler.toStdString()) <= tenStepsTolerance);
}

// Those of the prompt, as diffusers' original_size, crops_coords_top_left and target_size.
void StableDiffusionXlTest::pictureSizesCount()
{
    const Values loaded = load("tiny_xl");
    const auto sized = [&](const char* name) {
        const std::string& text = m_reference.metadata.at(name);
        return runNode(*m_host, "encode_prompt_xl", {{"text_encoder", loaded[1]}},
            {{"text", text}, {"first_text", text}, {"original_width", int64_t(160)}, {"original_height", int64_t(96)},
                {"crop_left", int64_t(16)}, {"crop_top", int64_t(8)}, {"target_width", int64_t(136)},
                {"target_height", int64_t(72)}})[0];
    };
    const Value latent = runNode(*m_host, "empty_latent", {}, {{"width", int64_t(128)}, {"height", int64_t(64)}})[0];
    const Value ended = runNode(*m_host, "sample",
        {{"model", loaded[0]}, {"positive", sized("prompt")}, {"negative", sized("negative")}, {"latent", latent}},
        {{"steps", int64_t(10)}, {"seed", int64_t(42)}, {"cfg", 5.0}, {"sampler", std::string("unipc")},
            {"schedule", std::string("simple")}})[0];
    QVERIFY(errorOf(ended, "end.sizes") <= tenStepsTolerance);
    QVERIFY(errorOf(ended, "end.unipc") > 10 * tenStepsTolerance);
}

// Which are told of sizes and the pooled prompt too.
void StableDiffusionXlTest::controlNetsSteer()
{
    const Values loaded = load("tiny_xl");
    const Value net = runNode(*m_host, "load_controlnet", {}, {{"file", testDataPath("control_xl")}})[0];
    const ControlMapValue map{{drawnPicture(128, 64)}, {}};
    const Values steered = runNode(*m_host, "apply_controlnet",
        {{"positive", prompt(loaded, "prompt")}, {"negative", prompt(loaded, "negative")}, {"control_net", net},
            {"image", std::make_shared<const ControlMapValue>(map)}},
        {{"strength", 0.8}});
    const Value latent = runNode(*m_host, "empty_latent", {}, {{"width", int64_t(128)}, {"height", int64_t(64)}})[0];
    const Value ended = runNode(*m_host, "sample",
        {{"model", loaded[0]}, {"positive", steered[0]}, {"negative", steered[1]}, {"latent", latent}},
        {{"steps", int64_t(10)}, {"seed", int64_t(42)}, {"cfg", 5.0}, {"sampler", std::string("unipc")},
            {"schedule", std::string("simple")}})[0];
    QVERIFY(errorOf(ended, "end.control") <= tenStepsTolerance);
    QVERIFY(errorOf(ended, "end.unipc") > 10 * tenStepsTolerance);
}

void StableDiffusionXlTest::refinerEndsWhereDiffusersDoes()
{
    const Values loaded = load(refinerFile);
    LatentValue begin{.images = 1, .channels = 4, .height = 8, .width = 16};
    begin.values = std::make_shared<const std::vector<float>>(referenceValues(m_reference, "refiner.begin"));
    const Value ended = runNode(*m_host, "sample",
        {{"model", loaded[0]}, {"positive", prompt(loaded, "prompt")}, {"negative", prompt(loaded, "negative")},
            {"latent", std::make_shared<const LatentValue>(begin)}},
        {{"steps", int64_t(10)}, {"seed", int64_t(42)}, {"cfg", 5.0}, {"sampler", std::string("dpmpp_2m")},
            {"schedule", std::string("simple")}, {"strength", 0.6}})[0];
    QVERIFY(errorOf(ended, "end.refiner") <= tenStepsTolerance);
}

void StableDiffusionXlTest::filesAreRecognised()
{
    for (const char* name : {"tiny_xl", "tiny_xl.safetensors"}) {
        const ModelFiles files = openModel(testDataPath(name));
        QCOMPARE(describe(files.family), std::string("an SDXL checkpoint"));
        QCOMPARE(detectUNet(files).config.headChannels, 4);
        QCOMPARE(detectUNet(files).config.addedWidth, 64);
        QCOMPARE(
            detectClipText(files, nullptr, Part::TextEncoder).config.layers, 2); // of three: the last is never used
        QCOMPARE(detectClipText(files, nullptr, Part::TextEncoder2).config.layers, 3); // which gives the pooled state
        QCOMPARE(detectClipText(files, nullptr, Part::TextEncoder2).config.activation, Activation::Gelu);
    }
    const ModelFiles refiner = openModel(testDataPath(refinerFile));
    QCOMPARE(describe(refiner.family), std::string("an SDXL checkpoint that refines pictures of another"));
    QCOMPARE(detectUNet(refiner).config.headChannels, 64);
    QCOMPARE(nativeSize(refiner), 1024);
    QVERIFY(refiner.textEncoder.tensors.empty());
}

void StableDiffusionXlTest::layersAreCountedFromTheUnused()
{
    Gpu& gpu = m_host->gpu();
    const StableDiffusion model = loadStableDiffusion(gpu, testDataPath("tiny_xl"), {.precision = DType::F32});
    const std::vector<int32_t> ids(77, 9);
    for (const TextEncoder& text : model.texts) {
        const auto& encoder = std::get<ClipEncoder>(text);
        QCOMPARE(clipSkipLimit(encoder.text.config), 3);
        const ClipStates usual = encodeText(encoder.text, ids);
        QCOMPARE(toHost(encodeText(encoder.text, ids, 2).tokens), toHost(usual.tokens));
        const ClipStates earlier = encodeText(encoder.text, ids, 3);
        QVERIFY(toHost(earlier.tokens) != toHost(usual.tokens));
        if (usual.pooled)
            QCOMPARE(toHost(earlier.pooled), toHost(usual.pooled)); // the last layer's always
        QVERIFY(
            refusalOf([&] { encodeText(encoder.text, ids, 4); }, ErrorKind::BadArgument).contains("outside 1 to 3"));
    }
}

void StableDiffusionXlTest::anothersPromptIsRefused()
{
    const Values base = load("tiny_xl"), refiner = load(refinerFile), first = load("tiny_a");
    const auto refused = [&](const Values& model, const Values& words) {
        const Value latent = runNode(*m_host, "empty_latent", {}, {{"width", int64_t(64)}, {"height", int64_t(64)}})[0];
        return refusalOf(
            [&] {
                runNode(*m_host, "sample",
                    {{"model", model[0]}, {"positive", prompt(words, "prompt")}, {"latent", latent}},
                    {{"steps", int64_t(1)}, {"cfg", 1.0}});
            },
            ErrorKind::BadArgument);
    };
    QVERIFY(refused(base, refiner).contains("gives 64 numbers a token, the network takes 56"));
    QVERIFY(refused(base, first).contains("belong to different models"));
    QVERIFY(refused(first, base).contains("belong to different models"));
    // As wide by chance: it is the pooled state that is missing then.
    TextEncoderValue without = as<TextEncoderValue>(refiner[1]);
    ClipNet& net = std::get<ClipNet>(without.nets[0]);
    ClipText text = *net.text;
    text.config.pooledWidth = 0;
    net.text = std::make_shared<const ClipText>(text);
    const Values words{refiner[0], std::make_shared<const TextEncoderValue>(without), refiner[2]};
    QVERIFY(refused(refiner, words).contains("gives 0 numbers of the whole prompt, the network takes 56"));
}

// A VAE alone in its file does not say of which family it is: SDXL's and Stable Diffusion 1.x's look the same.
void StableDiffusionXlTest::latentsOfAnotherScaleAreBroughtToIt()
{
    const Values xl = load("tiny_xl");
    const Values lone =
        runNode(*m_host, "load_vae", {}, {{"file", testDataPath("tiny_xl/vae/diffusion_pytorch_model.safetensors")}});
    VaeValue unsaid = as<VaeValue>(lone[0]);
    AutoencoderKl vae = *unsaid.vae;
    vae.config.latent.scale = 0.18215;
    unsaid.vae = std::make_shared<const AutoencoderKl>(vae);
    const Value other = std::make_shared<const VaeValue>(unsaid);
    ImageValue picture;
    picture.images.push_back(testPicture(64, 64));
    const auto walked = [&](const Value& by) {
        const Value latent =
            runNode(*m_host, "encode_image", {{"image", std::make_shared<const ImageValue>(picture)}, {"vae", by}})[0];
        const Value ended =
            runNode(*m_host, "sample", {{"model", xl[0]}, {"positive", prompt(xl, "prompt")}, {"latent", latent}},
                {{"steps", int64_t(4)}, {"strength", 0.5}, {"cfg", 1.0}})[0];
        const Value decoded = runNode(*m_host, "decode_latent", {{"latent", ended}, {"vae", by}})[0];
        return std::pair(*as<LatentValue>(ended).values, as<ImageValue>(decoded).images[0].pixels);
    };
    const auto [latents, pixels] = walked(xl[2]);
    const auto [sameLatents, samePixels] = walked(other);
    QVERIFY(relativeL2(sameLatents, latents) < 1e-5); // a factor more is rounded
    int largest = 0;
    for (size_t i = 0; i < pixels.size(); ++i)
        largest = std::max(largest, std::abs(pixels[i] - samePixels[i]));
    QVERIFY2(largest <= 1, qPrintable(QString::number(largest)));
}

void StableDiffusionXlTest::whatOverflowsIsComputedInFp32()
{
    Gpu& gpu = m_host->gpu();
    const auto decoded = [&](DType precision) {
        AutoencoderKl vae = loadStableDiffusion(gpu, testDataPath("tiny_xl"), {.precision = precision}).vae;
        // What comes out of the first convolution is beyond 65,504, as inside SDXL's own; what follows is normed.
        vae.weights.tensors["decoder.conv_in.bias"] =
            tensorFrom(gpu, {16}, std::vector<float>(16, 1e5f), DType::F32, MemoryUse::Weights);
        LatentValue latent{.images = 2, .channels = 4, .height = 8, .width = 8};
        latent.values = std::make_shared<const std::vector<float>>(512, 0.5f);
        const Value value = runNode(*m_host, "decode_latent",
            {{"latent", std::make_shared<const LatentValue>(latent)},
                {"vae",
                    std::make_shared<const VaeValue>(VaeValue{std::make_shared<const AutoencoderKl>(vae), ""})}})[0];
        return as<ImageValue>(value).images;
    };
    const std::vector<RgbImage> half = decoded(DType::F16), whole = decoded(DType::F32);
    QCOMPARE(half.size(), size_t(2));
    for (size_t i = 0; i < half[1].pixels.size(); ++i)
        QVERIFY(std::abs(half[1].pixels[i] - whole[1].pixels[i]) <= 1);
}

void StableDiffusionXlTest::longPromptsKeepTheFirstPooledState()
{
    const Values loaded = load("tiny_xl");
    const auto pooled = [&](const std::string& text) {
        const Value value = runNode(*m_host, "encode_prompt", {{"text_encoder", loaded[1]}}, {{"text", text}})[0];
        return std::pair(as<ConditioningValue>(value).pooled, as<ConditioningValue>(value).tokens);
    };
    const auto [alone, tokens] = pooled("a red house");
    const auto [ofTwo, moreTokens] = pooled("a red house BREAK a tree");
    QCOMPARE(alone.size(), size_t(16));
    QCOMPARE(tokens, int64_t(77));
    QCOMPARE(moreTokens, int64_t(154));
    QVERIFY(relativeL2(ofTwo, alone) < 1e-5); // rows of a batch share tiles of a product
    QCOMPARE(pooled("a (red:1.5) house").first, alone); // weights act on the states alone
}

void StableDiffusionXlTest::eachEncoderMayReadAPromptOfItsOwn()
{
    const Values loaded = load("tiny_xl");
    const auto encoded = [&](const std::string& text, const std::string& first) {
        const Value value = runNode(
            *m_host, "encode_prompt_xl", {{"text_encoder", loaded[1]}}, {{"text", text}, {"first_text", first}})[0];
        return as<ConditioningValue>(value);
    };
    const ConditioningValue house = encoded("a house", "a house"), tree = encoded("a tree", "a tree"),
                            both = encoded("a house", "a tree");
    QCOMPARE(both.pooled, house.pooled);
    constexpr size_t first = 32, width = 56; // numbers a token
    for (size_t i = 0; i < both.states->size(); ++i)
        QCOMPARE((*both.states)[i], (*(i % width < first ? tree : house).states)[i]);
    QCOMPARE(encoded("a house", "a BREAK tree").tokens, int64_t(154)); // the shorter one is lengthened
}

void StableDiffusionXlTest::refusesOtherAdditions()
{
    ModelFiles files = openModel(testDataPath("tiny_xl"));
    files.unet.config["addition_embed_type"] = "text_image";
    QVERIFY(
        refusalOf([&] { detectUNet(files); }).contains("addition_embed_type is \"text_image\", supported is null or"));
    ModelFiles first = openModel(testDataPath("tiny_a"));
    first.unet.config["addition_embed_type"] = "text_time"; // without the tensors for it
    QVERIFY(refusalOf([&] { detectUNet(first); }).contains("label_emb.0.0.weight"));
}

// What ComfyUI finds by these marks: Playground 2.5 and CosXL.
void StableDiffusionXlTest::refusesOtherNoise()
{
    for (const char* mark : {"edm_mean", "edm_vpred.sigma_max"}) {
        ModelFiles files = openModel(testDataPath("tiny_xl.safetensors"));
        QVERIFY(refusal([&] { detectNoise(files); }).empty());
        TensorInfo info;
        info.name = mark;
        files.files[0].tensors.push_back(info);
        std::ranges::sort(files.files[0].tensors, {}, &TensorInfo::name);
        QVERIFY(refusalOf([&] { detectNoise(files); }).contains("another kind of noise (EDM)"));
    }
}

ATHANOR_TEST(StableDiffusionXlTest)
#include "stable_diffusion_xl_test.moc"
