#include "app/commands/commands.h"
#include "app/commands/options.h"
#include "app/commands/workflow_values.h"
#include "app/engine/engine.h"
#include "app/engine/run_host.h"
#include "app/files/folders.h"
#include "app/files/interrupt.h"
#include "app/files/standard_error.h"
#include "app/pictures/image_store.h"
#include "inference/graph/graph_edit.h"
#include "inference/sampling/names.h"
#include "inference/weights/byte_source.h"
#include "inference/weights/printable.h"
#include "render/error.h"
#include "render/limits.h"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace athanor {

namespace {

constexpr std::string_view category = "Preprocess";

struct PreprocessArguments {
    std::string name, in, out;
    std::vector<std::pair<std::string, std::string>> values; // --param value
    std::vector<std::string> modelFolders; // besides the usual ones
};

bool endsWith(const std::string& text, std::string_view ending)
{
    return text.size() > ending.size() && sameName(std::string_view(text).substr(text.size() - ending.size()), ending);
}

std::string namesOfAll()
{
    std::string names;
    for (const NodeType& type : nodeTypes())
        if (type.category == category)
            names.append(names.empty() ? "" : ", ").append(type.id);
    return names;
}

// Options may stand anywhere between NAME, IN and OUT; which there are is for the node to say.
PreprocessArguments split(const std::vector<std::string>& words)
{
    PreprocessArguments arguments;
    std::vector<std::string> places;
    for (size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (!word.starts_with("--")) {
            places.push_back(word);
            continue;
        }
        const size_t equals = word.find('=');
        if (equals == word.npos && i + 1 == words.size())
            throw Error(ErrorKind::BadArgument, printable(word) + " needs a value");
        const std::string name = word.substr(2, equals == word.npos ? equals : equals - 2);
        const std::string value = equals == word.npos ? words[++i] : word.substr(equals + 1);
        if (name == "models")
            arguments.modelFolders.push_back(value);
        else
            arguments.values.emplace_back(name, value);
    }
    if (places.size() != 3)
        throw Error(ErrorKind::BadArgument, "NAME, IN and OUT are needed; NAME is one of " + namesOfAll());
    arguments.name = places[0];
    arguments.in = places[1];
    arguments.out = parsePicturePath("OUT", places[2]);
    return arguments;
}

// "pose" of a file of poses only draws them.
const NodeType& typeFor(const PreprocessArguments& arguments)
{
    const bool poses = sameName(arguments.name, "pose") && endsWith(arguments.in, ".json");
    for (const NodeType& type : nodeTypes())
        if (type.category == category && (poses ? type.id == "draw_pose" : sameName(type.id, arguments.name)))
            return type;
    throw Error(ErrorKind::BadArgument, inQuotes(arguments.name) + " is no preprocessor; there are " + namesOfAll());
}

std::string fileText(const std::string& path)
{
    const ByteSource source(path);
    if (source.size() > maxParamText)
        source.refuse(
            "has " + std::to_string(source.size()) + " bytes, the limit for poses is " + std::to_string(maxParamText));
    const auto bytes = source.read(0, source.size());
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class GraphMaker {
public:
    explicit GraphMaker(const PreprocessArguments& arguments)
        : m_type(typeFor(arguments))
        , m_values(arguments.values)
    {
        m_node = add(m_type);
        if (findInput(m_type, "image")) {
            const NodeId picture = loader(arguments.in);
            link({picture, "image"}, "image");
            if (findInput(m_type, "mask"))
                link(maskPort(picture), "mask");
        } else {
            set(m_node, "pose", fileText(arguments.in));
        }
        for (const auto& [param, text] : m_values) {
            const ParamAddress address = findParamAddress(graph, std::to_string(m_node) + '.' + param);
            const ParamAddress told{address.path, address.param, "--" + param};
            graph = withValue(graph, address, parseParamValue(graph, told, text));
        }
        const NodeId save = add(*findNodeType("save_image"));
        graph = connected(graph, {m_node, "image"}, {save, "image"});
    }

    Graph graph;

private:
    NodeId add(const NodeType& type) { return addNode(graph, makeNode(type)); }
    void link(const PortRef& from, const std::string& port) { graph = connected(graph, from, {m_node, port}); }
    void set(NodeId node, const std::string& param, const ParamValue& value)
    {
        graph = withParam(graph, node, param, value);
    }

    NodeId loader(const std::string& file)
    {
        const NodeId node = add(*findNodeType("load_image"));
        set(node, "file", file);
        return node;
    }

    // --mask FILE, or else where the picture is transparent.
    PortRef maskPort(NodeId whole)
    {
        for (auto it = m_values.begin(); it != m_values.end(); ++it)
            if (it->first == "mask") {
                const NodeId picture = loader(it->second), mask = add(*findNodeType("mask_from_image"));
                graph = connected(graph, {picture, "image"}, {mask, "image"});
                m_values.erase(it);
                return {mask, "mask"};
            }
        return {whole, "mask"};
    }

    const NodeType& m_type;
    std::vector<std::pair<std::string, std::string>> m_values;
    NodeId m_node = 0;
};

void preprocess(const std::vector<std::string>& words)
{
    Interrupt interrupt;
    requireThreadsForRun();
    const PreprocessArguments arguments = split(words);
    const Graph graph = GraphMaker(arguments).graph;
    removeDrafts(std::filesystem::path(arguments.out).parent_path().string());
    requireWritable(arguments.out);
    HostOptions options;
    options.cacheFolder = cacheFolder();
    options.modelFolders = modelFolders(arguments.modelFolders);
    options.gpu = {.cacheFolder = options.cacheFolder};
    options.outFile = arguments.out;
    options.onNote = [](const std::string& text) { tellError(text); };
    options.writing = [&] { return interrupt.writing(); };
    AppRunHost host(std::move(options));
    ResultCache cache(defaultResultBudget());
    const auto onEvent = [](const RunEvent& event) {
        if (event.kind == RunEvent::Kind::Warning)
            tellError(event.title + ": " + event.text);
    };
    const RunSummary summary = execute({graph}, host, cache, onEvent, interrupt.token());
    requireSuccess(summary);
    for (const std::string& path : summary.saved)
        std::printf("%s\n", printable(path).c_str());
}

}

void addPreprocess(CLI::App& app, Command& command)
{
    CLI::App* preprocessApp = app.add_subcommand(
        "preprocess", "Make a control map of a picture: preprocess NAME IN OUT [--PARAMETER VALUE]...");
    preprocessApp->footer("NAME: " + namesOfAll()
        + "\nParameters with their ranges: athanor nodes. IN: a picture, or OpenPose's JSON for draw_pose.\n"
          "OUT: x.png, x.jpg or x.webp; PNG keeps every pixel.\n"
          "--models DIR: where networks are looked for by name, besides the user's own folder.\n"
          "--mask FILE: for inpaint, white where the picture is to be painted anew; else where it is transparent.");
    preprocessApp->allow_extras();
    preprocessApp->callback(
        [&command, preprocessApp] { command = [words = preprocessApp->remaining()] { preprocess(words); }; });
}

}
