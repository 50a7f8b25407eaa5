// The text "parameters" of a picture as the workflow that makes it again.
#pragma once
#include "inference/pipeline/infotext.h"
#include "inference/pipeline/workflow_json.h"

#include <string_view>

namespace athanor {

// Text to image with all values that nodes here have, in two passes where the text tells of "Hires upscale". Warnings
// say what else the text tells. Never fails: what cannot be read has its usual value.
LoadedWorkflow infotextWorkflow(std::string_view text);

}
