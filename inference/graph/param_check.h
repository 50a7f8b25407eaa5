// Values of parameters: what they are and may be.
#pragma once
#include "inference/graph/node_type.h"

#include <string>
#include <string_view>

namespace athanor {

// What is wrong with it: the value, what is allowed; empty: nothing. Whole numbers are good as Float, as Seed from 0
// on. The name of a file is not looked for, nor held against any folder: fileNameProblem (file_name.h) and the host do
// that.
std::string paramProblem(const Param& param, const ParamValue& value);

// Throws BadArgument with the value and what is expected unless it lies from low to high; a NaN does not.
void requireRange(const char* name, double value, double low, double high);

// The node's value, or its type's where the node has none.
const ParamValue& paramOf(const Node& node, const Param& param);

// The value that a node hands on at the output as it is written there (Number, Text …); null: another kind of node.
const ParamValue* writtenValue(const Node& node, const NodeType& type, std::string_view output);

}
