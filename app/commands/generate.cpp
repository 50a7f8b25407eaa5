#include "app/commands/generate.h"

#include "app/commands/host_options.h"
#include "app/commands/progress_bar.h"
#include "app/commands/workflow_values.h"
#include "app/engine/engine.h"
#include "app/engine/workflow_file.h"
#include "app/files/folders.h"
#include "app/files/interrupt.h"
#include "app/pictures/image_store.h"
#include "app/pictures/picture_info.h"
#include "inference/formats/comfyui_api.h"
#include "inference/graph/graph_edit.h"
#include "inference/models/native_size.h"
#include "inference/weights/byte_source.h"
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
    if (arguments.previewFolder.empty())
        return;
    std::error_code error;
    std::filesystem::create_directory(arguments.previewFolder, error);
    removeDrafts(arguments.previewFolder);
    for (int step = 1; step <= arguments.steps; ++step)
        requireWritable(previewPath(arguments.previewFolder, step, arguments.steps));
}

struct WantedSize {
    int width = 0, height = 0;
};

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
WantedSize chooseSize(const GenerateArguments& arguments, const ModelFiles& model, ProgressBar& bar)
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

void set(Graph& graph, const char* name, const ParamValue& value)
{
    const ParamAddress address = findParamAddress(graph, name);
    graph = withValue(std::move(graph), address, value);
}

NodeId nodeOf(const Graph& graph, const char* address)
{
    return findParamAddress(graph, address).path.front();
}

NodeId addNode(Graph& graph, const char* type)
{
    return athanor::addNode(graph, makeNode(*findNodeType(type)));
}

void setSampling(Graph& graph, const GenerateArguments& a)
{
    set(graph, "sampler.seed", wholeValue(a.seed));
    set(graph, "sampler.steps", int64_t(a.steps));
    set(graph, "sampler.cfg", a.cfg);
    set(graph, "sampler.sampler", a.sampler);
    set(graph, "sampler.schedule", a.schedule);
    set(graph, "sampler.noise", a.noise);
    if (a.eta)
        set(graph, "sampler.eta", *a.eta);
    set(graph, "decode.tiling", a.tiling);
    if (const PictureFormat format = formatByEnding(a.out).value_or(PictureFormat::Png); format != PictureFormat::Png)
        set(graph, "save.format", std::string(pictureFormatNames()[size_t(format)])); // so that it can be made again
    if (a.quality)
        set(graph, "save.quality", int64_t(*a.quality));
}

double strengthOf(const GenerateArguments& a)
{
    return a.strength.value_or(a.maskPath.empty() ? 0.75 : 1);
}

void setStart(Graph& graph, const GenerateArguments& a, WantedSize size)
{
    set(graph, "size.width", int64_t(size.width));
    set(graph, "size.height", int64_t(size.height));
    if (a.initPath.empty()) {
        set(graph, "size.batch", int64_t(a.batch));
        return;
    }
    set(graph, "picture.file", a.initPath);
    set(graph, "batch.amount", int64_t(a.batch));
    set(graph, "encode.tiling", a.tiling);
    set(graph, "sampler.strength", strengthOf(a));
}

bool isStarter(const std::string& model)
{
    std::error_code error;
    return model == starterModel || std::filesystem::equivalent(model, starterModelPath(), error);
}

// As it is shown; nothing where the file cannot be read, which its node tells.
Size pictureSize(const std::string& path)
{
    try {
        const PictureInfo info = readPictureInfo(ByteSource(path));
        if (info.width > 0 && info.height > 0)
            return info.orientation > 4 ? Size{info.height, info.width} : Size{info.width, info.height};
        const RgbImage image = readImage(path);
        return {image.width, image.height};
    } catch (const Error&) {
        return {};
    }
}

void addControls(Graph& graph, const GenerateArguments& a, const FamilyRow& family, WantedSize size)
{
    if (a.controls.empty())
        return;
    const NodeId checkpoint = nodeOf(graph, "checkpoint.file"), sampler = nodeOf(graph, "sampler.seed");
    Steered steered{
        {nodeOf(graph, "prompt.text"), "conditioning"}, {nodeOf(graph, "negative_prompt.text"), "conditioning"}};
    for (const ControlArgument& control : a.controls) {
        ControlPlan plan = planControl(control, isStarter(a.model), family.architecture, modelFolders(a.modelFolders));
        if (!plan.node.empty())
            plan.params["resolution"] =
                int64_t(mapResolution(pictureSize(control.picture), {size.width, size.height}, control.resizeMode));
        steered = addControl(graph, control, plan, steered, checkpoint);
    }
    graph = connected(graph, steered.positive, {sampler, "positive"});
    graph = connected(graph, steered.negative, {sampler, "negative"});
    layOut(graph);
}

