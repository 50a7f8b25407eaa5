#include "inference/nodes/common.h"
#include "inference/values/resample.h"

#include <algorithm>
#include <cmath>

namespace athanor {

namespace {

constexpr std::string_view blendModes[] = {"normal", "multiply", "screen", "overlay", "soft_light", "difference"};

// a and b: 0 … 1.
float mixed(std::string_view mode, float a, float b)
{
    if (mode == "multiply")
        return a * b;
    if (mode == "screen")
        return 1 - (1 - a) * (1 - b);
    if (mode == "overlay")
        return a <= 0.5f ? 2 * a * b : 1 - 2 * (1 - a) * (1 - b);
    if (mode == "difference")
        return a - b;
    if (mode == "soft_light") {
        const float lighter = a <= 0.25f ? ((16 * a - 12) * a + 4) * a : std::sqrt(a);
        return b <= 0.5f ? a - (1 - 2 * b) * a * (1 - a) : a + (2 * b - 1) * (lighter - a);
    }
    return b;
}

Values runBlendImages(NodeRun& run)
{
    ImageValue value = run.input<ImageValue>("image1");
    const auto& others = run.input<ImageValue>("image2").images;
    const std::string& mode = run.text("mode");
    const auto factor = float(run.number("factor"));
    for (size_t i = 0; i < value.images.size(); ++i) {
        run.throwIfStopped();
        RgbImage& image = value.images[i];
        const RgbImage other = filling(others.at(i % others.size()), image, Resample::Bicubic);
        std::vector<float> share(image.pixels.size() / 3, 1.f);
        if (run.has("mask")) {
            const auto& mask = run.input<Mask>("mask");
            share = resampled(mask.pixels, 1, mask.height, mask.width, image.height, image.width, Resample::Bilinear);
        }
        for (size_t k = 0; k < image.pixels.size(); ++k) {
            const float a = float(image.pixels[k]) / 255, b = mixed(mode, a, float(other.pixels[k]) / 255);
            const float weight = factor * share[k / 3];
            image.pixels[k] = uint8_t(std::lround(std::clamp(a + (b - a) * weight, 0.f, 1.f) * 255));
        }
    }
    return {shared(std::move(value))};
}

}

// ComfyUI's ImageBlend, which has no mask.
NodeType blendImagesNode()
{
    return {
        .id = "blend_images",
        .title = "Blend images",
        .category = "Image",
        .text = "Lays one picture over another.",
        .inputs = {{"image1", PortType::Image, "The one below; it gives the size"},
            {"image2", PortType::Image, "The one above, cut and scaled to the size of the first"},
            {"mask", PortType::Mask, "White takes the one above, black leaves the one below", true}},
        .params = {{"factor", ParamKind::Float, 0.5, "How much of the one above: 0 nothing, 1 all", 0, 1, 0.01},
            {"mode", ParamKind::Choice, std::string("normal"), "What becomes of two colours", 0, 0, 1,
                {std::begin(blendModes), std::end(blendModes)}}},
        .outputs = {{"image", PortType::Image, "Both in one"}},
        .run = runBlendImages,
    };
}

}
