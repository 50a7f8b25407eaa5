#include "app/commands/control_arguments.h"

#include "inference/graph/graph_edit.h"
#include "inference/graph/starter.h"
#include "inference/preprocess/detect_size.h"
#include "inference/sampling/names.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <system_error>

namespace athanor {

namespace fs = std::filesystem;

namespace {

using Names = std::vector<std::string_view>;

struct ControlKind {
    std::string_view name, node;
    std::map<Architecture, Names> files; // usual names of its ControlNets, without ending, the best known first
    Names words; // that tell it in other names
};

const std::vector<ControlKind>& kinds()
{
    using enum Architecture;
    static const std::vector<ControlKind> rows{
        {"canny", "canny",
            {{StableDiffusion1, {"control_v11p_sd15_canny", "control_sd15_canny", "sd-controlnet-canny"}},
                {StableDiffusion2, {"control_v11p_sd21_canny"}},
                {Sdxl, {"controlnet-canny-sdxl-1.0", "diffusers_xl_canny_full"}}},
            {"canny"}},
        {"lineart", "lineart_realistic",
            {{StableDiffusion1, {"control_v11p_sd15_lineart"}}, {StableDiffusion2, {"control_v11p_sd21_lineart"}},
                {Sdxl, {"mistoLine_fp16", "mistoLine_rank256"}}},
            {"lineart", "mistoline"}},
        {"softedge", "softedge_hed",
            {{StableDiffusion1, {"control_v11p_sd15_softedge", "control_sd15_hed", "sd-controlnet-hed"}},
                {StableDiffusion2, {"control_v11p_sd21_hed"}}},
            {"softedge", "hed"}},
        {"scribble", "scribble_xdog",
            {{StableDiffusion1, {"control_v11p_sd15_scribble", "control_sd15_scribble", "sd-controlnet-scribble"}},
                {StableDiffusion2, {"control_v11p_sd21_scribble"}}, {Sdxl, {"controlnet-scribble-sdxl-1.0"}}},
            {"scribble"}},
        {"depth", "depth",
            {{StableDiffusion1, {"control_v11f1p_sd15_depth", "control_sd15_depth", "sd-controlnet-depth"}},
                {StableDiffusion2, {"control_v11p_sd21_depth"}},
                {Sdxl, {"controlnet-depth-sdxl-1.0", "diffusers_xl_depth_full"}}},
            {"depth"}},
        {"normal", "normal",
            {{StableDiffusion1, {"control_v11p_sd15_normalbae", "control_sd15_normal", "sd-controlnet-normal"}},
                {StableDiffusion2, {"control_v11p_sd21_normalbae"}}},
            {"normal"}},
        {"pose", "pose",
            {{StableDiffusion1, {"control_v11p_sd15_openpose", "control_sd15_openpose", "sd-controlnet-openpose"}},
                {StableDiffusion2, {"control_v11p_sd21_openposev2", "control_v11p_sd21_openpose"}},
                {Sdxl, {"controlnet-openpose-sdxl-1.0", "thibaud_xl_openpose"}}},
            {"pose"}},
    };
    return rows;
}

const ControlKind* kindNamed(std::string_view name)
{
    const auto at = std::ranges::find_if(kinds(), [&](const ControlKind& kind) { return sameName(kind.name, name); });
    return at == kinds().end() ? nullptr : &*at;
}

std::optional<double> numberIn(std::string_view text)
{
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

bool isThere(const std::string& path)
{
    std::error_code error;
    return !path.empty() && fs::exists(path, error);
}

// Cuts numbers off the end, at most three, as long as kind and picture remain; what is a file is no number.
std::vector<double> takeNumbers(std::string& text, size_t afterKind)
{
    std::vector<double> numbers;
    while (numbers.size() < 3) {
        const size_t colon = text.rfind(':');
        if (colon == text.npos || colon <= afterKind || isThere(text.substr(afterKind + 1)))
            break;
        const auto number = numberIn(std::string_view(text).substr(colon + 1));
        if (!number)
            break;
        numbers.insert(numbers.begin(), *number);
        text.resize(colon);
    }
    return numbers;
}

// Where the kind ends: behind a kind's name, or behind the longest path that leads to something.
size_t kindEnd(const std::string& text)
{
    const size_t first = text.find(':');
    if (first == text.npos || kindNamed(text.substr(0, first)))
        return first;
    for (size_t colon = text.rfind(':'); colon != text.npos && colon > 0; colon = text.rfind(':', colon - 1))
        if (isThere(text.substr(0, colon)))
            return colon;
    return first;
}

std::string fileThere(std::string_view name, const std::vector<std::string>& folders)
{
    for (const std::string& folder : folders)
        for (const char* place : {"", "controlnet/", "ControlNet/"})
            for (const char* ending : {".safetensors", "_fp16.safetensors", ".pth", ""})
                if (const std::string found = place + std::string(name) + ending; isThere(folder + '/' + found))
                    return found;
    return {};
}

std::string fileFor(
    const ControlKind& kind, bool isStarter, Architecture family, const std::vector<std::string>& folders)
{
    if (isStarter) {
        if (const std::string own = fileThere(starterModel + ("/controlnets/" + std::string(kind.name)), folders);
            !own.empty())
            return own;
        throw Error(ErrorKind::FileMissing,
            "the starter model has no ControlNet for " + std::string(kind.name)
                + "; it has canny, lineart, depth and pose, and other models take theirs: --model");
    }
    const std::string what =
        "ControlNet for " + std::string(kind.name) + " and " + std::string(architectureName(family));
    const auto names = kind.files.find(family);
    if (names == kind.files.end())
        throw Error(ErrorKind::FileMissing,
            "no " + what + " is known here by name; name its file in place of \"" + std::string(kind.name) + '"');
    for (const std::string_view name : names->second)
        if (const std::string found = fileThere(name, folders); !found.empty())
            return found;
    throw Error(ErrorKind::FileMissing,
        "no " + what + " is here: put " + std::string(names->second.front()) + ".safetensors or .pth into "
            + (folders.empty() ? "the folder of models" : printable(folders.front(), 1'000) + "/controlnet")
            + ", or name the file in place of \"" + std::string(kind.name) + '"');
}

NodeId add(Graph& graph, const char* type, const std::map<std::string, ParamValue>& params)
{
    Node node = makeNode(*findNodeType(type));
    for (const auto& [name, value] : params)
        node.params[name] = value;
    return addNode(graph, std::move(node));
}

}

std::string controlKinds()
{
    std::string names;
    for (const ControlKind& kind : kinds())
        names.append(names.empty() ? "" : ", ").append(kind.name);
    return names;
}

ControlArgument parseControl(std::string_view option, const std::string& text)
{
    const auto refuse = [&](const std::string& wanted) {
        throw Error(ErrorKind::BadArgument, std::string(option) + " \"" + printable(text, 200) + "\" " + wanted);
    };
    const size_t end = kindEnd(text);
    if (end == text.npos || end == 0)
        refuse("must be KIND:PICTURE, KIND one of " + controlKinds() + " or the path of a ControlNet");
    std::string rest = text;
    const std::vector<double> numbers = takeNumbers(rest, end);
    ControlArgument control{rest.substr(0, end), rest.substr(std::min(end + 1, rest.size()))};
    if (control.picture.empty())
        refuse("names no picture");
    if (numbers.size() == 2)
        refuse("has two numbers; give the strength, or strength, start and end");
    if (!numbers.empty())
        control.strength = numbers[0];
    if (numbers.size() == 3) {
        control.start = numbers[1];
        control.end = numbers[2];
    }
    if (!(control.strength >= 0 && control.strength <= 10))
        refuse("has a strength of " + numberText(control.strength) + ", expected 0 to 10");
    if (!(control.start >= 0 && control.start <= control.end && control.end <= 1))
        refuse("begins at " + numberText(control.start) + " and ends at " + numberText(control.end)
            + ", expected 0 to 1, and the start not behind the end");
    return control;
}

ControlPlan planControl(
    const ControlArgument& control, bool isStarter, Architecture family, const std::vector<std::string>& folders)
{
    ControlPlan plan;
    const ControlKind* kind = kindNamed(control.kind);
    if (kind)
        plan.file = fileFor(*kind, isStarter, family, folders);
    else {
        plan.file = control.kind;
        std::string name = fs::path(control.kind + "/.").lexically_normal().parent_path().filename().string();
        std::ranges::transform(name, name.begin(), [](unsigned char c) { return char(std::tolower(c)); });
        for (const ControlKind& row : kinds())
            for (const std::string_view word : row.words)
                if (!kind && name.find(word) != name.npos)
                    kind = &row;
        if (!kind && !control.isMap)
            throw Error(ErrorKind::BadArgument,
                "which maps the ControlNet " + inQuotes(control.kind, 200)
                    + " takes is not to be seen from its name; make one with \"athanor preprocess\" and give it with "
                      "--control-map");
    }
    if (control.isMap || !kind)
        return plan;
    plan.node = std::string(kind->node);
    if (isStarter && kind->name == "canny") // as its ControlNet was trained
        plan.params = {{"low", int64_t(80)}, {"high", int64_t(160)}};
    return plan;
}

int mapResolution(Size picture, Size run, std::string_view resizeMode)
{
    if (picture.width <= 0 || picture.height <= 0)
        return 0;
    const double across = double(run.width) / double(picture.width), down = double(run.height) / double(picture.height);
    const double scale = resizeMode == "fill" ? std::min(across, down) : std::max(across, down);
    const double side = std::nearbyint(scale * double(std::min(picture.width, picture.height)));
    return scale < 1 && side <= highestResolution ? std::max(int(side), lowestResolution) : 0;
}

Steered addControl(
    Graph& graph, const ControlArgument& control, const ControlPlan& plan, const Steered& from, NodeId checkpoint)
{
    const NodeId net = add(graph, "load_controlnet", {{"file", plan.file}});
    const NodeId apply = add(graph, "apply_controlnet",
        {{"strength", control.strength}, {"start", control.start}, {"end", control.end}, {"mode", control.mode},
            {"resize_mode", control.resizeMode}});
    PortRef map{add(graph, "load_image", {{"file", control.picture}}), "image"};
    if (!plan.node.empty()) {
        const NodeId maker = add(graph, plan.node.c_str(), plan.params);
        graph = connected(graph, map, {maker, "image"});
        map = {maker, "image"};
    }
    graph = connected(graph, {checkpoint, "model"}, {net, "model"});
    graph = connected(graph, {net, "control_net"}, {apply, "control_net"});
    graph = connected(graph, map, {apply, "image"});
    graph = connected(graph, from.positive, {apply, "positive"});
    graph = connected(graph, from.negative, {apply, "negative"});
    return {{apply, "positive"}, {apply, "negative"}};
}

}
