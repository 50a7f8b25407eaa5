// What single nodes and short chains of them do, with a tiny model.
#include "inference/models/denoiser.h"
#include "inference/models/unet.h"
#include "tests/support/device_run_host.h"
#include "tests/support/reference.h"
#include "tests/support/test_program.h"

#include <QElapsedTimer>
#include <QTest>

#include <cmath>

using namespace athanor;

namespace {

ErrorKind kindOf(const std::function<void()>& work)
{
    try {
        work();
    } catch (const Error& error) {
        return error.kind;
    }
    return ErrorKind(0);
}

ParamValue textValue(const char* text)
{
    return std::string(text);
}

}

class NodesTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void makesTheReferencePicture();
    void tellsHowAPictureWasMade();
    void roundsSizesWithAWarning();
    void twoHalvesAreOneWalk_data();
    void twoHalvesAreOneWalk();
    void strengthChoosesTheSteps();
    void changesOnlyWhatTheMaskAllows();
    void missingNegativeIsAnEmptyPrompt();
    void longPromptsMeetShortOnes();
    void pictureOfABatchIsItsSeedsOwn();
    void guidanceAsAnInputNeedsNoNegative();
    void neverSavesWhatIsNoNumber();
    void refusesWhatDoesNotFit_data();
    void refusesWhatDoesNotFit();
    void refusesTooLargeBeforeItStarts();
    void stopsWhenAsked();
    void cutsPicturesToMultiplesOf8();
    void takesOutWhatTheMaskMarks();
    void fadesIntoPaddedPictures();
    void transparencyBecomesAMask();
    void scalesLatentsAsComfy();
    void blendsThroughAMask();
    void flipsPictures();
    void batchesListsAndBatches();
    void switchHandsOnWhatIsChosen();
    void listsPrompts();

private:
    Values run(std::string_view id, Inputs inputs, Params params = {}, NodeHooks hooks = {})
    {
        return runNode(m_host, id, std::move(inputs), std::move(params), std::move(hooks));
    }
    Value prompt(const std::string& text)
    {
        return run("encode_prompt", {{"text_encoder", m_text}}, {{"text", text}})[0];
    }
    Value latent(int64_t width, int64_t height, int64_t batch = 1)
    {
        return run("empty_latent", {}, {{"width", width}, {"height", height}, {"batch", batch}})[0];
    }
    // Three steps of Euler on what `start` is, unless `params` say otherwise.
    LatentValue sampled(const Value& start, Params params = {})
    {
        params.try_emplace("steps", int64_t(3));
        params.try_emplace("sampler", textValue("euler"));
        return as<LatentValue>(
            run("sample", {{"model", m_model}, {"positive", m_positive}, {"negative", m_negative}, {"latent", start}},
                std::move(params))[0]);
    }
    static Value shared(LatentValue value) { return std::make_shared<const LatentValue>(std::move(value)); }
    Value picture(int width, int height) const
    {
        return std::make_shared<const ImageValue>(ImageValue{{testPicture(width, height)}, {}});
    }
    Value pictureLatent(int width, int height)
    {
        return run("encode_image", {{"image", picture(width, height)}, {"vae", m_vae}})[0];
    }

    DeviceRunHost m_host;
    Value m_model, m_text, m_vae, m_positive, m_negative;
};

void NodesTest::initTestCase()
{
    const Values loaded = run("load_checkpoint", {}, {{"file", testDataPath("tiny_a")}});
    m_model = loaded[0];
    m_text = loaded[1];
    m_vae = loaded[2];
    m_positive = prompt("a red house");
    m_negative = prompt("blurry");
}

