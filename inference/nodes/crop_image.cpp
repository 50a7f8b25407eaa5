#include "inference/nodes/common.h"
#include "inference/values/resample.h"

#include <algorithm>

namespace athanor {

namespace {

Values runCropImage(NodeRun& run)
{
    ImageValue value = run.input<ImageValue>("image");
    for (RgbImage& image : value.images) {
        Region part{std::min<int64_t>(run.integer("x"), image.width - 1),
            std::min<int64_t>(run.integer("y"), image.height - 1), 0, 0};
        part.width = std::min(run.integer("width"), image.width - part.x);
        part.height = std::min(run.integer("height"), image.height - part.y);
        image = cropped(image, part);
    }
    return {shared(std::move(value))};
}

}

// ComfyUI's ImageCrop: what lies beyond the picture is left out.
NodeType cropImageNode()
{
    return {
        .id = "crop_image",
        .title = "Crop image",
        .category = "Image",
        .text = "A rectangle of each picture.",
        .inputs = {{"image", PortType::Image, "What to cut from"}},
        .params = {{"width", ParamKind::Int, int64_t(512), "Pixels", 1, 16384, 1},
            {"height", ParamKind::Int, int64_t(512), "Pixels", 1, 16384, 1},
            {"x", ParamKind::Int, int64_t(0), "Pixels from the left", 0, 16384, 1},
            {"y", ParamKind::Int, int64_t(0), "Pixels from the top", 0, 16384, 1}},
        .outputs = {{"image", PortType::Image, "The rectangle"}},
        .run = runCropImage,
    };
}

}
