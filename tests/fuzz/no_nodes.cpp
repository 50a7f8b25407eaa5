// No node types: the readers of workflows are fuzzed without what runs them.
#include "inference/graph/node_types.h"

namespace athanor {

std::vector<NodeType> makeNodeTypes()
{
    return {};
}

}