void NodesTest::makesTheReferencePicture()
{
    const TensorFile reference = openReference("trajectories.safetensors");
    m_positive = prompt(reference.metadata.at("prompt"));
    m_negative = prompt(reference.metadata.at("negative"));
    const LatentValue end = sampled(latent(128, 64),
        {{"seed", int64_t(42)}, {"steps", int64_t(10)}, {"sampler", textValue("dpmpp_2m")},
            {"schedule", textValue("karras")}, {"cfg", 7.5}});
    QVERIFY(relativeL2(*end.values, referenceValues(reference, "end.dpmpp_2m.karras.cfg7.5")) <= 1e-3);
    const Values decoded = run("decode_latent", {{"latent", shared(end)}, {"vae", m_vae}});
    const RgbImage& image = as<ImageValue>(decoded[0]).images.at(0);
    const std::vector<float> want = referenceValues(reference, "image.dpmpp_2m.karras.cfg7.5"); // channels first
    QCOMPARE(image.pixels.size(), want.size());
    for (size_t i = 0; i < want.size(); ++i) {
        const size_t pixel = i % (want.size() / 3), channel = i / (want.size() / 3);
        const float value = std::clamp((want[i] + 1) / 2 * 255, 0.f, 255.f);
        QVERIFY(std::abs(float(image.pixels[pixel * 3 + channel]) - value) <= 2);
    }
    initTestCase();
}

void NodesTest::tellsHowAPictureWasMade()
{
    const Value skipped = run("set_clip_skip", {{"text_encoder", m_text}}, {{"layer", int64_t(2)}})[0];
    const Value positive = run("encode_prompt", {{"text_encoder", skipped}}, {{"text", textValue("a, b: c")}})[0];
    const Value vae = run("load_vae", {}, {{"file", testDataPath("tiny_a.safetensors")}})[0];
    const Value start = run("repeat_latent", {{"latent", pictureLatent(64, 128)}}, {{"amount", int64_t(2)}})[0];
    const Value end = run("sample",
        {{"model", m_model}, {"positive", positive}, {"negative", m_negative}, {"latent", start}},
        {{"seed", ~uint64_t(0) - 1}, {"steps", int64_t(4)}, {"cfg", 6.5}, {"sampler", textValue("ddim")},
            {"schedule", textValue("normal")}, {"strength", 0.5}, {"eta", 0.25}, {"noise", textValue("philox")}})[0];
    const Value image = run("decode_latent", {{"latent", end}, {"vae", vae}})[0];
    m_host.saved.clear();
    std::vector<std::string> paths;
    NodeHooks hooks;
    hooks.onSaved = [&](const std::string& path, const Shared<RgbImage>&) { paths.push_back(path); };
    run("save_image", {{"image", image}}, {{"name", textValue("x")}}, hooks);
    QCOMPARE(paths, (std::vector<std::string>{"x.png", "x.png"}));
    QCOMPARE(m_host.saved.size(), size_t(2));
    const std::string want =
        "a, b: c\nNegative prompt: blurry\nSteps: 4, Sampler: DDIM, Schedule type: Normal, "
        "CFG scale: 6.5, Seed: 18446744073709551615, Size: 64x128, Model hash: 0123456789, "
        "Model: tiny_a, VAE: tiny_a, Denoising strength: 0.5, Strength mode: share, Clip skip: 2, Eta: 0.25, RNG: NV, "
        "Version: Athanor ";
    const std::string got = writeInfotext(m_host.saved[1].second);
    QCOMPARE(got.substr(0, want.size()), want);
    QVERIFY(got.size() > want.size());
    QCOMPARE(fieldValue(m_host.saved[0].second, "Seed"), std::string_view("18446744073709551614"));
}

// V01.
void NodesTest::roundsSizesWithAWarning()
{
    std::vector<std::string> warnings;
    NodeHooks hooks;
    hooks.onWarning = [&](const std::string& text) { warnings.push_back(text); };
    const Values values = run("empty_latent", {}, {{"width", int64_t(65)}, {"height", int64_t(513)}}, hooks);
    QCOMPARE(as<LatentValue>(values[0]).width, int64_t(8));
    QCOMPARE(as<LatentValue>(values[0]).height, int64_t(64));
    QCOMPARE(warnings.size(), size_t(2));
    QVERIFY(warnings[0].find("height 513 becomes 512") != std::string::npos);
}

void NodesTest::twoHalvesAreOneWalk_data()
{
    QTest::addColumn<QString>("sampler");
    for (const char* name : {"euler", "euler_ancestral", "ddpm", "lcm", "heun"})
        QTest::newRow(name) << name;
}

