// The workflow that "generate" runs, and that its pictures carry.
#pragma once
#include "app/commands/generate.h"
#include "inference/graph/graph.h"
#include "inference/values/resample.h"
#include "inference/weights/families.h"

namespace athanor {

// A built-in one with these values, and the nodes that they ask for, for a model of this family. isAlone: its file has
// neither text encoders nor VAE. Throws Error where a ControlNet is missing.
Graph generateGraph(const GenerateArguments& arguments, const FamilyRow& family, Size size, bool isAlone = false);

}
