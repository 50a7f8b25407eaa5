#include "inference/nodes/common.h"

#include <cstddef>
#include <variant>

namespace athanor {

namespace {

Values runPreviewImage(NodeRun& run)
{
    const auto& value = std::get<Shared<ImageValue>>(run.value("image"));
    const int total = int(value->images.size());
    for (int i = 0; i < total; ++i)
        run.progress({.done = i + 1, .total = total, .picture = pictureOf(value, size_t(i))});
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
