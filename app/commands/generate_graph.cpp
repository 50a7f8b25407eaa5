#include "app/commands/generate_graph.h"

#include "app/commands/workflow_values.h"
#include "app/engine/workflow_file.h"
#include "app/pictures/image_store.h"
#include "app/pictures/picture_info.h"
#include "inference/formats/lora_nodes.h"
#include "inference/graph/graph_edit.h"
#include "inference/graph/lay_out.h"
#include "inference/weights/byte_source.h"
#include "render/error.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace athanor {

namespace {

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

void setSampling(Graph& graph, const GenerateArguments& a, const Preset& preset)
{
    set(graph, "sampler.seed", wholeValue(a.seed));
    set(graph, "sampler.steps", int64_t(a.steps.value_or(preset.steps)));
    set(graph, "sampler.cfg", a.cfg.value_or(preset.cfg));
    set(graph, "sampler.sampler", a.sampler.value_or(std::string(preset.sampler)));
    set(graph, "sampler.schedule", a.schedule.value_or(std::string(preset.schedule)));
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

void setStart(Graph& graph, const GenerateArguments& a, Size size)
{
    set(graph, "size.width", size.width);
    set(graph, "size.height", size.height);
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

void addControls(Graph& graph, const GenerateArguments& a, const FamilyRow& family, Size size)
{
    if (a.controls.empty())
        return;
    const NodeId checkpoint = nodeOf(graph, "checkpoint.file"), sampler = nodeOf(graph, "sampler.seed");
    Steered steered{
        {nodeOf(graph, "prompt.text"), "conditioning"}, {nodeOf(graph, "negative_prompt.text"), "conditioning"}};
    for (const ControlArgument& control : a.controls) {
        ControlPlan plan = planControl(control, isStarter(a.model), family.architecture, modelFolders(a.modelFolders));
        if (!plan.node.empty())
            plan.params["resolution"] = int64_t(mapResolution(pictureSize(control.picture), size, control.resizeMode));
        steered = addControl(graph, control, plan, steered, checkpoint);
    }
    graph = connected(graph, steered.positive, {sampler, "positive"});
    graph = connected(graph, steered.negative, {sampler, "negative"});
}

// What the mask marks is made anew. A network that is shown the mask and the rest of the picture sees to it itself,
// and of a start that may change as a whole nothing is left but its size (both as diffusers' pipeline).
void addMask(Graph& graph, const GenerateArguments& a, const FamilyRow& family, Size size)
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
        graph.nodes[empty].params = {{"width", size.width}, {"height", size.height}, {"batch", int64_t(a.batch)}};
        graph = connected(graph, {empty, "latent"}, {sampler, "latent"});
        graph = removed(graph, {nodeOf(graph, "batch.amount")});
    }
}

// What a port feeds is fed by another.
void replace(Graph& graph, const PortRef& from, const PortRef& by)
{
    std::vector<Link> links;
    for (const auto& [id, link] : graph.links)
        if (link.from == from)
            links.push_back({by, link.to});
    graph = connected(std::move(graph), links);
}

// Parts of the checkpoint that are files of their own.
void takeApart(Graph& graph, const GenerateArguments& a, const FamilyRow& family, bool isAlone)
{
    const NodeId checkpoint = nodeOf(graph, "checkpoint.file");
    if (!a.textEncoders.empty()) {
        const NodeId texts = addNode(graph, "load_text_encoder");
        constexpr const char* params[] = {"file", "second_file", "third_file"};
        for (size_t i = 0; i < a.textEncoders.size(); ++i)
            graph.nodes[texts].params[params[i]] = a.textEncoders[i];
        if (!family.id.empty())
            graph.nodes[texts].params["family"] = std::string(family.id);
        replace(graph, {checkpoint, "text_encoder"}, {texts, "text_encoder"});
    }
    if (isAlone) {
        const NodeId model = addNode(graph, "load_diffusion_model");
        graph.nodes[model].params["file"] = a.model;
        replace(graph, {checkpoint, "model"}, {model, "model"});
        graph = removed(graph, {checkpoint});
    }
}

}

Graph generateGraph(const GenerateArguments& a, const FamilyRow& family, Size size, bool isAlone)
{
    Graph graph = builtInWorkflow(a.initPath.empty() ? "text-to-image" : "image-to-image");
    const int64_t firstFree = graph.nextId;
    set(graph, "checkpoint.file", a.model);
    const PromptAndLoras words = takeLoraTags(a.prompt);
    set(graph, "prompt.text", words.prompt);
    set(graph, "negative_prompt.text", a.negative);
    setSampling(graph, a, family.preset);
    setStart(graph, a, size);
    if (!a.vae.empty()) {
        const NodeId vae = addNode(graph, "load_vae");
        graph.nodes[vae].params["file"] = a.vae;
        graph = connected(graph, {vae, "vae"}, {nodeOf(graph, "decode.tiling"), "vae"});
        if (!a.initPath.empty())
            graph = connected(graph, {vae, "vae"}, {nodeOf(graph, "encode.tiling"), "vae"});
    }
    std::vector<NamedLora> loras = a.loras;
    loras.insert(loras.end(), words.loras.begin(), words.loras.end());
    const NodeId model = addLoras(graph, nodeOf(graph, "checkpoint.file"), loras); // gives text encoder and model
    if (!loras.empty()) {
        graph = connected(graph, {model, "model"}, {nodeOf(graph, "sampler.seed"), "model"});
        for (const char* prompt : {"prompt.text", "negative_prompt.text"})
            graph = connected(graph, {model, "text_encoder"}, {nodeOf(graph, prompt), "text_encoder"});
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
    takeApart(graph, a, family, isAlone);
    if (graph.nextId != firstFree) // what is built in has its places
        layOut(graph);
    return graph;
}

}
