// The shipped workflows on a tiny model: progress and previews, cancelling, and what happens when memory is short.
#include "inference/graph/workflow_json.h"
#include "inference/run/executor.h"
#include "tests/support/device_run_host.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTest>

#include <cmath>

using namespace athanor;
using Kind = RunEvent::Kind;

namespace {

// Keeps the pictures that are saved.
struct PictureHost : DeviceRunHost {
    using DeviceRunHost::DeviceRunHost;
    std::vector<RgbImage> images;
    PreviewMode wanted = PreviewMode::Latent;
    PreviewMode wantedPreview(int, int) override { return wanted; }
    std::string saveImage(const SaveImage& save) override
    {
        images.push_back(save.image);
        return DeviceRunHost::saveImage(save);
    }
};

void set(Graph& graph, const char* title, const char* param, const ParamValue& value)
{
    for (auto& [id, node] : graph.nodes)
        if (node.title == title)
            node.params[param] = value;
}

Graph workflow(const char* name)
{
    QFile file(QString::fromStdString(sourcePath("resources/workflows/")) + name);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("a workflow is missing");
    Graph graph = readWorkflow(file.readAll().toStdString(), name).graph;
    set(graph, "Checkpoint", "file", testDataPath("tiny_a"));
    set(graph, "Prompt", "text", "a red house");
    set(graph, "Size", "width", int64_t(64));
    set(graph, "Size", "height", int64_t(64));
    set(graph, "Sampler", "steps", int64_t(3));
    return graph;
}

Graph small()
{
    return workflow("text-to-image.json");
}

// The largest mean difference of pixels.
double difference(const RgbImage& a, const RgbImage& b)
{
    if (a.pixels.size() != b.pixels.size())
        return 255;
    double sum = 0;
    for (size_t i = 0; i < a.pixels.size(); ++i)
        sum += std::abs(double(a.pixels[i]) - b.pixels[i]);
    return sum / double(a.pixels.size());
}

}

