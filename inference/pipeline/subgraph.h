// Subgraphs: making one node of a selection, taking it apart again, and the flat graph that runs.
#pragma once
#include "inference/pipeline/graph_edit.h"

namespace athanor {

constexpr int maxSubgraphDepth = 32;

// The type of a subgraph's node, made of the ports and parameters inside that it exposes; those that are not there are
// left out. Its texts point into `node` and the table of types. `value` of a parameter is the one set inside.
NodeType subgraphType(const Node& node, FindNodeType findType = findNodeType);

// The type of any node: `made` if it had to be made for a subgraph; null if it is unknown.
const NodeType* typeOf(const Node& node, NodeType& made, FindNodeType findType = findNodeType);

// A graph without subgraphs, and where each of its nodes stood. Nodes of the outermost graph keep their ids.
struct FlatGraph {
    Graph graph;
    std::map<NodeId, NodePath> paths;
};

// The graph as it runs: subgraphs are opened, links lead past bypassed nodes and reroutes, which are gone, and muted
// nodes are gone with all that needs them (an optional input that a muted node fed is not linked). Every mode is
// Normal. Links whose ends are not there are left out. Throws BadArgument beyond maxWorkflowNodes, maxWorkflowLinks or
// maxSubgraphDepth. No recursion.
FlatGraph flatten(const Graph& graph, FindNodeType findType = findNodeType);

// The first half of it: subgraphs opened, all else as it was; a bypassed subgraph stays one node.
FlatGraph withoutSubgraphs(const Graph& graph);

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
// Exposes a port or parameter of a node inside under a name that is free; `name` is a wish.
Graph withExposed(Graph graph, NodeId subgraph, Side side, const std::string& name, const PortRef& inner);
// Links to it go too.
Graph withoutExposed(Graph graph, NodeId subgraph, Side side, const std::string& name);
// The graph with another body in the subgraph at the path. Throws BadArgument if that is nested too deep.
Graph withBody(Graph graph, const NodePath& path, Graph body);
// The graph inside the subgraph at the path; the graph itself for an empty one; null if there is none.
const Graph* bodyAt(const Graph& graph, const NodePath& path);

// A node, most of all a subgraph, as a file of the user's library: a workflow of this one node.
std::string writeLibraryNode(const Node& node);
Node readLibraryNode(std::string_view json, const std::string& source); // throws BadFile

}
