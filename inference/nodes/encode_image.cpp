#include "inference/nodes/latent_picture.h"
#include "inference/run/tile_params.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace athanor {

namespace {

void grayWhere(RgbImage& image, const Mask& mask)
{
    for (size_t i = 0; i < mask.pixels.size(); ++i)
        if (mask.pixels[i] >= 0.5f)
            std::fill_n(image.pixels.begin() + int64_t(i) * 3, 3, uint8_t(128));
}

Values runEncodeImage(NodeRun& run)
{
    const auto& given = run.input<ImageValue>("image");
    ImageValue images = latentPictures(run, given);
    Shared<Mask> mask;
    if (run.has("mask")) {
        const Mask fitted = latentMask(run.input<Mask>("mask"), given.images.at(0), images.images.at(0));
        for (RgbImage& image : images.images)
            grayWhere(image, fitted);
        mask = std::make_shared<const Mask>(grown(fitted, int(run.integer("grow_mask"))));
    }
    LatentValue latent = encodeImages(run.host.gpu(), run.input<VaeValue>("vae"), images, tileOptions(run), run.hooks);
    latent.mask = std::move(mask);
    return {shared(std::move(latent))};
}

}

// ComfyUI's VAEEncode; with a mask its VAEEncodeForInpaint.
NodeType encodeImageNode()
{
    return {
        .id = "encode_image",
        .title = "Encode image",
        .category = "Latent",
        .text = "Turns pictures into latents, to begin from them; what a mask marks is made anew.",
        .inputs = {{"image", PortType::Image, "Cut at the edges to multiples of 8 pixels"},
            {"vae", PortType::Vae, "The model's own, or another"},
            {"mask", PortType::Mask, "White is taken out and may change, black stays", true}},
        .params = tileParams({{"grow_mask", ParamKind::Int, int64_t(6),
            "Pixels by which what may change reaches over the mask; of use with a mask only", 0, 64, 1}}),
        .outputs = {{"latent", PortType::Latent, "An eighth of the size"}},
        .check = checkTiles,
        .run = runEncodeImage,
    };
}

}
