// What differs between two states of a workflow, for people: node by node, subgraphs looked into.
#pragma once
#include "inference/graph/graph_change.h"

#include <optional>
#include <string>
#include <vector>

namespace athanor {

struct NodeDifference {
    NodePath path;
    std::optional<Node> before, after; // absent: it is not there. Of a subgraph without what it holds
    // Of a node that is in both: what is not alike. Parameters, by name, that differ, are set in one only, or are long
    // texts of which only the part that differs is told.
    struct Value {
        std::string param;
        std::optional<ParamValue> before, after; // absent: as its type says
    };
    std::vector<Value> values;
    bool title = false, mode = false, moved = false, look = false; // look: colour, size, collapsed
    bool links = false; // what feeds it
    bool ports = false; // of a subgraph
};

struct GraphDifference {
    std::vector<NodeDifference> nodes; // by path
    size_t frames = 0; // groups and comments that are not alike
    bool form = false; // or which seeds are fresh
    bool isEmpty() const { return nodes.empty() && frames == 0 && !form; }
};

// Nodes of one id but another type are one that went and one that came.
GraphDifference differenceOf(const Graph& before, const Graph& after);

}
