// ComfyUI's API form: {"3": {"class_type": "KSampler", "inputs": {"seed": 5, "model": ["4", 0]}, "_meta": {"title":
// …}}}.
#pragma once
#include "inference/formats/comfyui_node.h"

namespace athanor {

// The nodes are laid out from left to right, since the form says nothing of places.
Graph readApiGraph(const Json& json, ComfyReport& report);

}
