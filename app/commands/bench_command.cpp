#include "app/bench/bench.h"
#include "app/bench/bench_canvas.h"
#include "app/bench/bench_drawing.h"
#include "app/bench/bench_models.h"
#include "app/bench/bench_pipeline.h"
#include "app/bench/bench_window.h"
#include "app/commands/commands.h"
#include "app/commands/options.h"
#include "app/files/folders.h"

#include <memory>

namespace athanor {

void addBench(CLI::App& app, Command& command)
{
    CLI::App* bench = app.add_subcommand("bench", "Measure the kernels, and with a model its networks");
    const auto arguments = std::make_shared<BenchArguments>();
    const Options option{*bench};
    option.text("--device", "NAME", "A number or part of a name as `athanor devices` lists them (the best)",
        arguments->gpu.device);
    option.text(
        "--model", "PATH", "Also measure one UNet evaluation and one VAE decode of this model", arguments->model);
    option.taken("--precision", "NAME", "fp16 or fp32, for weights and activations (fp32)",
        [arguments](const std::string& text) { arguments->precision = parsePrecision(text); });
    option.integer("--width", "Pixels of the networks' picture, 64 to 8192 (512)", 64, 8192, arguments->width);
    option.integer("--height", "Pixels of the networks' picture, 64 to 8192 (512)", 64, 8192, arguments->height);
    option.integer("--repeats", "Runs of which the median counts, 1 to 1000 (5)", 1, 1000, arguments->repeats);
    const auto instead = [&](const char* name, const char* help, Command work) {
        CLI::App* subcommand = bench->add_subcommand(name, help);
        subcommand->fallthrough(); // takes --repeats
        subcommand->callback([&command, work = std::move(work)] { command = work; });
    };
    instead("pipeline", "Instead, measure workflows of 10,000 nodes, without a device",
        [arguments] { runPipelineBench(arguments->repeats); });
    instead(
        "start", "Instead, measure how soon the window is there", [arguments] { runStartBench(arguments->repeats); });
    instead("canvas", "Instead, measure frames of the canvas with 1,000 nodes",
        [arguments] { runCanvasBench(arguments->repeats); });
    instead("drawing", "Instead, measure strokes of the brush on a sheet of 2048×2048",
        [arguments] { runDrawingBench(arguments->repeats); });
    instead("models", "Instead, measure how soon 5,000 models are listed",
        [arguments] { runModelsBench(arguments->repeats); });
    instead("window", "Instead, measure how long the window is busy at a stretch", runWindowBench);
    bench->callback([&command, bench, arguments] {
        if (!bench->get_subcommands().empty())
            return;
        command = [arguments] {
            arguments->gpu.cacheFolder = cacheFolder();
            runBench(*arguments);
        };
    });
}

}