void NodesTest::twoHalvesAreOneWalk()
{
    QFETCH(QString, sampler);
    const Params base{{"steps", int64_t(4)}, {"sampler", sampler.toStdString()}, {"seed", int64_t(3)}};
    const auto with = [&](std::initializer_list<std::pair<const char*, ParamValue>> more) {
        Params params = base;
        for (const auto& [name, value] : more)
            params[name] = value;
        return params;
    };
    const LatentValue whole = sampled(latent(64, 64), base);
    const LatentValue half = sampled(latent(64, 64), with({{"end_step", int64_t(2)}, {"keep_noise", true}}));
    const LatentValue rest = sampled(shared(half), with({{"start_step", int64_t(2)}, {"add_noise", false}}));
    QVERIFY(*half.values != *whole.values);
    QCOMPARE(*rest.values, *whole.values);
    QCOMPARE(fieldValue(rest.infos.at(0), "End step"), std::string_view("2")); // it goes on with the first one's text
    // Without keeping noise the end is a picture, not what the whole walk came to on its way.
    QVERIFY(*sampled(latent(64, 64), with({{"end_step", int64_t(2)}})).values != *half.values);
}

void NodesTest::strengthChoosesTheSteps()
{
    const Value start = pictureLatent(64, 64);
    const auto steps = [&](const char* mode, double strength) {
        int total = 0;
        NodeHooks hooks;
        hooks.onProgress = [&](const NodeProgress& progress) { total = progress.total; };
        const Values end = run("sample", {{"model", m_model}, {"positive", m_positive}, {"latent", start}},
            {{"steps", int64_t(4)}, {"strength", strength}, {"strength_mode", textValue(mode)}, {"cfg", 1.0}}, hooks);
        if (total == 0 && *as<LatentValue>(end[0]).values != *as<LatentValue>(start).values)
            return -1;
        return total;
    };
    QCOMPARE(steps("share", 0.5), 2);
    QCOMPARE(steps("all", 0.5), 4);
    QCOMPARE(steps("a1111", 0.5), 3); // int(4 × 0.5) + 1
    QCOMPARE(steps("a1111", 0.2), 1);
    QCOMPARE(steps("a1111", 0.9), 4);
    QCOMPARE(steps("a1111", 1), 4);
    QCOMPARE(steps("a1111", 0), 0);
    QCOMPARE(steps("share", 1), 4);
    QCOMPARE(steps("all", 1), 4);
    QCOMPARE(steps("share", 0), 0); // V02: the input comes back
    QCOMPARE(steps("all", 0), 0);
    QCOMPARE(kindOf([&] { steps("all", 0.001); }), ErrorKind::BadArgument);
}

void NodesTest::changesOnlyWhatTheMaskAllows()
{
    const Value start = pictureLatent(128, 64); // latents 16 × 8
    const Value mask = std::make_shared<const Mask>(Mask{2, 1, {1, 0}});
    const Value masked = run("set_latent_mask", {{"latent", start}, {"mask", mask}})[0];
    const std::vector<float> was = *as<LatentValue>(start).values, free = *sampled(start).values;
    for (const char* sampler : {"euler", "dpmpp_2m", "euler_ancestral"}) {
        const std::vector<float> is = *sampled(masked, {{"sampler", textValue(sampler)}}).values;
        size_t changed = 0;
        for (size_t i = 0; i < is.size(); ++i) {
            const size_t column = i % 16;
            if (column >= 12) // bilinear: columns 4 to 11 are between
                QVERIFY(std::abs(is[i] - was[i]) <= 1e-5f * std::max(1.f, std::abs(was[i])));
            changed += column < 4 && std::abs(is[i] - was[i]) > 1e-2f;
        }
        QVERIFY2(changed > 50, "what may change did not");
        QVERIFY(is != free);
    }
}

void NodesTest::missingNegativeIsAnEmptyPrompt()
{
    const Inputs inputs{{"model", m_model}, {"positive", m_positive}, {"latent", latent(64, 64)}};
    Inputs withEmpty = inputs;
    withEmpty["negative"] = prompt("");
    const Params params{{"steps", int64_t(2)}};
    const Values a = run("sample", inputs, params), b = run("sample", withEmpty, params);
    QCOMPARE(*as<LatentValue>(a[0]).values, *as<LatentValue>(b[0]).values);
}

