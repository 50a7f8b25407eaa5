#include "inference/nodes/common.h"

namespace athanor {

namespace {

constexpr std::string_view inputNames[] = {"a", "b", "c", "d"};

Values runSwitch(NodeRun& run)
{
    const std::string_view chosen = inputNames[run.integer("choice") - 1];
    if (!run.has(chosen))
        throw Error(ErrorKind::BadArgument,
            "choice is " + std::to_string(run.integer("choice")) + ", but nothing is linked to input "
                + std::string(chosen));
    return {run.value(chosen)};
}

}

NodeType switchNode()
{
    return {
        .id = "switch",
        .title = "Switch",
        .category = "Flow",
        .text = "Hands on one of its inputs.",
        .inputs = {{"a", PortType::Any, "Choice 1", true}, {"b", PortType::Any, "Choice 2", true},
            {"c", PortType::Any, "Choice 3", true}, {"d", PortType::Any, "Choice 4", true}},
        .params = {{"choice", ParamKind::Int, int64_t(1), "Which: 1 is a, 2 is b, …", 1, 4, 1}},
        .outputs = {{"value", PortType::Any, "What was chosen"}},
        .run = runSwitch,
    };
}

}
