#include "app/commands/generate.h"

#include "app/commands/generate_graph.h"
#include "app/commands/host_options.h"
#include "app/commands/progress_bar.h"
#include "app/engine/engine.h"
#include "app/files/folders.h"
#include "app/files/interrupt.h"
#include "app/pictures/image_store.h"
#include "inference/models/native_size.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <system_error>
#include <utility>

namespace athanor {

namespace {

using Kind = RunEvent::Kind;

std::string previewPath(const std::string& folder, int step, int steps)
{
    const size_t digits = std::max<size_t>(2, std::to_string(steps).size());
    const std::string number = std::to_string(step);
    return folder + "/step-" + std::string(digits - number.size(), '0') + number + ".png";
}

// Refuses, before anything slow, what could not be written afterwards.
void checkOutputs(const GenerateArguments& arguments)
{
    removeDrafts(std::filesystem::path(arguments.out).parent_path().string());
    for (int i = 0; i < arguments.batch; ++i)
        requireWritable(batchPath(arguments.out, i));
}

void checkPreviews(const std::string& folder, int steps)
{
    if (folder.empty())
        return;
    std::error_code error;
    std::filesystem::create_directory(folder, error);
    removeDrafts(folder);
    for (int step = 1; step <= steps; ++step)
        requireWritable(previewPath(folder, step, steps));
}

// A file that has the model's network alone needs others beside it.
void requireParts(const GenerateArguments& arguments, const ModelFiles& model)
{
    constexpr size_t most = 3;
    if (arguments.textEncoders.size() > most)
        throw Error(ErrorKind::BadArgument, "--text-encoder: at most " + std::to_string(most) + " can be named");
    if (model.family.kind != ModelKind::UNet || (!arguments.textEncoders.empty() && !arguments.vae.empty()))
        return;
    throw Error(ErrorKind::BadArgument,
        printable(model.path) + ": this is " + describe(model.family)
            + "; name its text encoders (--text-encoder, one to three times) and its VAE (--vae) beside it");
}

// A multiple of 8 from 64 to 8192 at or below the wanted size.
int roundedSide(int wanted, const char* name, ProgressBar& bar)
{
    const int side = std::clamp(wanted / 8 * 8, 64, 8192);
    if (side != wanted)
        bar.note(std::string(name) + ' ' + std::to_string(wanted) + " becomes " + std::to_string(side)
            + ": sides are multiples of 8 from 64 to 8192");
    return side;
}

// Reads what must be there, so that it is refused before the device starts.
Size chooseSize(const GenerateArguments& arguments, const ModelFiles& model, ProgressBar& bar)
{
    int width = nativeSize(model), height = width;
    if (!arguments.initPath.empty()) {
        const RgbImage init = readImage(arguments.initPath);
        if (!arguments.width && !arguments.height) {
            width = init.width;
            height = init.height;
        }
    }
    return {roundedSide(arguments.width.value_or(width), "width", bar),
        roundedSide(arguments.height.value_or(height), "height", bar)};
}

HostOptions hostOptions(const GenerateArguments& arguments, Interrupt& interrupt, ProgressBar& bar)
{
    HostOptions options = commandHost(arguments, interrupt);
    options.outFile = arguments.out;
    options.onNote = [&bar](const std::string& text) { bar.note(text); };
    return options;
}

// What the run tells, on the terminal and as previews.
class Display {
public:
    Display(const GenerateArguments& arguments, Size size, Interrupt& interrupt, ProgressBar& bar)
        : m_arguments(arguments)
        , m_size(size)
        , m_interrupt(interrupt)
        , m_bar(bar)
    {
    }

    void event(const RunEvent& event)
    {
        if (event.kind == Kind::NodeStarted)
            m_bar.show(event.title);
        else if (event.kind == Kind::Progress && event.total > 0)
            m_bar.showSteps(event.text, event.done, event.total);
        else if (event.kind == Kind::Warning)
            m_bar.note(event.text);
        else if (event.kind == Kind::Preview)
            writePreview(event);
        else if (event.kind == Kind::Saved)
            tellSaved(event.text);
    }

private:
    void writePreview(const RunEvent& event)
    {
        const auto writing = m_interrupt.writing();
        writePng(previewPath(m_arguments.previewFolder, event.done, event.total), *event.picture);
    }

    void tellSaved(const std::string& path)
    {
        m_bar.clear();
        std::printf("%s: %dx%d, seed %s\n", printable(path).c_str(), int(m_size.width), int(m_size.height),
            std::to_string(m_arguments.seed + m_saved++).c_str());
    }

    const GenerateArguments& m_arguments;
    const Size m_size;
    Interrupt& m_interrupt;
    ProgressBar& m_bar;
    uint64_t m_saved = 0;
};

}

void generate(const GenerateArguments& arguments)
{
    Interrupt interrupt;
    ProgressBar bar;
    checkOutputs(arguments);
    auto host = std::make_unique<AppRunHost>(hostOptions(arguments, interrupt, bar));
    const ModelFiles model = openModel(host->resolve(FileKind::Model, arguments.model));
    const FamilyRow& family = requireDenoiser(model.family, model.path);
    requireParts(arguments, model);
    checkPreviews(arguments.previewFolder, arguments.steps.value_or(family.preset.steps));
    const Size size = chooseSize(arguments, model, bar);
    bar.show("starting");
    Display display(arguments, size, interrupt, bar);
    RunSummary summary;
    {
        Engine engine(std::move(host), defaultResultBudget(),
            {.onEvent = [&](RunId, const RunEvent& event) { display.event(event); },
                .onDone = [&](RunId, const RunSummary& done) { summary = done; }});
        const RunId run = engine.add({generateGraph(arguments, family, size, model.family.kind == ModelKind::UNet)});
        const std::stop_callback onStop(interrupt.token(), [&] { engine.cancel(run); });
        engine.waitUntilIdle();
    }
    requireSuccess(summary);
}

}
