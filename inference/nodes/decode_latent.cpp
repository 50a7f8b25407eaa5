#include "inference/nodes/common.h"
#include "inference/run/tile_params.h"

namespace athanor {

namespace {

Values runDecodeLatent(NodeRun& run)
{
    const auto& latent = run.input<LatentValue>("latent");
    const auto& vae = run.input<VaeValue>("vae");
    requireBatchMemory(latent.images, latent.width * 8, latent.height * 8);
    return {shared(decodeLatent(run.host.gpu(), vae, latent, tileOptions(run), run.hooks))};
}

}

NodeType decodeLatentNode()
{
    return {
        .id = "decode_latent",
        .title = "Decode latent",
        .category = "Latent",
        .text = "Turns latents into pictures.",
        .inputs = {{"latent", PortType::Latent, "Latents without noise"},
            {"vae", PortType::Vae, "The model's own, or another"}},
        .params = tileParams(),
        .outputs = {{"image", PortType::Image, "The pictures, eight times as large"}},
        .check = checkTiles,
        .run = runDecodeLatent,
    };
}

}
