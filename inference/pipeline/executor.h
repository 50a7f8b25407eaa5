// Runs a workflow: what its outputs need, in order, each node once for each value of a list, and nothing whose result
// is still there. It draws nothing and knows no files beyond what the host answers for.
#pragma once
#include "inference/pipeline/result_cache.h"
#include "inference/pipeline/run_event.h"
#include "inference/pipeline/run_host.h"
#include "inference/pipeline/subgraph.h"

#include <functional>
#include <stop_token>

namespace athanor {

using RunCallback = std::function<void(const RunEvent&)>; // on the caller's thread; may be empty

// Nothing runs unless the graph is valid. A node that fails is told as a problem; outputs that do not need it finish.
// Throws nothing but what the callback throws.
RunSummary execute(
    const Graph& graph, RunHost& host, ResultCache& cache, const RunCallback& onEvent, std::stop_token stop);

using FindNodeType = const NodeType* (*)(std::string_view id); // null for an unknown one

// The same for a graph without subgraphs that is known to be valid; tests bring their own node types.
RunSummary executeFlat(const FlatGraph& flat, FindNodeType findType, RunHost& host, ResultCache& cache,
    const RunCallback& onEvent, std::stop_token stop);

}
