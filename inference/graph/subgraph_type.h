// Nodes of the type "subgraph" seen from outside: what they expose, as a node type like any other.
#pragma once
#include "inference/graph/node_type.h"

#include <string_view>
#include <vector>

namespace athanor {

constexpr int maxSubgraphDepth = 32;
constexpr size_t maxExposed = 1'000; // inputs, outputs or parameters of one subgraph

// The type of a subgraph's node, made of the ports and parameters inside that it exposes; those that are not there are
// left out. Its texts point into `node` and the table of types. `value` of a parameter is the one set inside.
NodeType subgraphType(const Node& node, FindNodeType findType = findNodeType);

// The type of any node: `made` if it had to be made for a subgraph; null if it is unknown.
const NodeType* typeOf(const Node& node, NodeType& made, FindNodeType findType = findNodeType);

// Whether the node is a subgraph that can be opened.
bool isSubgraph(const Node& node);

// The node inside that has the port or parameter, through any depth of subgraphs, and its name there.
struct ExposedPort {
    const Node* node = nullptr; // null: it is not there
    std::string_view port;
};
ExposedPort exposedPort(const Subgraph& subgraph, const Exposed& exposed, std::vector<Exposed> Subgraph::*list);

const Exposed* findExposed(const std::vector<Exposed>& list, std::string_view name); // null: not there

}
