#include "inference/nodes/latent_picture.h"
#include "inference/run/tile_params.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace athanor {

namespace {

Value toldPrompt(const NodeRun& run, const char* name, const Shared<InpaintInput>& inpaint)
{
    if (!run.has(name))
        return {};
    ConditioningValue prompt = run.input<ConditioningValue>(name);
    prompt.inpaint = inpaint;
    return shared(std::move(prompt));
}

Values runInpaintConditioning(NodeRun& run)
{
    const auto& given = run.input<ImageValue>("image");
    const auto& vae = run.input<VaeValue>("vae");
    const ImageValue images = latentPictures(run, given);
    const auto mask =
        std::make_shared<const Mask>(latentMask(run.input<Mask>("mask"), given.images.at(0), images.images.at(0)));
    const auto encoded = [&](const Mask* grey) {
        return encodeImages(run.host.gpu(), vae, images, tileOptions(run), run.hooks, grey);
    };
    const LatentValue masked = encoded(mask.get());
    const auto inpaint = std::make_shared<const InpaintInput>(
        InpaintInput{*mask, masked.images, masked.channels, masked.height, masked.width, masked.scale, *masked.values});
    LatentValue latent = encoded(nullptr);
    if (run.boolean("noise_mask"))
        latent.mask = mask;
    return {toldPrompt(run, "positive", inpaint), toldPrompt(run, "negative", inpaint), shared(std::move(latent))};
}

}

// ComfyUI's InpaintModelConditioning.
NodeType inpaintConditioningNode()
{
    return {
        .id = "inpaint_conditioning",
        .title = "Inpaint conditioning",
        .category = "Mask",
        .text = "Shows a model for inpainting what of a picture is left and where it is to be made anew.",
        .inputs = {{"positive", PortType::Conditioning, "What the picture shall show"},
            {"negative", PortType::Conditioning, "What it is kept away from", true},
            {"vae", PortType::Vae, "The model's own, or another"},
            {"image", PortType::Image, "Cut at the edges to multiples of 8 pixels"},
            {"mask", PortType::Mask, "White where it is to be made anew; of any size"}},
        .params = tileParams({{"noise_mask", ParamKind::Bool, true,
            "The sampler leaves the latent as it is where the mask is black; off: the network alone sees to it"}}),
        .outputs = {{"positive", PortType::Conditioning, "The same, with the picture and the mask"},
            {"negative", PortType::Conditioning, "The same, with the picture and the mask"},
            {"latent", PortType::Latent, "The picture's, to begin from"}},
        .check = checkTiles,
        .run = runInpaintConditioning,
    };
}

}
