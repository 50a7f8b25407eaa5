// Places for the nodes of a graph that has none, as one that a program made or a file without places. What users call
// for is ui/canvas/auto_layout, which knows how large each node is shown.
#pragma once
#include "inference/graph/graph.h"

namespace athanor {

// From left to right, by how many others come before each; none lies upon another.
void layOut(Graph& graph);

}