class TextToImageTest : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        m_host.images.clear();
        m_host.wanted = PreviewMode::Latent;
    }

    void reportsEachStep()
    {
        std::vector<int> steps;
        const RunSummary summary = run(m_host, small(), [&](const RunEvent& event) {
            if (event.kind != Kind::Preview)
                return;
            steps.push_back(event.done);
            QCOMPARE(int(event.preview), int(PreviewMode::Latent));
            QCOMPARE(event.picture->width, 8);
            QCOMPARE(event.picture->pixels.size(), size_t(8 * 8 * 3));
        });
        QVERIFY(summary.problems.empty());
        QCOMPARE(steps, (std::vector<int>{1, 2, 3}));
        QCOMPARE(m_host.images.size(), size_t(1));
        QCOMPARE(m_host.images[0].width, 64);
        QCOMPARE(m_host.images[0].pixels.size(), size_t(64 * 64 * 3));
        // Previews change nothing, and the same workflow gives the same bytes.
        const RgbImage first = m_host.images[0];
        QCOMPARE(picture(m_host, small()).pixels, first.pixels);
    }

    void makesThePreviewsThatAreWanted()
    {
        for (const PreviewMode mode : {PreviewMode::Off, PreviewMode::Latent, PreviewMode::Decoded}) {
            m_host.images.clear();
            m_host.wanted = mode;
            std::vector<int> widths;
            const RgbImage* saved = nullptr;
            run(m_host, small(), [&](const RunEvent& event) {
                if (event.kind == Kind::Preview) {
                    QCOMPARE(int(event.preview), int(mode));
                    widths.push_back(event.picture->width);
                } else if (event.kind == Kind::Saved) {
                    saved = event.picture.get();
                    QCOMPARE(saved->pixels, m_host.images.at(0).pixels);
                }
            });
            QVERIFY(saved);
            QCOMPARE(widths, std::vector<int>(mode == PreviewMode::Off ? 0 : 3, mode == PreviewMode::Latent ? 8 : 64));
        }
    }

    void encodesNoPromptAgainForAnotherSeed()
    {
        ResultCache cache(1 << 30);
        Graph graph = small();
        execute({graph}, m_host, cache, {}, {});
        set(graph, "Sampler", "seed", int64_t(1));
        std::vector<std::string> started;
        execute({graph}, m_host, cache,
            [&](const RunEvent& event) {
                if (event.kind == Kind::NodeStarted)
                    started.push_back(event.title);
            },
            {});
        QCOMPARE(started, (std::vector<std::string>{"Sampler", "Decode", "Save"}));
        const RgbImage withCache = m_host.images.at(1);
        QCOMPARE(picture(m_host, graph).pixels, withCache.pixels);
    }

    void cancelLeavesTheModelUsable()
    {
        const RgbImage whole = picture(m_host, small());
        const uint64_t live = m_host.gpu().memory().statistics(MemoryUse::Activations).liveBytes;
        std::stop_source stop;
        ResultCache none(0);
        const auto onEvent = [&](const RunEvent& event) {
            if (event.kind == Kind::Progress && event.title == "Sampler" && event.done == 2)
                stop.request_stop();
        };
        const RunSummary summary = execute({small()}, m_host, none, onEvent, stop.get_token());
        QVERIFY(summary.cancelled && summary.problems.empty() && summary.saved.empty());
        QCOMPARE(m_host.gpu().memory().statistics(MemoryUse::Activations).liveBytes, live);
        QCOMPARE(picture(m_host, small()).pixels, whole.pixels);
    }

    void strengthNothingGivesThePictureBack()
    {
        m_host.pictures["start.png"] = {testPicture(64, 64), {}, {}};
        Graph graph = workflow("image-to-image.json");
        set(graph, "Picture", "file", "start.png");
        set(graph, "Sampler", "strength", 0.0);
        const RgbImage first = picture(m_host, graph);
        set(graph, "Sampler", "seed", int64_t(99));
        QCOMPARE(picture(m_host, graph).pixels, first.pixels);
        set(graph, "Sampler", "strength", 1.0);
        QVERIFY(difference(picture(m_host, graph), first) > 1);
    }

    void refusesWhatIsOutOfRange_data()
    {
        QTest::addColumn<QByteArray>("title");
        QTest::addColumn<QByteArray>("param");
        QTest::addColumn<ParamValue>("value");
        const auto row = [](const char* title, const char* param, const ParamValue& value) {
            QTest::addRow("%s of %s", param, title) << QByteArray(title) << QByteArray(param) << value;
        };
        row("Size", "height", int64_t(56));
        row("Size", "width", int64_t(8200));
        row("Size", "batch", int64_t(65));
        row("Sampler", "steps", int64_t(0));
        row("Sampler", "steps", int64_t(1001));
        row("Sampler", "cfg", std::nan(""));
        row("Sampler", "strength", -0.1);
        row("Sampler", "sampler", std::string("eulr"));
        row("Sampler", "schedule", std::string());
        row("Sampler", "eta", 0.5); // dpmpp_2m has none
        row("Sampler", "start_step", int64_t(1001));
    }
    void refusesWhatIsOutOfRange()
    {
        QFETCH(QByteArray, title);
        QFETCH(QByteArray, param);
        QFETCH(ParamValue, value);
        Graph graph = small();
        set(graph, title, param, value);
        const RunSummary summary = run(m_host, graph);
        QCOMPARE(summary.problems.size(), size_t(1));
        QCOMPARE(summary.problems[0].code, int(ErrorKind::BadArgument));
        QVERIFY(m_host.images.empty());
    }

    // V07, E04. The tiny model takes some 3 MiB, an evaluation of a batch of 32 pictures of 128×128 over 3 MiB in fp16.
    void shortOfMemory()
    {
        GpuOptions options;
        options.mask.maxMemory = 6 << 20;
        PictureHost poor(options);
        if (poor.gpu().info().features.storage16)
            poor.type = DType::F16;
        Graph graph = small();
        const auto size = [&](int64_t side, int64_t batch) {
            set(graph, "Size", "width", side);
            set(graph, "Size", "height", side);
            set(graph, "Size", "batch", batch);
        };
        set(graph, "Sampler", "steps", int64_t(2));
        size(128, 1);
        const RgbImage one = picture(poor, graph);

        // A batch that does not fit is cut into pieces, the VAE's picture into tiles.
        size(128, 32);
        poor.images.clear();
        QVERIFY(run(poor, graph).problems.empty());
        QCOMPARE(poor.images.size(), size_t(32));
        QVERIFY(difference(poor.images[0], one) < 2);
        size(256, 1);
        QCOMPARE(picture(poor, graph).width, 256);

        // A picture that cannot fit is refused before the first step, and the device goes on working.
        for (const int64_t batch : {1, 4}) {
            size(8192, batch);
            QElapsedTimer timer;
            timer.start();
            const RunSummary summary = run(poor, graph);
            QCOMPARE(summary.problems.size(), size_t(1));
            QCOMPARE(summary.problems[0].code, int(ErrorKind::OutOfMemory));
            QVERIFY2(summary.problems[0].text.starts_with("Sampler (node 5): "), summary.problems[0].text.c_str());
            QVERIFY(timer.elapsed() < 10'000);
        }
        size(128, 1);
        QCOMPARE(picture(poor, graph).pixels, one.pixels);
    }

private:
    static RunSummary run(RunHost& host, const Graph& graph, const RunCallback& onEvent = {})
    {
        ResultCache none(0);
        return execute({graph}, host, none, onEvent, {});
    }
    // What the workflow saves last.
    static RgbImage picture(PictureHost& host, const Graph& graph)
    {
        const RunSummary summary = run(host, graph);
        for (const RunEvent& problem : summary.problems)
            qWarning("%s", problem.text.c_str());
        return summary.problems.empty() ? host.images.back() : RgbImage();
    }
    PictureHost m_host;
};

ATHANOR_TEST(TextToImageTest)
#include "text_to_image_test.moc"
