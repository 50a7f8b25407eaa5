// What a picture's texts tell of how it was made as the workflow that makes it again.
#pragma once
#include "inference/formats/metadata.h"
#include "inference/graph/workflow_json.h"

#include <string_view>

namespace athanor {

// Text to image with all values that nodes here have, in two passes where the text tells of "Hires upscale". Warnings
// say what else is told. Never fails: what cannot be read has its usual value. `texts` are kept in the graph.
LoadedWorkflow metadataWorkflow(const Metadata& made, const MetadataTexts& texts);
// The same of A1111's text "parameters", or of one of its shape.
LoadedWorkflow infotextWorkflow(std::string_view text);

}
