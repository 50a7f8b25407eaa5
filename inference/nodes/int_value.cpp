#include "inference/nodes/common.h"

namespace athanor {

namespace {

Values runIntValue(NodeRun& run)
{
    return {run.integer("value")};
}

}

NodeType intValueNode()
{
    return {
        .id = "int_value",
        .title = "Whole number",
        .category = "Values",
        .text = "A whole number for several nodes.",
        .params = {{"value", ParamKind::Int, int64_t(0), "What it is", -0x1p53, 0x1p53, 1}},
        .outputs = {{"value", PortType::Int, "The same"}},
        .run = runIntValue,
    };
}

}
