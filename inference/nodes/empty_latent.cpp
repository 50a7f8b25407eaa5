#include "inference/nodes/common.h"

namespace athanor {

namespace {

Values runEmptyLatent(NodeRun& run)
{
    LatentValue latent;
    latent.images = run.integer("batch");
    latent.height = multipleOf8(run, "height") / 8;
    latent.width = multipleOf8(run, "width") / 8;
    requireBatchMemory(latent.images, latent.width * 8, latent.height * 8);
    return {shared(std::move(latent))};
}

}

NodeType emptyLatentNode()
{
    return {
        .id = "empty_latent",
        .title = "Empty latent",
        .category = "Latent",
        .text = "Where a picture begins that is made from noise alone.",
        .params = {{"width", ParamKind::Int, int64_t(512), "Pixels, a multiple of 8", 64, 8192, 8},
            {"height", ParamKind::Int, int64_t(512), "Pixels, a multiple of 8", 64, 8192, 8},
            {"batch", ParamKind::Int, int64_t(1), "Pictures at once; the noise of picture i has seed + i", 1, 64, 1}},
        .outputs = {{"latent", PortType::Latent, "Of the size and number chosen"}},
        .run = runEmptyLatent,
    };
}

}
