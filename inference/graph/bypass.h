// What a bypassed node hands on, and the way back past such nodes.
#pragma once
#include "inference/graph/graph_links.h"
#include "inference/graph/subgraph_type.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace athanor {

// The type of a port in the words of ComfyUI's files, in which types unknown here have names too: "IMAGE", "SIGMAS".
using SlotType = std::string;

// Of an input or parameter; "*" where nothing is known of it.
SlotType slotType(const Node& node, std::string_view input, FindNodeType findType = findNodeType);

struct HandedOn {
    std::string input; // or parameter; empty: the output gives nothing
    SlotType type; // of that input
};

// For an output that feeds something of the type `wanted`. As in ComfyUI's window: the input of the output's own place
// if its type fits, else the first of exactly the type wanted, else the first that fits; for what takes anything the
// input of the output's place, else the first. Parameters count as inputs behind the others.
HandedOn handedOn(
    const Node& node, std::string_view output, const SlotType& wanted, FindNodeType findType = findNodeType);

bool isReroute(const Node& node);

// Follows outputs back past nodes that are left out, to one that stays, remembering the way for the next.
class WaysPast {
public:
    using IsLeftOut = std::function<bool(NodeId, const Node&)>;
    WaysPast(const Graph& graph, IsLeftOut isLeftOut, FindNodeType findType = findNodeType);

    // Of what feeds an input of the type `wanted`. Nothing: no node that stays gives it.
    std::optional<PortRef> source(PortRef output, SlotType wanted);

private:
    using Key = std::pair<PortRef, SlotType>;

    const Link* stepBack(const Node& node, const PortRef& output, SlotType& wanted) const;

    const Graph& m_graph;
    const Links m_links;
    const IsLeftOut m_isLeftOut;
    const FindNodeType m_findType;
    std::map<Key, std::optional<PortRef>> m_known;
};

}
