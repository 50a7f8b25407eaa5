// What a field of the inspector is about: one parameter of one node, or of several of the same type.
#pragma once
#include "ui/document/graph_document.h"

#include <optional>
#include <string>
#include <vector>

namespace athanor {

struct ParamTarget {
    NodePath body; // the subgraph that the nodes are in
    std::vector<NodeId> nodes; // at least one
    std::string name;
    bool operator==(const ParamTarget&) const = default;
};

ParamTarget targetOf(const ParamPlace& place);
std::vector<ParamPlace> placesOf(const ParamTarget& target);

// What it is at the moment.
struct ParamReading {
    Param param; // its texts are those of the type, or of the graph that it was read from
    ParamValue value; // of the first node
    bool mixed = false; // others have other values
    std::optional<PortRef> source; // what feeds the first node's instead
};
// Nothing if a node is gone, or has no such parameter.
std::optional<ParamReading> readParam(const GraphDocument& document, const ParamTarget& target);
std::optional<ParamReading> readParam(const Graph& whole, const ParamTarget& target); // without its source

// Each parameter of the nodes set, as one step; those with the same key that follow each other are one.
struct ParamChange {
    std::string name;
    ParamValue value;
};
void changeParams(GraphDocument& document, const ParamTarget& target, const std::vector<ParamChange>& changes,
    const QString& text, const QString& gesture);

// The value that the node has by its type, or that it stands at.
ParamValue valueOf(const Node& node, const Param& param);

// Adds the places to a list of the whole graph, or takes them out.
std::vector<ParamPlace> withPlaces(std::vector<ParamPlace> list, const std::vector<ParamPlace>& places, bool there);
bool hasPlaces(const std::vector<ParamPlace>& list, const std::vector<ParamPlace>& places); // all of them

}
