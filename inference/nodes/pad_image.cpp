#include "inference/nodes/common.h"

#include <algorithm>

namespace athanor {

namespace {

constexpr int64_t largestPadding = 16'384;

struct Margins {
    int64_t left, top, right, bottom;
};

RgbImage padded(const RgbImage& image, const Margins& m)
{
    const int64_t width = image.width + m.left + m.right, height = image.height + m.top + m.bottom;
    if (width > largestPadding || height > largestPadding)
        throw Error(ErrorKind::BadArgument,
            "the picture would have " + std::to_string(width) + "×" + std::to_string(height) + " pixels, at most "
                + std::to_string(largestPadding) + " a side are possible");
    RgbImage result{int(width), int(height), std::vector<uint8_t>(size_t(width * height) * 3, 128)};
    for (int64_t y = 0; y < image.height; ++y)
        std::copy_n(image.pixels.begin() + y * image.width * 3, image.width * 3,
            result.pixels.begin() + ((y + m.top) * width + m.left) * 3);
    return result;
}

// 1 where nothing was, falling to 0 over `soft` pixels into the picture from the sides that were widened.
Mask widened(const RgbImage& image, const Margins& m, int64_t soft)
{
    const int64_t width = image.width + m.left + m.right, height = image.height + m.top + m.bottom;
    if (soft * 2 >= image.width || soft * 2 >= image.height)
        soft = 0;
    Mask mask{int(width), int(height), std::vector<float>(size_t(width * height), 1.f)};
    for (int64_t y = 0; y < image.height; ++y)
        for (int64_t x = 0; x < image.width; ++x) {
            int64_t distance = soft;
            if (m.left)
                distance = std::min(distance, x);
            if (m.top)
                distance = std::min(distance, y);
            if (m.right)
                distance = std::min(distance, image.width - x);
            if (m.bottom)
                distance = std::min(distance, image.height - y);
            const float part = soft ? float(soft - distance) / float(soft) : 0;
            mask.pixels[size_t((y + m.top) * width + x + m.left)] = part * part;
        }
    return mask;
}

Values runPadImage(NodeRun& run)
{
    ImageValue value = run.input<ImageValue>("image");
    const Margins margins{run.integer("left"), run.integer("top"), run.integer("right"), run.integer("bottom")};
    const RgbImage& first = value.images.at(0);
    requireBatchMemory(int64_t(value.images.size()), first.width + margins.left + margins.right,
        first.height + margins.top + margins.bottom);
    Mask mask = widened(value.images.at(0), margins, run.integer("feathering"));
    for (RgbImage& image : value.images)
        image = padded(image, margins);
    return {shared(std::move(value)), shared(std::move(mask))};
}

Param margin(std::string_view name, std::string_view text)
{
    return {name, ParamKind::Int, int64_t(0), text, 0, 8192, 8};
}

}

// ComfyUI's ImagePadForOutpaint.
NodeType padImageNode()
{
    return {
        .id = "pad_image",
        .title = "Pad image",
        .category = "Image",
        .text = "Widens pictures by gray margins, with a mask to paint them in.",
        .inputs = {{"image", PortType::Image, "What to widen"}},
        .params = {margin("left", "Pixels added on the left"), margin("top", "Pixels added at the top"),
            margin("right", "Pixels added on the right"), margin("bottom", "Pixels added at the bottom"),
            {"feathering", ParamKind::Int, int64_t(40), "Pixels of the picture over which the mask fades", 0, 8192, 1}},
        .outputs = {{"image", PortType::Image, "The wider pictures"},
            {"mask", PortType::Mask, "White where nothing was"}},
        .run = runPadImage,
    };
}

}
