#include "inference/nodes/common.h"

namespace athanor {

namespace {

Values run(NodeRun& run)
{
    ImageValue value = run.input<ImageValue>("image");
    for (RgbImage& image : value.images)
        for (uint8_t& pixel : image.pixels)
            pixel = uint8_t(255 - pixel);
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
        .run = run,
    };
}

}
