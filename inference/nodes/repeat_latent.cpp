#include "inference/nodes/common.h"

namespace athanor {

namespace {

Values runRepeatLatent(NodeRun& run)
{
    LatentValue latent = run.input<LatentValue>("latent");
    const int64_t amount = run.integer("amount"), images = latent.images * amount;
    if (images > 64)
        throw Error(ErrorKind::BadArgument,
            std::to_string(latent.images) + " latents " + std::to_string(amount) + " times are "
                + std::to_string(images) + ", at most 64 are possible");
    const auto repeat = [&](auto values) {
        const auto once = values;
        for (int64_t i = 1; i < amount; ++i)
            values.insert(values.end(), once.begin(), once.end());
        return values;
    };
    requireBatchMemory(images, latent.width * 8, latent.height * 8);
    latent.images = images;
    latent.infos = repeat(latent.infos);
    if (latent.values)
        latent.values = std::make_shared<const std::vector<float>>(repeat(*latent.values));
    return {shared(std::move(latent))};
}

}

// ComfyUI's RepeatLatentBatch.
NodeType repeatLatentNode()
{
    return {
        .id = "repeat_latent",
        .title = "Repeat latent",
        .category = "Latent",
        .text = "A batch of the same latent, to make several pictures from one beginning.",
        .inputs = {{"latent", PortType::Latent, "What to repeat"}},
        .params = {{"amount", ParamKind::Int, int64_t(2), "Times", 1, 64, 1}},
        .outputs = {{"latent", PortType::Latent, "The batch"}},
        .run = runRepeatLatent,
    };
}

}
