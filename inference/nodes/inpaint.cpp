#include "inference/preprocess/inpaint.h"

#include "inference/nodes/common.h"

namespace athanor {

namespace {

Values runInpaint(NodeRun& run)
{
    ControlMapValue hint = inpaintHint(run.input<ImageValue>("image").images.at(0), run.input<Mask>("mask"));
    ImageValue shown{hint.maps, {}};
    return {shared(std::move(hint)), shared(std::move(shown))};
}

}

NodeType inpaintNode()
{
    return {
        .id = "inpaint",
        .title = "Inpaint hint",
        .category = "Preprocess",
        .text = "The picture with what is to be painted anew left out, for a ControlNet for inpainting.",
        .inputs = {{"image", PortType::Image, "A picture; of a batch the first"},
            {"mask", PortType::Mask, "White where it is to be painted anew"}},
        .outputs = {{"map", PortType::ControlMap, "For a ControlNet: it is shown -1 where something is left out"},
            {"image", PortType::Image, "The same to look at: black there"}},
        .run = runInpaint,
    };
}

}
