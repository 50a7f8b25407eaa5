#include "app/bench/bench_pipeline.h"

#include "app/bench/bench_clock.h"
#include "inference/graph/flatten.h"
#include "inference/graph/graph_edit.h"
#include "inference/graph/validate.h"
#include "inference/graph/workflow_json.h"
#include "render/error.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

namespace athanor {

namespace {

constexpr int64_t nodeCount = 10'000;

Node nodeOf(std::string_view type)
{
    const NodeType* found = findNodeType(type);
    if (!found)
        throw Error(ErrorKind::Internal, "the node type " + std::string(type) + " is gone");
    Node node = makeNode(*found);
    if (findParam(*found, "file"))
        node.params["file"] = std::string("picture.png");
    return node;
}

// A picture, then each node after the one before, and a preview of the last.
Graph chain()
{
    Graph graph;
    graph.nextId = 2 * nodeCount;
    const Node inner = nodeOf("invert_image");
    for (int64_t id = 1; id <= nodeCount; ++id) {
        graph.nodes[id] = id == 1 ? nodeOf("load_image") : id == nodeCount ? nodeOf("preview_image") : inner;
        graph.nodes[id].rect = {double(id) * 240, 0, 200, 0};
        if (id > 1)
            graph.links[nodeCount + id - 1] = {{id - 1, "image"}, {id, "image"}};
    }
    return graph;
}

// A picture and 9,999 previews of it.
Graph fan()
{
    Graph graph;
    graph.nextId = 2 * nodeCount;
    graph.nodes[1] = nodeOf("load_image");
    const Node preview = nodeOf("preview_image");
    for (int64_t id = 2; id <= nodeCount; ++id) {
        graph.nodes[id] = preview;
        graph.nodes[id].rect = {400, double(id) * 160, 200, 0};
        graph.links[nodeCount + id - 1] = {{1, "image"}, {id, "image"}};
    }
    return graph;
}

double medianMilliseconds(int repeats, const std::function<void()>& work)
{
    std::vector<double> times;
    for (int i = 0; i < repeats; ++i) {
        const auto start = BenchClock::now();
        work();
        times.push_back(millisecondsSince(start));
    }
    std::ranges::sort(times);
    return times[times.size() / 2];
}

void benchGraph(const char* what, const Graph& graph, int repeats)
{
    const std::string text = writeWorkflow(graph);
    if (readWorkflow(text, what).graph != graph || !validate(graph).empty())
        throw Error(
            ErrorKind::Internal, std::string("the ") + what + " does not open as it was saved, or is not valid");
    const PortRef first{1, "image"}, last{nodeCount, "image"};
    std::printf("  %-6s %9.1f %9.1f %9.1f %9.1f %9.1f %9.1f   %.2f MB\n", what,
        medianMilliseconds(repeats, [&] { readWorkflow(text, what); }),
        medianMilliseconds(repeats, [&] { validate(graph); }), medianMilliseconds(repeats, [&] { flatten(graph); }),
        medianMilliseconds(repeats, [&] { writeWorkflow(graph); }),
        medianMilliseconds(repeats, [&] { whyNot(graph, first, last); }),
        medianMilliseconds(repeats, [&] { withMode(graph, {nodeCount / 2}, NodeMode::Muted); }),
        double(text.size()) / 1e6);
}

}

void runPipelineBench(int repeats)
{
    std::printf("Workflows of %lld nodes, milliseconds, median of %d\n", static_cast<long long>(nodeCount), repeats);
    std::printf(
        "  %-6s %9s %9s %9s %9s %9s %9s   file\n", "", "open", "validate", "flatten", "save", "why not", "edit");
    benchGraph("chain", chain(), repeats);
    benchGraph("fan", fan(), repeats);
}

}
