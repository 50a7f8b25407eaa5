// A whole run on a tiny model: progress and previews, cancelling, and what happens when memory is short.
#include "inference/pipeline/text_to_image.h"
#include "render/error.h"
#include "tests/support/reference.h"
#include "tests/support/test_data.h"
#include <QElapsedTimer>
#include <QTest>

using namespace athanor;

namespace {

TextToImage smallRequest()
{
    TextToImage r;
    r.prompt = "a red house";
    r.width = r.height = 64;
    r.steps = 3;
    return r;
}

ErrorKind kindOf(const std::function<void()>& work)
{
    try {
        work();
    } catch (const Error& error) {
        return error.kind;
    }
    return ErrorKind(0);
}

}

class TextToImageTest : public QObject {
    Q_OBJECT
private slots:
    void reportsEachStep()
    {
        std::vector<int> steps;
        RunHooks hooks;
        hooks.onProgress = [&](const RunProgress& progress) {
            if (progress.phase != Phase::Sampling || !progress.preview)
                return;
            steps.push_back(progress.step);
            const RgbImage preview = progress.preview();
            QCOMPARE(preview.width, 8);
            QCOMPARE(preview.pixels.size(), size_t(8 * 8 * 3));
        };
        const std::vector<RgbImage> images = run(m_model, smallRequest(), hooks);
        QCOMPARE(steps, (std::vector<int>{1, 2, 3}));
        QCOMPARE(images.size(), size_t(1));
        QCOMPARE(images[0].width, 64);
        QCOMPARE(images[0].pixels.size(), size_t(64 * 64 * 3));
        // Previews change nothing, and the same request gives the same bytes.
        QCOMPARE(run(m_model, smallRequest())[0].pixels, images[0].pixels);
    }

    void cancelLeavesTheModelUsable()
    {
        const std::vector<float> whole = sampleLatents(m_model, smallRequest());
        const uint64_t live = m_gpu.memory().statistics(MemoryUse::Activations).liveBytes;
        std::stop_source stop;
        RunHooks hooks;
        hooks.stop = stop.get_token();
        hooks.onProgress = [&](const RunProgress& progress) {
            if (progress.step == 2)
                stop.request_stop();
        };
        QCOMPARE(kindOf([&] { run(m_model, smallRequest(), hooks); }), ErrorKind::Cancelled);
        QCOMPARE(m_gpu.memory().statistics(MemoryUse::Activations).liveBytes, live);
        QCOMPARE(sampleLatents(m_model, smallRequest()), whole);
    }

    void strengthNothingGivesThePictureBack()
    {
        TextToImage r = smallRequest();
        r.init = RgbImage{64, 64, std::vector<uint8_t>(64 * 64 * 3, 128)};
        r.strength = 0;
        const std::vector<float> a = sampleLatents(m_model, r);
        r.seed = 99;
        QCOMPARE(sampleLatents(m_model, r), a);
        r.strength = 1;
        QVERIFY(relativeL2(sampleLatents(m_model, r), a) > 0.1);
    }

    void refusesWhatIsOutOfRange_data()
    {
        QTest::addColumn<std::function<void(TextToImage&)>>("change");
        const auto row = [](const char* name, std::function<void(TextToImage&)> change) {
            QTest::newRow(name) << change;
        };
        row("width", [](TextToImage& r) { r.width = 72 + 1; });
        row("height", [](TextToImage& r) { r.height = 56; });
        row("steps", [](TextToImage& r) { r.steps = 1001; });
        row("cfg", [](TextToImage& r) { r.cfg = std::nan(""); });
        row("batch", [](TextToImage& r) { r.batch = 65; });
        row("strength", [](TextToImage& r) { r.strength = -0.1; });
        row("clip skip", [](TextToImage& r) { r.clipSkip = 4; });
        row("sampler", [](TextToImage& r) { r.sampler = "eulr"; });
        row("schedule", [](TextToImage& r) { r.schedule = ""; });
        row("start image", [](TextToImage& r) { r.init = RgbImage{8, 8, std::vector<uint8_t>(192)}; });
        row("eta of a sampler without", [](TextToImage& r) { r.eta = 0.5; });
    }
    void refusesWhatIsOutOfRange()
    {
        QFETCH(std::function<void(TextToImage&)>, change);
        TextToImage r = smallRequest();
        change(r);
        QCOMPARE(kindOf([&] { run(m_model, r); }), ErrorKind::BadArgument);
    }

    // V07, E04. The tiny model takes some 3 MiB, an evaluation of a batch of 32 pictures of 128×128 over 3 MiB in fp16.
    void shortOfMemory()
    {
        GpuOptions options;
        options.mask.maxMemory = 6 << 20;
        Gpu small(options);
        const StableDiffusion model = loadStableDiffusion(small, testDataPath("tiny_a"));
        TextToImage r = smallRequest();
        r.width = r.height = 128;
        r.steps = 2;
        const std::vector<float> one = sampleLatents(model, r);

        // A batch that does not fit is cut into pieces, the VAE's picture into tiles.
        r.batch = 32;
        const std::vector<float> batch = sampleLatents(model, r);
        QVERIFY(relativeL2({batch.begin(), batch.begin() + std::ptrdiff_t(one.size())}, one) < 1e-2);
        r.batch = 1;
        r.width = r.height = 256;
        QCOMPARE(run(model, r)[0].width, 256);

        // A single picture that cannot fit is refused before the first step, and the device goes on working.
        r.width = r.height = 8192;
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(kindOf([&] { run(model, r); }), ErrorKind::OutOfMemory);
        QVERIFY(timer.elapsed() < 10000);
        r.width = r.height = 128;
        QCOMPARE(sampleLatents(model, r), one);
    }

private:
    Gpu m_gpu;
    StableDiffusion m_model = loadStableDiffusion(m_gpu, testDataPath("tiny_a"));
};

QTEST_APPLESS_MAIN(TextToImageTest)
#include "text_to_image_test.moc"
