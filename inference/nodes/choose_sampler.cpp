#include "inference/nodes/common.h"
#include "inference/sampling/samplers.h"

namespace athanor {

namespace {

Values runChooseSampler(NodeRun& run)
{
    return {run.text("sampler")};
}

}

NodeType chooseSamplerNode()
{
    return {
        .id = "choose_sampler",
        .title = "Choose sampler",
        .category = "Sampling",
        .text = "One sampler for several nodes.",
        .params = {{"sampler", ParamKind::Choice, std::string("dpmpp_2m"), "The way from step to step", 0, 0, 1,
            namesOf(samplers())}},
        .outputs = {{"sampler", PortType::Sampler, "Its name"}},
        .run = runChooseSampler,
    };
}

}
