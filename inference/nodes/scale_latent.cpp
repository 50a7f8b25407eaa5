#include "inference/nodes/common.h"
#include "inference/values/resample.h"

#include <algorithm>

namespace athanor {

namespace {

// In pixels; a side that was given is at least 64, as in ComfyUI.
Size wantedPixels(const NodeRun& run, Size from)
{
    const auto given = [&](const char* side) {
        const int64_t value = run.integer(side);
        return value == 0 ? 0 : std::max<int64_t>(value, 64);
    };
    return wantedSize(from, {given("width"), given("height")}, run.number("factor"));
}

Values runScaleLatent(NodeRun& run)
{
    LatentValue latent = run.input<LatentValue>("latent");
    const int unit = 1 << latent.downsamplings;
    const Size from{latent.width, latent.height},
        pixels = wantedPixels(run, {latent.width * unit, latent.height * unit});
    const Size to{std::max<int64_t>(pixels.width / unit, 1), std::max<int64_t>(pixels.height / unit, 1)};
    if (to.width * unit > 8192 || to.height * unit > 8192)
        throw Error(ErrorKind::BadArgument,
            "the picture would have " + std::to_string(to.width * unit) + "×" + std::to_string(to.height * unit)
                + " pixels, at most 8192 a side are possible");
    requireBatchMemory(latent.images, to.width * 8, to.height * 8);
    const int64_t planes = latent.images * latent.channels;
    if (latent.values) {
        Region part{0, 0, from.width, from.height};
        if (run.text("crop") == "center")
            part = middle(from, to);
        const std::vector<float> values = cropped(*latent.values, planes, from, part);
        latent.values = std::make_shared<const std::vector<float>>(
            resampled(values, planes, part.height, part.width, to.height, to.width, resampleNamed(run.text("method"))));
    }
    latent.width = to.width;
    latent.height = to.height;
    return {shared(std::move(latent))};
}

}

// ComfyUI's LatentUpscale, and with width and height 0 its LatentUpscaleBy; an empty latent just becomes larger.
NodeType scaleLatentNode()
{
    return {
        .id = "scale_latent",
        .title = "Scale latent",
        .category = "Latent",
        .text = "Latents of another size, to be sampled again with some strength.",
        .inputs = {{"latent", PortType::Latent, "What to scale"}},
        .params = {{"width", ParamKind::Int, int64_t(512), "Pixels; 0: by the proportions, or by factor", 0, 8192, 8},
            {"height", ParamKind::Int, int64_t(512), "Pixels; 0: by the proportions, or by factor", 0, 8192, 8},
            {"factor", ParamKind::Float, 1.0, "How many times as large; of use with width and height 0", 0.01, 8, 0.05},
            {"method", ParamKind::Choice, std::string("nearest-exact"), "How pixels between pixels are found", 0, 0, 1,
                {resampleNames().begin(), resampleNames().end()}},
            {"crop", ParamKind::Choice, std::string("disabled"),
                "disabled: stretched; center: first cut to the new proportions", 0, 0, 1, {"disabled", "center"}}},
        .outputs = {{"latent", PortType::Latent, "The latents in their new size"}},
        .run = runScaleLatent,
    };
}

}
