// Runs a workflow: what its outputs need, in order, each node once for each value of a list, and nothing whose result
// is still there. It draws nothing and knows no files beyond what the host answers for.
#pragma once
#include "inference/graph/subgraph.h"
#include "inference/run/result_cache.h"
#include "inference/run/run_event.h"
#include "inference/run/run_host.h"

#include <functional>
#include <stop_token>

namespace athanor {

using RunCallback = std::function<void(const RunEvent&)>; // on the caller's thread; may be empty

// Nothing runs unless the graph is valid. A node that fails is told as a problem; outputs that do not need it finish.
// The last event is Done. What the callback throws while a node runs counts as that node's error.
RunSummary execute(const RunRequest& run, RunHost& host, ResultCache& cache, const RunCallback& onEvent,
    std::stop_token stop, FindNodeType findType = findNodeType);

// Throws Error: Cancelled, or the run's first problem. Nothing if it went well.
void requireSuccess(const RunSummary& summary);

}
