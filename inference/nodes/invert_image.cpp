#include "inference/nodes/common.h"
#include "inference/preprocess/invert.h"

namespace athanor {

namespace {

Values runInvertImage(NodeRun& run)
{
    ImageValue value = run.input<ImageValue>("image");
    for (RgbImage& image : value.images)
        image = inverted(std::move(image));
    return {shared(std::move(value))};
}

}

// ComfyUI's ImageInvert.
NodeType invertImageNode()
{
    return {
        .id = "invert_image",
        .title = "Invert image",
        .category = "Image",
        .text = "Light becomes dark and dark light, as control maps of dark lines need it.",
        .inputs = {{"image", PortType::Image, "What to invert"}},
        .outputs = {{"image", PortType::Image, "The negatives"}},
        .run = runInvertImage,
    };
}

}
