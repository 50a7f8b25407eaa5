// Nodes of files whose type is not known here: what their ports are called.
#pragma once
#include "inference/weights/json_value.h"

#include <string>
#include <vector>

namespace athanor {

// Names for a placeholder's ports, by place; json: the node of ComfyUI's UI file, as it is kept in Node::foreign.
std::vector<std::string> placeholderInputs(const Json& json);
std::vector<std::string> placeholderOutputs(const Json& json);

}
