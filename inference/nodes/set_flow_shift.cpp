#include "inference/nodes/common.h"
#include "inference/sampling/schedule.h"

#include <memory>

namespace athanor {

namespace {

Values runSetFlowShift(NodeRun& run)
{
    ModelValue model = run.input<ModelValue>("model");
    if (model.prediction != Prediction::Flow)
        throw Error(ErrorKind::BadArgument, "the model is no flow, as Stable Diffusion 3 is: its noise has no shift");
    model.noise = std::make_shared<const NoiseModel>(makeFlowModel(run.number("shift")));
    return {shared(std::move(model))};
}

}

// ComfyUI's ModelSamplingSD3.
NodeType setFlowShiftNode()
{
    return {
        .id = "set_flow_shift",
        .title = "Set flow shift",
        .category = "Sampling",
        .text = "How long a model of Stable Diffusion 3's kind stays with much noise: larger pictures want more.",
        .inputs = {{"model", PortType::Model, "The model"}},
        .params = {{"shift", ParamKind::Float, 3.0, "1 spreads the noise evenly over the steps", 0.01, 100, 0.1}},
        .outputs = {{"model", PortType::Model, "The same with this shift"}},
        .run = runSetFlowShift,
    };
}

}
