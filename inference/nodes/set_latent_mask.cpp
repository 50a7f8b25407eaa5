#include "inference/nodes/common.h"

namespace athanor {

namespace {

Values runSetLatentMask(NodeRun& run)
{
    LatentValue latent = run.input<LatentValue>("latent");
    latent.mask = std::get<Shared<Mask>>(run.value("mask"));
    return {shared(std::move(latent))};
}

}

// ComfyUI's SetLatentNoiseMask.
NodeType setLatentMaskNode()
{
    return {
        .id = "set_latent_mask",
        .title = "Set latent mask",
        .category = "Mask",
        .text = "Lets a sampler change a latent only where the mask is white.",
        .inputs = {{"latent", PortType::Latent, "A picture's latent"},
            {"mask", PortType::Mask, "Of any size: it is stretched over the latent"}},
        .outputs = {{"latent", PortType::Latent, "The same, masked"}},
        .run = runSetLatentMask,
    };
}

}
