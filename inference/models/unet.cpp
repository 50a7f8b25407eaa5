#include "inference/models/unet.h"

#include "inference/models/layers.h"
#include "inference/models/unet_blocks.h"
#include <cassert>
#include <string>
#include <vector>

namespace athanor {

namespace {

// h with what ControlNets add to it.
Tensor steered(const Tensor& h, std::span<const Tensor> residuals, size_t index)
{
    return residuals.empty() || !residuals[index] ? h : h + convert(residuals[index], h.type);
}

}

Tensor evaluate(const UNet& model, const Tensor& x, std::span<const float> timesteps, const Conditions& conditions,
    std::span<const Tensor> residuals, double guidance)
{
    assert(x.shape.size() == 4 && int64_t(timesteps.size()) == x.dim(0) && conditions.text.dim(0) == x.dim(0));
    const Module m(model.weights);
    const UNetContext c = unetContext(model.config, model.weights, model.precision, timesteps, conditions, guidance);

    std::vector<Tensor> skips;
    Tensor h = convert(model.config.centerInput ? scale(x, 2, -1) : x, model.precision);
    for (int i = 0; m["input_blocks"].has(std::to_string(i)); ++i) {
        h = unetBlock(m["input_blocks"][i], h, c);
        skips.push_back(h);
    }
    assert(residuals.empty() || residuals.size() == skips.size() + 1);
    h = steered(unetMiddle(m["middle_block"], h, c), residuals, skips.size());
    for (int i = 0; m["output_blocks"].has(std::to_string(i)); ++i) {
        const Tensor skip = steered(skips.back(), residuals, skips.size() - 1);
        skips.pop_back();
        h = unetBlock(m["output_blocks"][i], concat(h, skip), c, skips.empty() ? Tensor{} : skips.back());
    }
    h = groupNorm(m["out.0"], h, model.config.normGroups, model.config.normEpsilon, model.config.activation);
    return convert(conv2d(m["out.2"], h), DType::F32);
}

uint64_t evaluationMemory(const UNet& model, int64_t rows, int64_t height, int64_t width)
{
    return uint64_t(rows * height * width) * uint64_t(model.config.channels) * elementBytes(model.precision) * 24;
}

}
