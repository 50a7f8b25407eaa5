// ComfyUI's files: the two forms its window writes (0.4 and 1) and the form of its API ("prompt") open as graphs, and
// a graph is written for the API. Classes known here become nodes that run, others placeholders that keep their data.
#pragma once
#include "inference/graph/node_type.h"
#include "inference/graph/workflow_json.h"

#include <string>
#include <string_view>

namespace athanor {

// Whatever the links are, the graph opens. Warnings say what changed: nodes renumbered, links left out, classes that
// are not known. Throws BadFile "source: …" for what is not such a file, for values that are not numbers, and beyond
// the limits of workflow_json.h.
LoadedWorkflow readComfyWorkflow(std::string_view json, const std::string& source);

// The graph as it runs, without subgraphs, muted and bypassed nodes; values typed into nodes of their own stand where
// they are used. Nodes without counterpart are written under their own type. Throws BadArgument as flatten does.
std::string writeComfyApi(const Graph& graph, FindNodeType findType = findNodeType);

}
