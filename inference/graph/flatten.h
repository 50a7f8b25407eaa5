// The graph that runs: flat, without subgraphs and without nodes that only structure it.
#pragma once
#include "inference/graph/subgraph_type.h"

#include <map>

namespace athanor {

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

// Its first half: subgraphs opened, all else as it was; a bypassed subgraph stays one node.
FlatGraph withoutSubgraphs(const Graph& graph);
// Its second half.
FlatGraph asItRuns(FlatGraph flat, FindNodeType findType = findNodeType);

}
