#include "inference/nodes/common.h"

namespace athanor {

namespace {

Values runRepeatImage(NodeRun& run)
{
    const auto& value = run.input<ImageValue>("image");
    if (!value.images.empty())
        requireBatchMemory(int64_t(value.images.size()) * run.integer("amount"), value.images.front().width,
            value.images.front().height);
    ImageValue result;
    for (int64_t i = 0; i < run.integer("amount"); ++i) {
        result.images.insert(result.images.end(), value.images.begin(), value.images.end());
        result.infos.insert(result.infos.end(), value.infos.begin(), value.infos.end());
    }
    return {shared(std::move(result))};
}

}

// ComfyUI's RepeatImageBatch.
NodeType repeatImageNode()
{
    return {
        .id = "repeat_image",
        .title = "Repeat image",
        .category = "Image",
        .text = "A batch of the same picture.",
        .inputs = {{"image", PortType::Image, "What to repeat"}},
        .params = {{"amount", ParamKind::Int, int64_t(2), "Times", 1, 64, 1}},
        .outputs = {{"image", PortType::Image, "The batch"}},
        .run = runRepeatImage,
    };
}

}
