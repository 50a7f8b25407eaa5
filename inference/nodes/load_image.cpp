#include "inference/nodes/common.h"

namespace athanor {

namespace {

Values runLoadImage(NodeRun& run)
{
    ReadImage read = run.host.readImage(chosenFile(run, FileKind::Image));
    for (const std::string& warning : read.warnings)
        run.warn(warning);
    const RgbImage& image = read.image;
    Transparency transparency(read.mask);
    if (!read.mask && (!run.hooks.isUsed || run.hooks.isUsed("mask"))) // it is larger than the picture
        read.mask = std::make_shared<const Mask>(
            Mask{image.width, image.height, std::vector<float>(size_t(image.width) * size_t(image.height))});
    return {shared(ImageValue{{std::move(read.image)}, {}, std::move(transparency)}),
        read.mask ? Value(read.mask) : Value()};
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
