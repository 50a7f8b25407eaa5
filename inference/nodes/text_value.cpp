#include "inference/nodes/common.h"

namespace athanor {

namespace {

Values runTextValue(NodeRun& run)
{
    return {run.text("value")};
}

}

NodeType textValueNode()
{
    return {
        .id = "text_value",
        .title = "Text",
        .category = "Values",
        .text = "A text for several nodes.",
        .params = {{"value", ParamKind::Prompt, std::string(), "What it is"}},
        .outputs = {{"value", PortType::Text, "The same"}},
        .run = runTextValue,
    };
}

}
