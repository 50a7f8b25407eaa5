// How tall nodes are on the canvas, in its units: for what draws them there and for what places them without it.
#pragma once
#include "inference/graph/node_type.h"

#include <cstddef>
#include <set>
#include <string>

namespace athanor {

namespace canvas {
constexpr double nodeWidth = 216, headerHeight = 30, rowHeight = 24, lineHeight = 18;
constexpr double rowMargin = 4; // above the first row and below the last
constexpr double pictureMargin = 10, highestPicture = 260;
constexpr double rerouteWidth = 32, rerouteHeight = 18;
constexpr int blockLines = 3; // of a text
}

using PortNames = std::set<std::string>;

// Whether the parameter has a row: of a type with many, those that are rarely changed have one only where they are.
bool showsParam(const Node& node, const NodeType& type, size_t param, const PortNames& linkedInputs);
// Whether the value stands in lines of its own rather than beside the parameter's name.
bool isTextBlock(const Param& param, const ParamValue& value);

// Of a node whose type is not known, so that its links lead somewhere. Its texts point into the names.
NodeType typeByLinks(const PortNames& linkedInputs, const PortNames& linkedOutputs);

// What a node takes at the most, with the picture that it shows once it has run.
double nodeHeight(const Node& node, const PortNames& linkedInputs, const PortNames& linkedOutputs);

}
