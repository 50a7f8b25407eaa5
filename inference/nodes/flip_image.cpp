#include "inference/nodes/common.h"

#include <algorithm>

namespace athanor {

namespace {

RgbImage flipped(const RgbImage& image, bool sideways)
{
    RgbImage result = image;
    for (int64_t y = 0; y < image.height; ++y)
        for (int64_t x = 0; x < image.width; ++x) {
            const int64_t fromX = sideways ? image.width - 1 - x : x, fromY = sideways ? y : image.height - 1 - y;
            std::copy_n(image.pixels.begin() + (fromY * image.width + fromX) * 3, 3,
                result.pixels.begin() + (y * image.width + x) * 3);
        }
    return result;
}

Values runFlipImage(NodeRun& run)
{
    ImageValue value = run.input<ImageValue>("image");
    for (RgbImage& image : value.images)
        image = flipped(image, run.text("direction") == "sideways");
    return {shared(std::move(value))};
}

}

NodeType flipImageNode()
{
    return {
        .id = "flip_image",
        .title = "Flip image",
        .category = "Image",
        .text = "Mirrors pictures.",
        .inputs = {{"image", PortType::Image, "What to mirror"}},
        .params = {{"direction", ParamKind::Choice, std::string("sideways"), "Which ends change places", 0, 0, 1,
            {"sideways", "upside_down"}}},
        .outputs = {{"image", PortType::Image, "The mirrored pictures"}},
        .run = runFlipImage,
    };
}

}