// What the mask marks is made anew. A network that is shown the mask and the rest of the picture sees to it itself,
// and of a start that may change as a whole nothing is left but its size (both as diffusers' pipeline).
void addMask(Graph& graph, const GenerateArguments& a, const FamilyRow& family, WantedSize size)
{
    if (a.maskPath.empty())
        return;
    const bool isShown = !family.extraInputs.empty();
    const NodeId picture = addNode(graph, "load_image"), mask = addNode(graph, "mask_from_image"),
                 inpaint = addNode(graph, "inpaint_conditioning"), encode = nodeOf(graph, "encode.tiling"),
                 sampler = nodeOf(graph, "sampler.seed");
    graph.nodes[picture].params["file"] = a.maskPath;
    graph.nodes[inpaint].params["noise_mask"] = !isShown;
    graph.nodes[inpaint].params["tiling"] = a.tiling;
    graph = connected(graph, {picture, "image"}, {mask, "image"});
    graph = connected(graph, {mask, "mask"}, {inpaint, "mask"});
    for (const char* port : {"image", "vae"})
        graph = connected(graph, linkInto(graph, encode, port)->from, {inpaint, port});
    for (const char* port : {"positive", "negative"}) {
        graph = connected(graph, linkInto(graph, sampler, port)->from, {inpaint, port});
        graph = connected(graph, {inpaint, port}, {sampler, port});
    }
    graph = connected(graph, {inpaint, "latent"}, {nodeOf(graph, "batch.amount"), "latent"});
    graph = removed(graph, {encode});
    if (isShown && strengthOf(a) == 1) {
        const NodeId empty = addNode(graph, "empty_latent");
        graph.nodes[empty].params = {
            {"width", int64_t(size.width)}, {"height", int64_t(size.height)}, {"batch", int64_t(a.batch)}};
        graph = connected(graph, {empty, "latent"}, {sampler, "latent"});
        graph = removed(graph, {nodeOf(graph, "batch.amount")});
    }
    layOut(graph);
}

// The built-in workflow with these values.
Graph workflowOf(const GenerateArguments& a, const FamilyRow& family, WantedSize size)
{
    Graph graph = builtInWorkflow(a.initPath.empty() ? "text-to-image" : "image-to-image");
    set(graph, "checkpoint.file", a.model);
    const PromptAndLoras words = takeLoraTags(a.prompt);
    set(graph, "prompt.text", words.prompt);
    set(graph, "negative_prompt.text", a.negative);
    setSampling(graph, a);
    setStart(graph, a, size);
    if (!a.vae.empty()) {
        const NodeId vae = addNode(graph, "load_vae");
        graph.nodes[vae].params["file"] = a.vae;
        graph = connected(graph, {vae, "vae"}, {nodeOf(graph, "decode.tiling"), "vae"});
        if (!a.initPath.empty())
            graph = connected(graph, {vae, "vae"}, {nodeOf(graph, "encode.tiling"), "vae"});
    }
    NodeId model = nodeOf(graph, "checkpoint.file"); // gives text encoder and model
    std::vector<LoraTag> loras = a.loras;
    loras.insert(loras.end(), words.loras.begin(), words.loras.end());
    for (const LoraTag& tag : loras) {
        const NodeId lora = addNode(graph, "load_lora");
        graph.nodes[lora].params = {
            {"file", tag.name}, {"model_strength", tag.strength}, {"text_strength", tag.textStrength}};
        for (const char* port : {"model", "text_encoder"})
            graph = connected(graph, {model, port}, {lora, port});
        model = lora;
    }
    if (!loras.empty()) {
        graph = connected(graph, {model, "model"}, {nodeOf(graph, "sampler.seed"), "model"});
        for (const char* prompt : {"prompt.text", "negative_prompt.text"})
            graph = connected(graph, {model, "text_encoder"}, {nodeOf(graph, prompt), "text_encoder"});
        layOut(graph);
    }
    if (a.clipSkip != 1) {
        const NodeId skip = addNode(graph, "set_clip_skip");
        graph.nodes[skip].params["layer"] = int64_t(a.clipSkip);
        graph = connected(graph, {model, "text_encoder"}, {skip, "text_encoder"});
        for (const char* prompt : {"prompt.text", "negative_prompt.text"})
            graph = connected(graph, {skip, "text_encoder"}, {nodeOf(graph, prompt), "text_encoder"});
    }
    addControls(graph, a, family, size);
    addMask(graph, a, family, size);
    return graph;
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
    Display(const GenerateArguments& arguments, WantedSize size, Interrupt& interrupt, ProgressBar& bar)
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
        std::printf("%s: %dx%d, seed %s\n", printable(path).c_str(), m_size.width, m_size.height,
            std::to_string(m_arguments.seed + m_saved++).c_str());
    }

    const GenerateArguments& m_arguments;
    const WantedSize m_size;
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
    const FamilyRow& family = requireCheckpoint(model.family, model.path);
    const WantedSize size = chooseSize(arguments, model, bar);
    bar.show("starting");
    Display display(arguments, size, interrupt, bar);
    RunSummary summary;
    {
        Engine engine(std::move(host), defaultResultBudget(),
            {.onEvent = [&](RunId, const RunEvent& event) { display.event(event); },
                .onDone = [&](RunId, const RunSummary& done) { summary = done; }});
        const RunId run = engine.add({workflowOf(arguments, family, size)});
        const std::stop_callback onStop(interrupt.token(), [&] { engine.cancel(run); });
        engine.waitUntilIdle();
    }
    requireSuccess(summary);
}

}
