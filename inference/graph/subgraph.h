// Subgraphs: making one node of a selection, taking it apart again, and what it shows of its inside.
#pragma once
#include "inference/graph/flatten.h"
#include "inference/graph/graph_edit.h"

#include <cstdint>
#include <string>

namespace athanor {

struct MadeSubgraph {
    Graph graph;
    NodeId node = 0; // of the subgraph
};

// The nodes as one. It exposes the inputs and parameters that were linked from outside, inputs that must be linked and
// are not, and the outputs that were linked to the outside or to nothing. Throws BadArgument, with a sentence for
// people, if it would be in a circle with the rest, or nested too deep.
MadeSubgraph intoSubgraph(
    Graph graph, const Ids& nodes, const std::string& title, FindNodeType findType = findNodeType);
// The nodes inside in place of the subgraph; Ids of what was added.
Pasted outOfSubgraph(Graph graph, NodeId subgraph);

enum class Side : uint8_t { Inputs, Outputs, Params };
// Exposes a port or parameter of a node inside; `name` is a wish, to which a number is added if it is taken. Throws
// BadArgument, with a sentence for people, if there is no such port or it is linked inside.
Graph withExposed(Graph graph, NodeId subgraph, Side side, const std::string& name, const PortRef& inner,
    FindNodeType findType = findNodeType);
// Links to it go too.
Graph withoutExposed(Graph graph, NodeId subgraph, Side side, const std::string& name);
// The graph with another body in the subgraph at the path, which then exposes no more what is gone from there or linked
// inside. Throws BadArgument if that is nested too deep.
Graph withBody(Graph graph, const NodePath& path, Graph body);
// The graph inside the subgraph at the path; the graph itself for an empty one; null if there is none.
const Graph* bodyAt(const Graph& graph, const NodePath& path);

// A node, most of all a subgraph, as a file of the user's library: a workflow of this one node.
std::string writeLibraryNode(const Node& node);
Node readLibraryNode(std::string_view json, const std::string& source); // throws BadFile

}