void NodesTest::longPromptsMeetShortOnes()
{
    std::string longText;
    for (int i = 0; i < 40; ++i)
        longText += "a red house, ";
    const Value lengthy = prompt(longText);
    QVERIFY(as<ConditioningValue>(lengthy).tokens > as<ConditioningValue>(m_negative).tokens);
    const Value end =
        run("sample", {{"model", m_model}, {"positive", m_negative}, {"negative", lengthy}, {"latent", latent(64, 64)}},
            {{"steps", int64_t(1)}})[0];
    // The same as a short prompt written with enough BREAKs behind it.
    std::string broken = "blurry";
    for (int64_t i = 77; i < as<ConditioningValue>(lengthy).tokens; i += 77)
        broken += " BREAK";
    const Value padded = run("sample",
        {{"model", m_model}, {"positive", prompt(broken + " BREAK")}, {"negative", lengthy},
            {"latent", latent(64, 64)}},
        {{"steps", int64_t(1)}})[0];
    QVERIFY(relativeL2(*as<LatentValue>(end).values, *as<LatentValue>(padded).values) < 1e-4);
}

void NodesTest::pictureOfABatchIsItsSeedsOwn()
{
    const LatentValue both = sampled(latent(64, 64, 2), {{"seed", int64_t(7)}});
    const LatentValue second = sampled(latent(64, 64), {{"seed", int64_t(8)}});
    QVERIFY(relativeL2({both.values->begin() + 256, both.values->end()}, *second.values) < 1e-4);
    QCOMPARE(both.infos.at(1), second.infos.at(0));
}

// A latent consistency model: cfg goes into the network, which runs once a step.
void NodesTest::guidanceAsAnInputNeedsNoNegative()
{
    UNet net = requireUNet(*as<ModelValue>(m_model).net);
    net.config.guidanceWidth = 6;
    std::vector<float> weight;
    for (int i = 0; i < 8 * 6; ++i)
        weight.push_back(float(i % 7 - 3) / 4);
    net.weights.packed["time_embed.cond_proj.weight"] = packWeight(m_host.device, weight, 8, 6, 1, 1, DType::F32);
    ModelValue model = as<ModelValue>(m_model);
    model.net = std::make_shared<const Denoiser>(std::move(net));
    const Value shared = std::make_shared<const ModelValue>(model);
    const auto walked = [&](double cfg, const Value& negative) {
        return *as<LatentValue>(
            run("sample",
                {{"model", shared}, {"positive", m_positive}, {"negative", negative}, {"latent", latent(64, 64)}},
                {{"steps", int64_t(2)}, {"sampler", textValue("euler")}, {"cfg", cfg}})[0])
                    .values;
    };
    const std::vector<float> usual = walked(4, m_negative);
    QCOMPARE(walked(4, prompt("of no effect")), usual);
    QVERIFY(relativeL2(walked(8, m_negative), usual) > 1e-3);
}

void NodesTest::neverSavesWhatIsNoNumber()
{
    LatentValue broken{1, 4, 8, 8, std::make_shared<const std::vector<float>>(256, NAN), nullptr, {}};
    QCOMPARE(kindOf([&] { run("decode_latent", {{"latent", shared(broken)}, {"vae", m_vae}}); }), ErrorKind::BadFile);
    QVERIFY(kindOf([&] { sampled(shared(broken)); }) != ErrorKind(0));
    UNet damaged = requireUNet(*as<ModelValue>(m_model).net);
    Tensor& bias = damaged.weights.tensors.at("out.2.bias");
    bias = tensorFrom(m_host.device, bias.shape, std::vector<float>(size_t(bias.count()), NAN));
    ModelValue model = as<ModelValue>(m_model);
    model.net = std::make_shared<const Denoiser>(std::move(damaged));
    QCOMPARE(kindOf([&] {
        run("sample",
            {{"model", std::make_shared<const ModelValue>(model)}, {"positive", m_positive},
                {"latent", latent(64, 64)}});
    }),
        ErrorKind::BadFile);
}

