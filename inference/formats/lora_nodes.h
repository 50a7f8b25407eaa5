// The nodes of LoRAs that a prompt or an argument names.
#pragma once
#include "inference/graph/graph.h"
#include "inference/text/lora_tags.h"

#include <vector>

namespace athanor {

// Adds a Load LoRA node for each, one behind the other, the first behind the checkpoint. The last one, or the
// checkpoint where there is none, gives the model and the text encoder with all of them.
NodeId addLoras(Graph& graph, NodeId checkpoint, const std::vector<NamedLora>& loras);

}
