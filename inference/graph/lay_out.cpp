#include "inference/graph/lay_out.h"

#include "inference/graph/graph_links.h"
#include "inference/graph/node_size.h"

#include <algorithm>
#include <map>
#include <vector>

namespace athanor {

namespace {

double heightIn(const Node& node, NodeId id, const Links& links)
{
    PortNames inputs, outputs;
    for (const Link* link : links.into(id))
        inputs.insert(link->to.port);
    for (const Link* link : links.outOf(id))
        outputs.insert(link->from.port);
    return nodeHeight(node, inputs, outputs);
}

}

void layOut(Graph& graph)
{
    constexpr double columnWidth = canvas::nodeWidth + 104, gap = 60; // where a node says what is wrong with it
    const Links links(graph);
    std::map<NodeId, int> column;
    for (const NodeId id : inOrder(graph, links))
        for (const Link* link : links.into(id))
            column[id] = std::max(column[id], column[link->from.node] + 1);
    for (const auto& [id, node] : graph.nodes)
        column.try_emplace(id, 0); // of circles
    std::map<int, double> below;
    for (const auto& [id, at] : column) {
        Node& node = graph.nodes.at(id);
        node.rect = {at * columnWidth, below[at], 0, 0};
        below[at] += heightIn(node, id, links) + gap;
    }
}

}
