// Any text that tells of a workflow, told apart by what it holds: a file, or what a picture carries.
#pragma once
#include "inference/graph/workflow_json.h"

#include <cstdint>
#include <map>
#include <string>

namespace athanor {

enum class WorkflowKind : uint8_t { Unknown, Athanor, ComfyUi, ComfyApi, Metadata };

WorkflowKind workflowKind(std::string_view text);

// Whatever its kind. Throws BadFile "source: …".
LoadedWorkflow openWorkflow(std::string_view text, const std::string& source);

// The chunk of a picture that tells most of how it was made: Athanor's own before ComfyUI's, and these before A1111's.
// Null if none tells of a workflow.
const std::string* workflowChunk(const std::map<std::string, std::string>& chunks);

}
