// Finds the links of a graph by their ends.
#pragma once
#include "inference/graph/graph.h"

#include <span>
#include <string_view>
#include <vector>

namespace athanor {

// Built once in n log n; the graph must outlive it unchanged.
class Links {
public:
    explicit Links(const Graph& graph);

    std::span<const Link* const> into(NodeId node) const; // by port, those of one port by id
    std::span<const Link* const> outOf(NodeId node) const; // by port and id too
    // What feeds an input or parameter, the link with the lowest id if several do; null if nothing does.
    const Link* into(NodeId node, std::string_view port) const;

private:
    std::vector<const Link*> m_byTarget, m_bySource;
};

// The nodes so that each comes after all that feed it, and lower ids first where that leaves a choice; those in a
// circle or fed from one are missing.
std::vector<NodeId> inOrder(const Graph& graph, const Links& links);

}
