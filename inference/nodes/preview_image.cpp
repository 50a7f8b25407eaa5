#include "inference/nodes/common.h"

namespace athanor {

namespace {

Values runPreviewImage(NodeRun& run)
{
    const auto& value = run.input<ImageValue>("image");
    for (const RgbImage& image : value.images)
        run.progress({int(&image - value.images.data()) + 1, int(value.images.size()), {}, [&image] { return image; }});
    return {};
}

}

NodeType previewImageNode()
{
    return {
        .id = "preview_image",
        .title = "Preview image",
        .category = "Image",
        .text = "Shows pictures and writes nothing.",
        .inputs = {{"image", PortType::Image, "What to show"}},
        .isOutput = true,
        .run = runPreviewImage,
    };
}

}
