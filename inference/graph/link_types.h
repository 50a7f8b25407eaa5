// What flows along the links of one graph, through reroutes and the like: for who asks about many links, each node is
// looked at once. Circles are no matter of it.
#pragma once
#include "inference/graph/graph_links.h"
#include "inference/graph/node_type.h"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace athanor {

class LinkTypes {
public:
    // The graph and its links must outlive it unchanged.
    LinkTypes(const Graph& graph, const Links& links, FindNodeType findType = findNodeType);

    PortType given(PortRef output); // Any: not known
    // Whether the ends are there and the input, with everything that it hands on to, takes what the output gives.
    bool fit(const PortRef& from, const PortRef& to);

private:
    using Types = uint32_t; // a bit for each PortType

    const NodeType* typeOfNode(NodeId id);
    Types taken(const PortRef& to);
    bool isOpen(const PortRef& input); // takes anything, as far as the node itself goes
    void narrow(const PortRef& from, Types taken);
    void collectTaken(); // once, when it is asked for

    const Graph& m_graph;
    const Links& m_links;
    const FindNodeType m_findType;
    std::unordered_map<NodeId, NodeType> m_made; // of subgraphs
    std::unordered_map<NodeId, const NodeType*> m_types;
    std::unordered_map<NodeId, PortType> m_given; // what comes out of Any outputs
    std::unordered_map<NodeId, Types> m_taken; // what Any inputs may hand on; absent: all
    std::vector<NodeId> m_narrowed;
    bool m_collected = false;
};

}
