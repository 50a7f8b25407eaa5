#include "inference/nodes/common.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace athanor {

namespace {

Mask maskOf(const ReadImage& read)
{
    Mask mask{
        read.image.width, read.image.height, std::vector<float>(size_t(read.image.width) * size_t(read.image.height))};
    std::ranges::transform(
        read.alpha, mask.pixels.begin(), [](uint8_t alpha) { return 1 - float(alpha) / 255; }); // or none: stays 0
    return mask;
}

Values runLoadImage(NodeRun& run)
{
    ReadImage read = run.host.readImage(chosenFile(run, FileKind::Image));
    for (const std::string& warning : read.warnings)
        run.warn(warning);
    const Value mask =
        !run.hooks.isUsed || run.hooks.isUsed("mask") ? shared(maskOf(read)) : Value(); // it is larger than the picture
    return {shared(ImageValue{{std::move(read.image)}, {}, Transparency(std::move(read.alpha))}), mask};
}

}

// ComfyUI's LoadImage: the mask is 1 where the picture is transparent, and 0 everywhere if it has no transparency.
NodeType loadImageNode()
{
    return {
        .id = "load_image",
        .title = "Load image",
        .category = "Load",
        .text = "A PNG, JPEG, WebP or BMP picture.",
        .params = {{"file", ParamKind::ImageFile, std::string(), "Path, or a name in the folder of inputs"}},
        .outputs = {{"image", PortType::Image, "The picture, upright"},
            {"mask", PortType::Mask, "White where the picture is transparent"}},
        .run = runLoadImage,
    };
}

}
