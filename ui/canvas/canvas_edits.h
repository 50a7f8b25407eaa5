// What the canvas does to graphs beyond graph_edit.h, as functions from value to value. Places and sizes are those of
// the nodes' rectangles, so that these have to be filled in (GraphScene::sized) where sizes count.
#pragma once
#include "inference/graph/graph_edit.h"

#include <cstdint>
#include <string>
#include <vector>

namespace athanor {

// Without the nodes, their links led past them where a bypass would (the rest goes with them).
Graph removedAndReconnected(const Graph& graph, const Ids& ids);
// A reroute in the link, its middle at the place. Unchanged if there is no such link.
Graph withReroute(Graph graph, LinkId link, double x, double y);
// The node in the middle of the link, if it has no links yet and fits; else unchanged.
Graph insertedIntoLink(Graph graph, NodeId node, LinkId link);
// Links every free input of the nodes that was linked in `from` to what fed it there, as far as it still is here.
struct OuterLink {
    PortRef from; // in the graph
    size_t node = 0; // of the clip, by its place in the order of ids
    std::string port;
};
std::vector<OuterLink> outerLinks(const Graph& graph, const Ids& ids);
// `ids` are those that pasted() gave: the nodes first, in their order.
Graph withOuterLinks(Graph graph, const Ids& ids, const std::vector<OuterLink>& links);

enum class Edge : uint8_t { Left, Right, Top, Bottom, Across, Along }; // Across: the middles below each other
Graph aligned(Graph graph, const Ids& ids, Edge edge);
Graph distributed(Graph graph, const Ids& ids, bool horizontally); // with equal gaps

// Nodes in columns along their links, each near to what feeds it; only these nodes, or all if there are none. The
// place of the top left corner stays.
Graph laidOut(Graph graph, const Ids& ids);

}
