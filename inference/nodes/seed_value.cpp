#include "inference/nodes/common.h"

namespace athanor {

namespace {

Values runSeedValue(NodeRun& run)
{
    return {run.seed("value")};
}

}

NodeType seedValueNode()
{
    return {
        .id = "seed_value",
        .title = "Seed",
        .category = "Values",
        .text = "A seed for several nodes.",
        .params = {{"value", ParamKind::Seed, int64_t(0), "What it is"}},
        .outputs = {{"value", PortType::Seed, "The same"}},
        .run = runSeedValue,
    };
}

}