void NodesTest::refusesWhatDoesNotFit_data()
{
    QTest::addColumn<std::function<void(NodesTest&)>>("work");
    const auto row = [](const char* name, std::function<void(NodesTest&)> work) { QTest::newRow(name) << work; };
    row("latent of another kind", [](NodesTest& t) {
        t.sampled(shared({1, 16, 8, 8, std::make_shared<const std::vector<float>>(1024), nullptr, {}}));
    });
    row("such a latent to decode", [](NodesTest& t) {
        const auto values = std::make_shared<const std::vector<float>>(1024);
        t.run("decode_latent", {{"latent", shared({1, 16, 8, 8, values, nullptr, {}})}, {"vae", t.m_vae}});
    });
    row("another model's text encoder", [](NodesTest& t) {
        const Value text = t.run("load_checkpoint", {}, {{"file", testDataPath("tiny_b.ckpt")}})[1];
        const Value other = t.run("encode_prompt", {{"text_encoder", text}}, {{"text", textValue("a")}})[0];
        t.run("sample", {{"model", t.m_model}, {"positive", other}, {"latent", t.latent(64, 64)}});
    });
    row("clip skip beyond the layers", [](NodesTest& t) {
        t.run("set_clip_skip", {{"text_encoder", t.m_text}}, {{"layer", int64_t(4)}});
    });
    row("eta of a sampler without", [](NodesTest& t) { t.sampled(t.latent(64, 64), {{"eta", 0.5}}); });
    row("no file", [](NodesTest& t) { t.run("load_checkpoint", {}, {{"file", textValue("")}}); });
    row("too many at once", [](NodesTest& t) {
        t.run("repeat_latent", {{"latent", t.latent(64, 64, 64)}}, {{"amount", int64_t(2)}});
    });
    row("enlarged too much", [](NodesTest& t) {
        t.run("resize_image", {{"image", t.picture(2000, 8)}},
            {{"width", int64_t(0)}, {"height", int64_t(0)}, {"factor", 8.0}});
    });
    row("nothing but blank prompts", [](NodesTest& t) { t.run("prompt_list", {}, {{"text", textValue(" \n\r\n")}}); });
    row("switch to nothing", [](NodesTest& t) { t.run("switch", {{"a", 1.0}}, {{"choice", int64_t(2)}}); });
    row("picture too small", [](NodesTest& t) { t.pictureLatent(7, 64); });
}

void NodesTest::refusesWhatDoesNotFit()
{
    QFETCH(std::function<void(NodesTest&)>, work);
    QCOMPARE(kindOf([&] { work(*this); }), ErrorKind::BadArgument);
}

