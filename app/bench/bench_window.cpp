#include "app/bench/bench_window.h"

#include "app/bench/bench_application.h"
#include "app/bench/bench_clock.h"
#include "app/files/folders.h"
#include "app/window/window.h"
#include "inference/program.h"
#include "render/error.h"

#include <QAbstractEventDispatcher>
#include <QDir>
#include <QEventLoop>
#include <QTemporaryDir>
#include <QTimer>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace athanor {

namespace {

// How long the event loop works between two waits, and how long what comes at any moment has to wait for it.
class BusyTimes {
public:
    BusyTimes()
    {
        auto* dispatcher = QAbstractEventDispatcher::instance();
        QObject::connect(dispatcher, &QAbstractEventDispatcher::awake, &m_context, [this] { turn(); });
        QObject::connect(dispatcher, &QAbstractEventDispatcher::aboutToBlock, &m_context, [this] {
            turn();
            m_busy = false;
        });
    }

    void print(const char* what)
    {
        const double whole = millisecondsSince(m_begin);
        const double longest = m_times.empty() ? 0 : std::ranges::max(m_times);
        double least = 0, most = longest;
        for (int i = 0; i < 40; ++i) { // bisection: the wait that 1 % of all moments exceed
            const double wait = (least + most) / 2;
            (moments(wait) > whole / 100 ? least : most) = wait;
        }
        std::printf("%-10s longest %6.1f ms, 99 %% of moments wait at most %5.1f ms, of %.1f s\n", what, longest, most,
            whole / 1000);
        m_times.clear();
        m_begin = BenchClock::now();
    }

private:
    // Time in which what comes waits longer than this, ms.
    double moments(double wait) const
    {
        double sum = 0;
        for (const double time : m_times)
            sum += std::max(0.0, time - wait);
        return sum;
    }

    void turn()
    {
        if (m_busy)
            m_times.push_back(millisecondsSince(m_since));
        m_busy = true;
        m_since = BenchClock::now();
    }

    QObject m_context;
    std::vector<double> m_times; // ms
    BenchClock::time_point m_since, m_begin = BenchClock::now();
    bool m_busy = false;
};

void waitFor(const std::function<bool()>& done)
{
    constexpr int period = 5; // ms
    QEventLoop loop;
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, &loop, [&] {
        if (done())
            loop.quit();
    });
    timer.start(period);
    loop.exec();
}

void changeSeed(AppWindow& app, int64_t seed)
{
    Graph graph = app.window().document().graph();
    for (auto& [id, node] : graph.nodes)
        if (node.type == "sample")
            node.params["seed"] = seed;
    app.window().document().editWhole(QStringLiteral("Change seed"), graph);
}

// Runs the workflow with another seed; the seconds of the run.
double runOnce(AppWindow& app, int64_t seed)
{
    MainWindow& window = app.window();
    changeSeed(app, seed);
    const size_t before = window.runs().finished().size();
    window.run();
    waitFor([&] { return window.runs().finished().size() > before; });
    return window.runs().finished().front().seconds;
}

void measurePreviews(AppWindow& app)
{
    constexpr int rounds = 5;
    std::vector<double> without, with;
    for (int i = 0; i < rounds; ++i) { // in turns, so that what else the machine does meets both
        app.studio().setPreview(PreviewMode::Off);
        without.push_back(runOnce(app, 100 + 2 * i));
        app.studio().setPreview(PreviewMode::Latent);
        with.push_back(runOnce(app, 101 + 2 * i));
    }
    std::ranges::sort(without);
    std::ranges::sort(with);
    std::printf("latent previews cost %.1f %% of a run (median of %d: %.2f s with, %.2f s without)\n",
        100 * (with[rounds / 2] / without[rounds / 2] - 1), rounds, with[rounds / 2], without[rounds / 2]);
}

}

void runStartBench(int repeats)
{
    if (qEnvironmentVariableIsEmpty("DISPLAY") && qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    constexpr std::string_view ending = "-program"; // app/start.cpp becomes that, which counts too
    std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
    if (program.ends_with(ending))
        program.resize(program.size() - ending.size());
    const std::string command = "exec '" + program + "' window --end-when-painted";
    std::vector<double> times;
    for (int i = 0; i <= repeats; ++i) {
        const auto start = BenchClock::now();
        FILE* output = popen(command.c_str(), "r");
        char line[64] = {};
        const bool painted = output && std::fgets(line, sizeof line, output);
        const double time = millisecondsSince(start);
        if (output)
            pclose(output);
        if (!painted)
            throw Error(ErrorKind::Device, "the window did not open");
        if (i > 0) // the first warms the disk up
            times.push_back(time);
    }
    std::ranges::sort(times);
    std::printf("start to first frame: median %.0f ms, longest %.0f ms of %d\n", times[times.size() / 2], times.back(),
        repeats);
}

void runWindowBench()
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    qputenv("QT_NO_GLIB", "1"); // whose event loop does not tell when it wakes
    const BenchApplication application;
    QApplication::setOrganizationName(QStringLiteral("athanor"));
    QApplication::setApplicationName(QStringLiteral("athanor-bench")); // with settings of its own
    QTemporaryDir folder;
    WindowArguments arguments;
    arguments.outFolder = folder.path().toStdString();
    AppWindow app(arguments);
    BusyTimes busy;
    app.start();
    waitFor([&] { return app.window().isVisible(); });
    busy.print("start");

    app.window().files().openNow(QString::fromStdString(resourcePath("workflows/first-picture.json")));
    waitFor([&] { return !app.window().document().file().isEmpty(); });
    busy.print("open");
    runOnce(app, 1);
    busy.print("first run");
    runOnce(app, 2);
    busy.print("run");
    bool saved = false;
    app.window().files().saveTo(folder.filePath(QStringLiteral("x.json")), [&] { saved = true; });
    waitFor([&] { return saved; });
    busy.print("save");

    const size_t before = app.window().runs().finished().size();
    changeSeed(app, 3);
    app.window().run();
    waitFor([&] { return app.window().runs().progress().step > 1; });
    const auto asked = BenchClock::now();
    app.window().runs().cancelCurrent();
    waitFor([&] { return app.window().runs().finished().size() > before; });
    std::printf("cancelled after %.0f ms\n", millisecondsSince(asked));
    busy.print("cancel");
    measurePreviews(app);
}

}
