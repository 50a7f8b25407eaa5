#include "app/commands/run.h"

#include "app/commands/host_options.h"
#include "app/commands/run_printer.h"
#include "app/commands/workflow_values.h"
#include "app/engine/node_times.h"
#include "app/engine/workflow_file.h"
#include "app/files/file_search.h"
#include "app/files/folders.h"
#include "app/files/new_file.h"
#include "app/files/whole_file.h"
#include "app/pictures/contact_sheet.h"
#include "inference/graph/file_name.h"
#include "inference/graph/subgraph_type.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <memory>
#include <set>
#include <stop_token>
#include <system_error>
#include <variant>

namespace athanor {

namespace {

// One combination of a sweep; of a plain run the only one.
struct Variation {
    Graph graph;
    std::string suffix; // of its files' names: "_seed-1_cfg-7"
};

struct Sweep {
    std::vector<Variation> variations{Variation{}};
    int columns = 1; // of the contact sheet: the values of the last parameter
    std::set<std::string> chosen; // files named by hand
};

// The value in quotes that `text` begins with, as JSON has them; what is behind it is left in `text`.
std::string takeQuoted(std::string_view& text, const std::string& option)
{
    size_t end = 1;
    while (end < text.size() && text[end] != '"')
        end += text[end] == '\\' ? 2 : 1;
    const auto value = end < text.size() ? nlohmann::json::parse(text.substr(0, end + 1), nullptr, false)
                                         : nlohmann::json(nlohmann::json::value_t::discarded);
    const bool ends = end + 1 >= text.size() || text[end + 1] == ',';
    if (!value.is_string() || !ends)
        throw Error(ErrorKind::BadArgument,
            option + ": the value that begins with " + inQuotes(text)
                + " must be a JSON string with a comma or nothing behind it, such as \"a, b\"; a quote of its own is "
                  "written \\\" within");
    text.remove_prefix(end + 1);
    return value.get<std::string>();
}

// "a,b\,c" → a; b,c. One in quotes is a JSON string: "\"a, b\",c" → a, b; c.
std::vector<std::string> splitValues(std::string_view text, const std::string& option)
{
    std::vector<std::string> values(1);
    bool begins = true; // a value
    while (!text.empty()) {
        if (begins && text.front() == '"')
            values.back() = takeQuoted(text, option);
        if (text.empty())
            break;
        begins = text.front() == ',';
        if (begins)
            values.emplace_back();
        else if (text.starts_with("\\,"))
            values.back() += ',';
        else
            values.back() += text.front();
        text.remove_prefix(!begins && text.starts_with("\\,") ? 2 : 1);
    }
    return values;
}

// A part of a file's name: letters, digits, dots and signs, not too long.
std::string namePart(const std::string& param, const std::string& value)
{
    constexpr size_t longest = 24;
    std::string part = '_' + param + '-' + value.substr(0, longest);
    for (char& c : part)
        if (!std::isalnum(static_cast<unsigned char>(c)) && std::string_view("._+-").find(c) == std::string_view::npos)
            c = '-';
    return part;
}

void setOne(Sweep& sweep, const std::string& assignment)
{
    const auto [name, text] = splitAssignment("--set", assignment);
    Graph& graph = sweep.variations.front().graph;
    const ParamAddress address = findParamAddress(graph, name);
    if (isFileParam(graph, address))
        sweep.chosen.insert(text);
    graph = withValue(graph, address, parseParamValue(graph, address, text));
}

void multiply(Sweep& sweep, const std::string& assignment)
{
    constexpr size_t longestSuffix = 100; // bytes
    const auto [name, text] = splitAssignment("--sweep", assignment);
    const ParamAddress address = findParamAddress(sweep.variations.front().graph, name);
    const std::vector<std::string> values = splitValues(text, "--sweep " + name);
    if (values.size() * sweep.variations.size() > maxCombinations)
        throw Error(ErrorKind::BadArgument,
            "the sweep has more than " + std::to_string(maxCombinations) + " combinations; take fewer values");
    std::vector<Variation> all;
    for (const Variation& variation : sweep.variations)
        for (const std::string& value : values) {
            if (isFileParam(variation.graph, address))
                sweep.chosen.insert(value);
            const ParamValue parsed = parseParamValue(variation.graph, address, value);
            all.push_back(
                {withValue(variation.graph, address, parsed), variation.suffix + namePart(address.param, value)});
            if (all.back().suffix.size() > longestSuffix) // counted instead
                all.back().suffix = "_sweep";
        }
    sweep.variations = std::move(all);
    sweep.columns = int(values.size());
}

bool isThere(const std::string& name, const std::vector<std::string>& folders)
{
    std::error_code error;
    return fileNameProblem(name).empty()
        && (std::filesystem::exists(name, error) || !fileIn(folders, FileKind::Model, name).empty());
}

// Puts the model where the graph names none, the one that comes with the program, or one that is not here; in
// subgraphs too, which readers of files keep from nesting deep.
Graph withModel(Graph graph, const std::string& model, const std::vector<std::string>& folders)
{
    for (auto& [id, node] : graph.nodes) {
        if (isSubgraph(node)) {
            Subgraph changed = *node.subgraph;
            changed.body = std::make_shared<const Graph>(withModel(*changed.body, model, folders));
            node.subgraph = std::make_shared<const Subgraph>(std::move(changed));
        }
        const NodeType* type = findNodeType(node.type);
        for (const Param& param : type ? type->params : std::vector<Param>()) {
            if (param.kind != ParamKind::ModelFile)
                continue;
            ParamValue& value = node.params[std::string(param.name)];
            const auto* name = std::get_if<std::string>(&value);
            if (!name || *name == starterModel || !isThere(*name, folders))
                value = model;
        }
    }
    return graph;
}

void setModel(Sweep& sweep, const RunArguments& arguments)
{
    sweep.chosen.insert(arguments.model);
    Graph& graph = sweep.variations.front().graph;
    graph = withModel(std::move(graph), arguments.model, modelFolders(arguments.modelFolders));
}

Sweep sweepOf(const RunArguments& arguments, Graph graph)
{
    Sweep sweep;
    sweep.variations.front().graph = std::move(graph);
    if (!arguments.model.empty())
        setModel(sweep, arguments);
    for (const std::string& assignment : arguments.set)
        setOne(sweep, assignment);
    for (const std::string& assignment : arguments.sweep)
        multiply(sweep, assignment);
    return sweep;
}

HostOptions hostOptions(const RunArguments& arguments, RunPrinter& printer, Interrupt& interrupt)
{
    HostOptions options = commandHost(arguments, interrupt);
    options.outFolder = arguments.outFolder;
    options.onNote = [&](const std::string& text) { printer.note(text); };
    return options;
}

OpenFiles openFiles(const RunArguments& arguments, const OpenedWorkflow& opened, const Sweep& sweep)
{
    const std::string beside = std::filesystem::path(arguments.workflow).parent_path().string();
    OpenFiles files{.imageFolders = inputFolders(), .anyPath = false}; // whoever made the workflow; …
    files.imageFolders.insert(files.imageFolders.begin(), beside.empty() ? "." : beside);
    files.fromHere = !opened.fromPicture;
    files.chosen = sweep.chosen; // … what the command line names is chosen
    return files;
}

void writeSheet(const Sweep& sweep, const std::vector<std::string>& pictures, const std::string& folder,
    RunPrinter& printer, Interrupt& interrupt)
{
    const std::string sheet = contactSheet(pictures, sweep.columns);
    if (sheet.empty()) {
        printer.note("no contact sheet: the pictures are too many for one");
        return;
    }
    const auto writing = interrupt.writing();
    printer.saved(writeNewFile({folder, "contact-sheet", ".png"}, sheet).path);
}

void makePreviewFolder(const std::string& folder)
{
    std::error_code error;
    if (folder.empty())
        return;
    if (!std::filesystem::create_directories(folder, error) && error)
        throw Error(ErrorKind::CannotWrite, "cannot write " + folder + ": " + error.message());
    removeDrafts(folder);
    requireWritable(folder + "/run-0001.png");
}

}

void runWorkflow(const RunArguments& arguments)
{
    Interrupt interrupt;
    RunPrinter printer(arguments.json, arguments.previewFolder, interrupt);
    const OpenedWorkflow opened = openWorkflow(arguments.workflow);
    for (const std::string& warning : opened.loaded.warnings)
        printer.note(warning);
    const Sweep sweep = sweepOf(arguments, opened.loaded.graph);
    makePreviewFolder(arguments.previewFolder);
    if (arguments.outFolder != RunArguments().outFolder) // the usual one matters only where something is saved
        requireWritableFolder(arguments.outFolder);

    std::vector<std::string> pictures(sweep.variations.size()); // the first of each run
    Engine* theEngine = nullptr;
    EngineCallbacks callbacks;
    callbacks.onEvent = [&](RunId run, const RunEvent& event) {
        printer.event(run, event);
        if (printer.outputFailed() && theEngine)
            theEngine->cancelAll();
    };
    callbacks.onDone = [&](RunId run, const RunSummary& summary) {
        printer.done(run, summary);
        if (!summary.saved.empty())
            pictures[size_t(run - 1)] = summary.saved.front();
    };
    {
        Engine engine(std::make_unique<AppRunHost>(hostOptions(arguments, printer, interrupt)), defaultResultBudget(),
            std::move(callbacks));
        theEngine = &engine;
        engine.nodeTimes() = readNodeTimes(cacheFolder());
        const std::stop_callback onStop(interrupt.token(), [&] { engine.cancelAll(); });
        const OpenFiles files = openFiles(arguments, opened, sweep);
        for (const Variation& variation : sweep.variations)
            engine.add({variation.graph, files, variation.suffix}, arguments.workflow);
        if (interrupt.token().stop_requested())
            engine.cancelAll();
        engine.waitUntilIdle();
        keepNodeTimes(cacheFolder(), engine.nodeTimes());
    }
    if (!arguments.sweep.empty() && !interrupt.token().stop_requested())
        writeSheet(sweep, pictures, arguments.outFolder, printer, interrupt);
    printer.finish();
}

}
