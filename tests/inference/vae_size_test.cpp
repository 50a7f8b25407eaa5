// Models whose VAE halves a picture's sides twice or four times instead of three times: sizes of latents, pictures,
// tiles, masks and metadata. The VAEs have zeros for weights, the rest is tiny model a.
#include "inference/diffusion/latent_codec.h"
#include "inference/models/native_size.h"
#include "tests/support/device_run_host.h"
#include "tests/support/model_bytes.h"
#include "tests/support/test_program.h"

#include <QTemporaryDir>
#include <QTest>
#include <filesystem>

using namespace athanor;
namespace fs = std::filesystem;

namespace {

constexpr int64_t channels = 4;

struct VaeTensors {
    std::vector<TestTensor> all;

    void conv(const std::string& name, int64_t outputs, int64_t inputs, int64_t kernel)
    {
        all.push_back({name + ".weight", "F32", {outputs, inputs, kernel, kernel}, {}});
        all.push_back({name + ".bias", "F32", {outputs}, {}});
    }
    void norm(const std::string& name)
    {
        all.push_back({name + ".weight", "F32", {channels}, {}});
        all.push_back({name + ".bias", "F32", {channels}, {}});
    }
    void block(const std::string& name)
    {
        for (const char* number : {"1", "2"}) {
            norm(name + ".norm" + number);
            conv(name + ".conv" + number, channels, channels, 3);
        }
    }
    void middle(const std::string& name)
    {
        block(name + ".block_1");
        norm(name + ".attn_1.norm");
        for (const char* part : {".q", ".k", ".v", ".proj_out"})
            conv(name + ".attn_1" + part, channels, channels, 1);
        block(name + ".block_2");
    }
};

std::vector<TestTensor> vaeOf(int halvings)
{
    VaeTensors t;
    t.conv("encoder.conv_in", channels, 3, 3);
    t.conv("decoder.conv_in", channels, 4, 3);
    for (const std::string side : {"encoder", "decoder"}) {
        const std::string level = side == "encoder" ? "encoder.down." : "decoder.up.";
        for (int i = 0; i <= halvings; ++i)
            t.block(level + std::to_string(i) + ".block.0");
        for (int i = 0; i < halvings; ++i)
            t.conv(side == "encoder" ? level + std::to_string(i) + ".downsample.conv"
                                     : level + std::to_string(i + 1) + ".upsample.conv",
                channels, channels, 3);
        t.middle(side + ".mid");
        t.norm(side + ".norm_out");
    }
    t.conv("encoder.conv_out", 8, channels, 3);
    t.conv("decoder.conv_out", 3, channels, 3);
    t.conv("quant_conv", 8, 8, 1);
    t.conv("post_quant_conv", 4, 4, 1);
    return t.all;
}

}

class VaeSizeTest : public QObject {
    Q_OBJECT
private slots:
    void sizes_data()
    {
        QTest::addColumn<int>("halvings");
        for (const int halvings : {1, 2, 4, 5})
            QTest::addRow("%d", halvings) << halvings;
    }
    void sizes();
    void latentsOfAnotherVaeAreRefused();
    void tooManyHalvingsAreRefused();

private:
    // Tiny model a with such a VAE.
    std::string folderOf(int halvings)
    {
        const fs::path root = fs::path(m_folder.path().toStdString()) / std::to_string(halvings);
        if (!fs::exists(root)) {
            fs::copy(testDataPath("tiny_a"), root, fs::copy_options::recursive);
            writeBytes((root / "vae/diffusion_pytorch_model.safetensors").string(), safetensorsOf(vaeOf(halvings)));
        }
        return root.string();
    }
    Values run(std::string_view id, Inputs inputs, Params params = {}, NodeHooks hooks = {})
    {
        return runNode(m_host, id, std::move(inputs), std::move(params), std::move(hooks));
    }

    QTemporaryDir m_folder;
    DeviceRunHost m_host;
};

