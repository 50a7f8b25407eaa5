#include "inference/nodes/common.h"
#include "inference/values/resample.h"

namespace athanor {

namespace {

constexpr int64_t largestSide = 8192;

// One of `pictures`.
RgbImage resized(const NodeRun& run, const RgbImage& image, size_t pictures)
{
    const Size from{image.width, image.height};
    const Size to = wantedSize(from, {run.integer("width"), run.integer("height")}, run.number("factor"));
    if (to.width > largestSide || to.height > largestSide)
        throw Error(ErrorKind::BadArgument,
            "the picture would have " + std::to_string(to.width) + "×" + std::to_string(to.height) + " pixels, at most "
                + std::to_string(largestSide) + " a side are possible");
    requireBatchMemory(int64_t(pictures), to.width, to.height);
    const Resample method = resampleNamed(run.text("method"));
    if (run.text("crop") == "center")
        return resampled(cropped(image, middle(from, to)), int(to.width), int(to.height), method);
    return to == from ? image : resampled(image, int(to.width), int(to.height), method);
}

Values runResizeImage(NodeRun& run)
{
    ImageValue value = run.input<ImageValue>("image");
    for (RgbImage& image : value.images) {
        run.throwIfStopped();
        image = resized(run, image, value.images.size());
    }
    return {shared(std::move(value))};
}

}

// ComfyUI's ImageScale, and with width and height 0 its ImageScaleBy.
NodeType resizeImageNode()
{
    return {
        .id = "resize_image",
        .title = "Resize image",
        .category = "Image",
        .text = "Pictures of another size.",
        .inputs = {{"image", PortType::Image, "What to resize"}},
        .params = {{"width", ParamKind::Int, int64_t(512), "Pixels; 0: by the proportions, or by factor", 0, 8192, 8},
            {"height", ParamKind::Int, int64_t(512), "Pixels; 0: by the proportions, or by factor", 0, 8192, 8},
            {"factor", ParamKind::Float, 1.0, "How many times as large; of use with width and height 0", 0.01, 8, 0.05},
            {"method", ParamKind::Choice, std::string("lanczos"), "How pixels between pixels are found", 0, 0, 1,
                {resampleNames().begin(), resampleNames().end()}},
            {"crop", ParamKind::Choice, std::string("disabled"),
                "disabled: stretched; center: first cut to the new proportions", 0, 0, 1, {"disabled", "center"}}},
        .outputs = {{"image", PortType::Image, "The pictures in their new size"}},
        .run = runResizeImage,
    };
}

}
