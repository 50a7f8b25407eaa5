// Edits of graphs as functions from value to value, so that undo is keeping the value before. None of them makes a
// graph worse than it was: links that cannot be are refused, ids are never used again.
#pragma once
#include "inference/graph/node_type.h"

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace athanor {

using Ids = std::set<int64_t>; // of nodes, links, groups and comments, which share one counter

// "Sample (node 4)", safe to show.
std::string nodeName(const Graph& graph, NodeId node, FindNodeType findType = findNodeType);

// Why an output cannot be linked to an input or parameter, as a sentence for people; empty: it can.
std::string whyNot(const Graph& graph, const PortRef& from, const PortRef& to, FindNodeType findType = findNodeType);
// Replaces what fed `to`. whyNot must have said nothing.
Graph connected(Graph graph, const PortRef& from, const PortRef& to);
// The same for one link after the other, in the time of one.
Graph connected(Graph graph, const std::vector<Link>& links);
Graph disconnected(Graph graph, const PortRef& to);

NodeId addNode(Graph& graph, Node node);
int64_t addGroup(Graph& graph, Group group);
int64_t addComment(Graph& graph, Comment comment);
// Nodes go with their links; ids that are not there are passed over, here and below.
Graph removed(Graph graph, const Ids& ids);
Graph moved(Graph graph, const Ids& ids, double right, double down);
Graph withMode(Graph graph, const Ids& nodes, NodeMode mode);
// Around the nodes; of those without a size a guess.
Rect frameOf(const Graph& graph, const Ids& nodes);
// A frame around the nodes.
Graph withGroup(Graph graph, const Ids& nodes, const std::string& title);
// Of a subgraph's parameter: at the nodes inside that it stands for. Throws BadArgument for a text that no file holds:
// the second limit is for one of letters only that JSON writes as they are.
constexpr size_t maxParamText = 1 << 20, maxPlainParamText = (8 << 20) - 64;
Graph withParam(Graph graph, NodeId node, const std::string& param, const ParamValue& value);
// The graph as it shall run: with another seed at each of its freshSeeds, none of which need be there.
Graph withDrawnSeeds(Graph graph, const std::function<uint64_t()>& draw);

// Nodes with the links between them, groups and comments, as for the clipboard.
Graph copied(const Graph& graph, const Ids& ids);
struct Pasted {
    Graph graph;
    Ids ids; // what was added
};
// Everything of `clip`, under new ids: first the nodes, in their order. Throws BadArgument if that is more than a
// workflow may hold.
Pasted pasted(Graph graph, const Graph& clip, double right, double down);

// The nodes of one circle in the order of its links; empty if there is none.
std::vector<NodeId> findCycle(const Graph& graph);

}
