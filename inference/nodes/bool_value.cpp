#include "inference/nodes/common.h"

namespace athanor {

namespace {

Values runBoolValue(NodeRun& run)
{
    return {run.boolean("value")};
}

}

NodeType boolValueNode()
{
    return {
        .id = "bool_value",
        .title = "Yes or no",
        .category = "Values",
        .text = "A yes or no for several nodes.",
        .params = {{"value", ParamKind::Bool, false, "What it is"}},
        .outputs = {{"value", PortType::Bool, "The same"}},
        .run = runBoolValue,
    };
}

}
