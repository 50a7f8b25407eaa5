// The table that the build writes from the files of inference/nodes.
#pragma once
#include "inference/graph/node_type.h"

#include <vector>

namespace athanor {

std::vector<NodeType> makeNodeTypes(); // sorted by id

}