void VaeSizeTest::sizes()
{
    QFETCH(int, halvings);
    const int unit = 1 << halvings, width = 96, height = 64;
    const Values loaded = run("load_checkpoint", {}, {{"file", folderOf(halvings)}});
    const Value positive =
        run("encode_prompt", {{"text_encoder", loaded[1]}}, {{"text", std::string("a red house")}})[0];
    QCOMPARE(nativeSize(openModel(folderOf(halvings))), 16 * unit);
    QCOMPARE(latentPixels(as<VaeValue>(loaded[2])), unit);

    // From noise alone, with a mask and a preview.
    Value start = run("empty_latent", {}, {{"width", int64_t(width)}, {"height", int64_t(height)}})[0];
    start = run("set_latent_mask",
        {{"latent", start}, {"mask", std::make_shared<const Mask>(Mask{8, 8, std::vector<float>(64, 1.f)})}})[0];
    std::vector<std::string> warnings;
    std::pair<int, int> preview, latentOfStep;
    NodeHooks hooks;
    hooks.onWarning = [&](const std::string& text) { warnings.push_back(text); };
    hooks.onProgress = [&](const NodeProgress& progress) {
        if (progress.preview)
            preview = {progress.preview().width, progress.preview().height};
        if (progress.latent)
            latentOfStep = {int(progress.latent().width), progress.latent().downsamplings};
    };
    const Value made = run("sample", {{"model", loaded[0]}, {"positive", positive}, {"latent", start}},
        {{"steps", int64_t(1)}, {"cfg", 1.0}, {"sampler", std::string("euler")}}, hooks)[0];
    const LatentValue& latent = as<LatentValue>(made);
    QCOMPARE(std::pair(latent.width * unit, latent.height * unit), std::pair(int64_t(width), int64_t(height)));
    QCOMPARE(preview, std::pair(width / unit, height / unit));
    QCOMPARE(latentOfStep, std::pair(width / unit, halvings));
    QCOMPARE(std::string(fieldValue(latent.infos.at(0), "Size")), std::string("96x64"));
    QVERIFY(warnings.empty());

    // Whole and in tiles.
    for (const char* tiling : {"off", "on"}) {
        const Value pictures = run("decode_latent", {{"latent", made}, {"vae", loaded[2]}},
            {{"tiling", std::string(tiling)}, {"tile", int64_t(128)}, {"overlap", int64_t(8)}})[0];
        const RgbImage& picture = as<ImageValue>(pictures).images.at(0);
        QCOMPARE(std::pair(picture.width, picture.height), std::pair(width, height));
    }

    // A picture of odd sides is cut to what the VAE takes, its mask too.
    const Value picture = std::make_shared<const ImageValue>(ImageValue{{testPicture(101, 70)}, {}});
    const Value encoded = run("encode_image",
        {{"image", picture}, {"vae", loaded[2]}, {"mask", std::make_shared<const Mask>(testMask(101, 70))}},
        {{"tiling", std::string("on")}, {"tile", int64_t(128)}, {"overlap", int64_t(8)}}, hooks)[0];
    const LatentValue& image = as<LatentValue>(encoded);
    QCOMPARE(std::tuple(image.width, image.height, image.downsamplings),
        std::tuple(int64_t(101 / unit), int64_t(70 / unit), halvings));
    QCOMPARE(image.mask->width, 101 / unit * unit);
    QCOMPARE(warnings,
        std::vector<std::string>{"the picture of 101×70 pixels is cut to " + std::to_string(101 / unit * unit) + "×"
            + std::to_string(70 / unit * unit) + ": sides are multiples of " + std::to_string(unit)});

    // Scaled by pixels.
    const Value scaled =
        run("scale_latent", {{"latent", encoded}}, {{"width", int64_t(128)}, {"height", int64_t(64)}})[0];
    QCOMPARE(as<LatentValue>(scaled).width, int64_t(128 / unit));

    // Sides that the model cannot have become smaller, which is told.
    warnings.clear();
    const Value odd = run("empty_latent", {}, {{"width", int64_t(104)}, {"height", int64_t(64)}})[0];
    const Value fewer = run("sample", {{"model", loaded[0]}, {"positive", positive}, {"latent", odd}},
        {{"steps", int64_t(1)}, {"cfg", 1.0}, {"sampler", std::string("euler")}}, hooks)[0];
    const int64_t becomes = 104 / unit * unit;
    QCOMPARE(as<LatentValue>(fewer).width * unit, becomes);
    QCOMPARE(std::string(fieldValue(as<LatentValue>(fewer).infos.at(0), "Size")), std::to_string(becomes) + "x64");
    if (becomes != 104)
        QCOMPARE(warnings,
            std::vector<std::string>{"the picture of 104×64 pixels becomes 96×64: sides are multiples of "
                + std::to_string(unit) + " with this model"});
}

void VaeSizeTest::latentsOfAnotherVaeAreRefused()
{
    const Values two = run("load_checkpoint", {}, {{"file", folderOf(2)}});
    const Values four = run("load_checkpoint", {}, {{"file", folderOf(4)}});
    const Value picture = std::make_shared<const ImageValue>(ImageValue{{testPicture(64, 64)}, {}});
    const Value latent = run("encode_image", {{"image", picture}, {"vae", two[2]}})[0];
    const Value positive = run("encode_prompt", {{"text_encoder", four[1]}}, {{"text", std::string("a")}})[0];
    const std::string decoded = refusal([&] { run("decode_latent", {{"latent", latent}, {"vae", four[2]}}); });
    QVERIFY2(
        decoded.find("has 4 pixels a side for each of its values, this VAE has 16") != decoded.npos, decoded.c_str());
    const std::string sampled = refusal([&] {
        run("sample", {{"model", four[0]}, {"positive", positive}, {"latent", latent}});
    });
    QVERIFY2(sampled.find("this model has 16") != sampled.npos, sampled.c_str());
}

void VaeSizeTest::tooManyHalvingsAreRefused()
{
    const std::string text = refusal([&] { run("load_checkpoint", {}, {{"file", folderOf(6)}}); });
    QVERIFY2(text.find("the VAE halves a picture 6 times, at most 5 are supported") != text.npos, text.c_str());
}

ATHANOR_TEST(VaeSizeTest)
#include "vae_size_test.moc"
