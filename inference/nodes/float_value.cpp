#include "inference/nodes/common.h"

namespace athanor {

namespace {

Values runFloatValue(NodeRun& run)
{
    return {run.number("value")};
}

}

NodeType floatValueNode()
{
    return {
        .id = "float_value",
        .title = "Number",
        .category = "Values",
        .text = "A number for several nodes.",
        .params = {{"value", ParamKind::Float, 0.0, "What it is", -1e15, 1e15, 0.1}},
        .outputs = {{"value", PortType::Float, "The same"}},
        .run = runFloatValue,
    };
}

}
