// Our own workflow files: what opens is written and read back the same, can be checked, flattened and edited.
#include "inference/graph/flatten.h"
#include "inference/graph/subgraph.h"
#include "inference/graph/validate.h"
#include "inference/graph/workflow_json.h"
#include "render/error.h"
#include "tests/support/graph_types.h"

#include <cstdlib>
#include <optional>

using namespace athanor;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

std::optional<LoadedWorkflow> opened(std::string_view text)
{
    try {
        return readWorkflow(text, "input");
    } catch (const Error& error) {
        const std::string_view said = error.what();
        require(error.kind == ErrorKind::BadFile && said.starts_with("input: line ") && said.find('\n') == said.npos);
        return {};
    }
}

void checkFlat(const Graph& graph)
{
    const FlatGraph flat = flatten(graph, testType);
    for (const auto& [id, node] : flat.graph.nodes)
        require(node.mode == NodeMode::Normal && !isSubgraph(node) && flat.paths.contains(id));
    for (const auto& [id, link] : flat.graph.links)
        require(flat.graph.nodes.contains(link.from.node) && flat.graph.nodes.contains(link.to.node));
    require(flat.paths.size() == flat.graph.nodes.size());
}

// A subgraph of each node alone, and taken apart again.
void checkEdits(const Graph& graph)
{
    for (const auto& [id, node] : graph.nodes) {
        try {
            const MadeSubgraph made = intoSubgraph(graph, {id}, "made", testType);
            require(made.graph.nodes.size() == graph.nodes.size());
            require(outOfSubgraph(made.graph, made.node).graph.nodes.size() == graph.nodes.size());
        } catch (const Error& error) {
            require(error.kind == ErrorKind::BadArgument);
        }
    }
}

}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const auto loaded = opened({reinterpret_cast<const char*>(data), size});
    if (!loaded)
        return 0;
    const Graph& graph = loaded->graph;
    const std::string text = writeWorkflow(graph);
    const auto again = opened(text);
    require(again && again->graph == graph && again->warnings.empty() && writeWorkflow(again->graph) == text);

    const std::vector<Problem> problems = validate(graph, testType);
    for (const Problem& problem : problems)
        require(!problem.text.empty() && problem.text.find('\n') == std::string::npos);
    checkFlat(graph);
    if (problems.empty())
        require(findCycle(flatten(graph, testType).graph).empty());
    checkEdits(graph);
    return 0;
}
