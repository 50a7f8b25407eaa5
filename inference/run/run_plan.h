// The order in which a flat workflow runs: the nodes that its outputs need, each with where its inputs come from and
// its fingerprint. Runs nothing.
#pragma once
#include "inference/graph/fingerprint.h"
#include "inference/graph/node_type.h"
#include "inference/graph/param_check.h"
#include "inference/run/run_host.h"

#include <optional>
#include <string>
#include <vector>

namespace athanor {

// An output of an earlier step.
struct Source {
    size_t step = 0, output = 0; // indices
};

// What a link brings to an input or to a parameter of a step.
struct Feed {
    std::string_view port;
    const InputPort* input = nullptr; // null: a parameter
    const Param* param = nullptr; // null: an input
    Source source;
};

struct StepProblem {
    std::string port, text;
    int code = 0; // the ErrorKind as a number
};

struct Step {
    NodeId id = 0;
    const Node* node = nullptr;
    const NodeType* type = nullptr;
    std::vector<Feed> feeds; // of what is linked
    Fingerprint fingerprint;
    bool keeps = true; // whether the fingerprint covers all that the result depends on
    std::optional<StepProblem> problem; // it cannot run, nor can what needs it
};

// Sources come before those they feed. The graph is valid and flat (subgraph.h), and outlives the plan. Files that are
// missing become problems.
std::vector<Step> planRun(const Graph& graph, FindNodeType findType, RunHost& host);

}