// V07. The tiny model's limit is lowered; a batch is cut into pieces, so the one picture counts.
void NodesTest::refusesTooLargeBeforeItStarts()
{
    GpuOptions options;
    options.mask.maxMemory = 6 << 20;
    DeviceRunHost small(options);
    small.type = DType::F16;
    const Values loaded = runNode(small, "load_checkpoint", {}, {{"file", testDataPath("tiny_a")}});
    const Value text = runNode(small, "encode_prompt", {{"text_encoder", loaded[1]}})[0];
    int reports = 0;
    NodeHooks hooks;
    hooks.onProgress = [&](const NodeProgress&) { ++reports; };
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(kindOf([&] {
        runNode(small, "sample", {{"model", loaded[0]}, {"positive", text}, {"latent", latent(8192, 8192, 8)}},
            {{"steps", int64_t(1)}}, hooks);
    }),
        ErrorKind::OutOfMemory);
    QCOMPARE(reports, 0);
    QVERIFY(timer.elapsed() < 10'000);
}

void NodesTest::stopsWhenAsked()
{
    std::stop_source stop;
    NodeHooks hooks;
    hooks.stop = stop.get_token();
    hooks.onProgress = [&](const NodeProgress& progress) {
        if (progress.done == 1)
            stop.request_stop();
    };
    const Inputs inputs{{"model", m_model}, {"positive", m_positive}, {"latent", latent(64, 64)}};
    QCOMPARE(kindOf([&] { run("sample", inputs, {{"steps", int64_t(100)}}, hooks); }), ErrorKind::Cancelled);
    QCOMPARE(kindOf([&] { run("encode_prompt", {{"text_encoder", m_text}}, {}, hooks); }), ErrorKind::Cancelled);
    QCOMPARE(kindOf([&] { run("save_image", {{"image", picture(8, 8)}}, {}, hooks); }), ErrorKind::Cancelled);
    QCOMPARE(run("sample", inputs, {{"steps", int64_t(1)}}).size(), size_t(1)); // the device goes on
}

void NodesTest::cutsPicturesToMultiplesOf8()
{
    std::vector<std::string> warnings;
    NodeHooks hooks;
    hooks.onWarning = [&](const std::string& text) { warnings.push_back(text); };
    const Value cut = run("encode_image", {{"image", picture(70, 66)}, {"vae", m_vae}}, {}, hooks)[0];
    QCOMPARE(warnings.size(), size_t(1));
    QVERIFY2(warnings[0].find("64×64") != std::string::npos, warnings[0].c_str());
    const Value middle = run("crop_image", {{"image", picture(70, 66)}},
        {{"x", int64_t(3)}, {"y", int64_t(1)}, {"width", int64_t(64)}, {"height", int64_t(64)}})[0];
    const Value same = run("encode_image", {{"image", middle}, {"vae", m_vae}})[0];
    QCOMPARE(*as<LatentValue>(cut).values, *as<LatentValue>(same).values);
}

void NodesTest::takesOutWhatTheMaskMarks()
{
    Mask mask{64, 64, std::vector<float>(64 * 64)};
    mask.pixels[32 * 64 + 20] = 1;
    const Inputs inputs{{"image", picture(64, 64)}, {"vae", m_vae}, {"mask", std::make_shared<const Mask>(mask)}};
    const Value latent = run("encode_image", inputs, {{"grow_mask", int64_t(6)}})[0];
    QVERIFY(as<LatentValue>(latent).mask);
    const Mask& grown = *as<LatentValue>(latent).mask;
    int ones = 0;
    for (const float value : grown.pixels)
        ones += value == 1;
    QCOMPARE(ones, 36); // six by six
    ImageValue gray{{testPicture(64, 64)}, {}};
    std::fill_n(gray.images[0].pixels.begin() + (32 * 64 + 20) * 3, 3, uint8_t(128));
    const Value want = run("encode_image", {{"image", std::make_shared<const ImageValue>(gray)}, {"vae", m_vae}})[0];
    QCOMPARE(*as<LatentValue>(latent).values, *as<LatentValue>(want).values);
}

void NodesTest::fadesIntoPaddedPictures()
{
    const Values padded = run("pad_image", {{"image", picture(40, 24)}},
        {{"left", int64_t(8)}, {"bottom", int64_t(16)}, {"feathering", int64_t(4)}});
    const RgbImage& image = as<ImageValue>(padded[0]).images.at(0);
    const Mask& mask = as<Mask>(padded[1]);
    QCOMPARE(image.width, 48);
    QCOMPARE(image.height, 40);
    QCOMPARE(image.pixels[0], uint8_t(128));
    QCOMPARE(image.pixels[(5 * 48 + 8 + 3) * 3], testPicture(40, 24).pixels[(5 * 40 + 3) * 3]);
    const auto at = [&](int x, int y) { return mask.pixels[size_t(y * 48 + x)]; };
    QCOMPARE(at(0, 0), 1.f); // the margin
    QCOMPARE(at(8, 0), 1.f); // the picture's edge
    QCOMPARE(at(10, 0), 0.25f); // two of four pixels in
    QCOMPARE(at(12, 0), 0.f);
    QCOMPARE(at(47, 0), 0.f); // a side that was not widened
    QCOMPARE(at(30, 23), 0.5625f); // one pixel above the lower margin
    QCOMPARE(at(30, 24), 1.f);
}

void NodesTest::transparencyBecomesAMask()
{
    m_host.pictures["x"] = {testPicture(3, 2), {}, {}};
    m_host.pictures["y"] = {testPicture(3, 2), {0, 255, 255, 255, 255, 51}, {}};
    QCOMPARE(as<Mask>(run("load_image", {}, {{"file", textValue("x")}})[1]).pixels, std::vector<float>(6));
    QCOMPARE(as<Mask>(run("load_image", {}, {{"file", textValue("y")}})[1]).pixels,
        (std::vector<float>{1, 0, 0, 0, 0, 0.8f}));
}

void NodesTest::scalesLatentsAsComfy()
{
    const auto size = [&](int64_t width, int64_t height, double factor = 1) {
        const Value scaled = run("scale_latent", {{"latent", latent(128, 64)}},
            {{"width", width}, {"height", height}, {"factor", factor}})[0];
        const auto& l = as<LatentValue>(scaled);
        return std::pair(l.width * 8, l.height * 8);
    };
    using Pair = std::pair<int64_t, int64_t>;
    QCOMPARE(size(200, 100), (Pair{200, 96})); // whole latents
    QCOMPARE(size(32, 16), (Pair{64, 64})); // at least 64
    QCOMPARE(size(256, 0), (Pair{256, 128}));
    QCOMPARE(size(0, 0, 1.5), (Pair{192, 96}));
    QCOMPARE(size(0, 0), (Pair{128, 64}));
    const Value start = pictureLatent(64, 64);
    const Value twice =
        run("scale_latent", {{"latent", start}}, {{"width", int64_t(128)}, {"height", int64_t(128)}})[0];
    const std::vector<float>&a = *as<LatentValue>(start).values, &b = *as<LatentValue>(twice).values;
    QCOMPARE(b.size(), a.size() * 4);
    QCOMPARE(b[17], a[0]); // nearest: the second row's second is still the first
    QCOMPARE(b[18], a[1]);
}

void NodesTest::blendsThroughAMask()
{
    const Value black = std::make_shared<const ImageValue>(ImageValue{{{2, 1, {0, 0, 0, 0, 0, 0}}}, {}});
    const Value white = std::make_shared<const ImageValue>(ImageValue{{{2, 1, std::vector<uint8_t>(6, 255)}}, {}});
    const Value mask = std::make_shared<const Mask>(Mask{2, 1, {0, 1}});
    const Values blended =
        run("blend_images", {{"image1", black}, {"image2", white}, {"mask", mask}}, {{"factor", 1.0}});
    QCOMPARE(as<ImageValue>(blended[0]).images[0].pixels, (std::vector<uint8_t>{0, 0, 0, 255, 255, 255}));
    const Values half = run("blend_images", {{"image1", black}, {"image2", white}}, {{"factor", 0.2}});
    QCOMPARE(as<ImageValue>(half[0]).images[0].pixels, std::vector<uint8_t>(6, 51));
}

void NodesTest::flipsPictures()
{
    const RgbImage image{2, 2, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}};
    const Inputs inputs{{"image", std::make_shared<const ImageValue>(ImageValue{{image}, {}})}};
    const auto pixels = [&](const char* direction) {
        return as<ImageValue>(run("flip_image", inputs, {{"direction", textValue(direction)}})[0]).images[0].pixels;
    };
    QCOMPARE(pixels("sideways"), (std::vector<uint8_t>{4, 5, 6, 1, 2, 3, 10, 11, 12, 7, 8, 9}));
    QCOMPARE(pixels("upside_down"), (std::vector<uint8_t>{7, 8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6}));
}

