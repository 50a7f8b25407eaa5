// What keeps a workflow from running, found before anything runs.
#pragma once
#include "inference/graph/node_type.h"
#include "inference/graph/param_check.h"

#include <string>
#include <vector>

namespace athanor {

// One line for people: what is wrong, the value seen, what is allowed. It names nodes by title and number.
struct Problem {
    NodePath node; // empty: the graph as a whole
    std::string port; // an input, output or parameter; empty: the node as a whole
    std::string text;
};

// Nothing may run unless this is empty. Checked are, within subgraphs too: node types, parameters (kind, range,
// choice), links (ends, types, inputs fed twice, circles), inputs that must be linked on the way to an output, and that
// there is an output. Muted nodes may be as they like. At most 1,000 problems, then their number. Throws nothing.
std::vector<Problem> validate(const Graph& graph, FindNodeType findType = findNodeType);

}
