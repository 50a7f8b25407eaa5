#include "inference/diffusion/mask.h"
#include "inference/nodes/common.h"

#include <cstdint>
#include <string>

namespace athanor {

namespace {

// By Rec. 601, as most programs make gray of colours.
float luminance(const uint8_t* rgb)
{
    return 0.299f * float(rgb[0]) + 0.587f * float(rgb[1]) + 0.114f * float(rgb[2]);
}

Values runMaskFromImage(NodeRun& run)
{
    const RgbImage& image = run.input<ImageValue>("image").images.at(0);
    const std::string& channel = run.text("channel");
    const int index = channel == "red" ? 0 : channel == "green" ? 1 : channel == "blue" ? 2 : -1;
    const bool invert = run.boolean("invert");
    Mask mask{image.width, image.height, {}};
    for (size_t i = 0; i < image.pixels.size(); i += 3) {
        const float value = (index < 0 ? luminance(&image.pixels[i]) : float(image.pixels[i + size_t(index)])) / 255;
        mask.pixels.push_back(invert ? 1 - value : value);
    }
    mask = blurred(grown(mask, int(run.integer("grow")) * 2 + 1), int(run.integer("blur")));
    return {shared(std::move(mask))};
}

}

// ComfyUI's ImageToMask, with what its InvertMask and GrowMask do.
NodeType maskFromImageNode()
{
    return {
        .id = "mask_from_image",
        .title = "Mask from image",
        .category = "Mask",
        .text = "Takes a picture's brightness for a mask; of a batch the first.",
        .inputs = {{"image", PortType::Image, "White becomes what may change"}},
        .params = {{"channel", ParamKind::Choice, std::string("luminance"), "What counts", 0, 0, 1,
                       {"luminance", "red", "green", "blue"}},
            {"invert", ParamKind::Bool, false, "Black becomes what may change"},
            {"grow", ParamKind::Int, int64_t(0), "Pixels by which what may change is widened", 0, 256, 1},
            {"blur", ParamKind::Int, int64_t(0), "Pixels over which the edge is softened", 0, 256, 1}},
        .outputs = {{"mask", PortType::Mask, "As large as the picture"}},
        .run = runMaskFromImage,
    };
}

}