void NodesTest::batchesListsAndBatches()
{
    ValueList list{{picture(8, 8), picture(16, 8)}};
    const Values batch =
        run("batch_images", {{"image1", std::make_shared<const ValueList>(list)}, {"image2", picture(8, 8)}});
    const auto& images = as<ImageValue>(batch[0]);
    QCOMPARE(images.images.size(), size_t(3));
    for (const RgbImage& image : images.images)
        QCOMPARE(image.width, 8);
}

void NodesTest::switchHandsOnWhatIsChosen()
{
    const Values chosen = run("switch", {{"a", std::string("x")}, {"c", m_model}}, {{"choice", int64_t(3)}});
    QCOMPARE(&as<ModelValue>(chosen[0]), &as<ModelValue>(m_model));
}

void NodesTest::listsPrompts()
{
    const Values values = run("prompt_list", {}, {{"text", textValue("a house\r\n\n  \nb (x:1.2)")}});
    const auto& list = as<ValueList>(values[0]).values;
    QCOMPARE(list.size(), size_t(2));
    QCOMPARE(std::get<std::string>(list[0]), std::string("a house"));
    QCOMPARE(std::get<std::string>(list[1]), std::string("b (x:1.2)"));
}

ATHANOR_TEST(NodesTest)
#include "nodes_test.moc"
