#include "render/kernels/launch.h"

namespace athanor {

void layerNorm(Operand x, Operand weight, Operand bias, Operand y, uint64_t rows, uint64_t channels, float epsilon)
{
    struct Push {
        uint32_t rows;
        uint32_t xFirst, yFirst;
        uint32_t channels;
        float epsilon;
    };
    Gpu& gpu = x.buffer->gpu();
    const uint32_t width = widthFor(channels);
    const std::string shader = variant("layer_norm", {x.type}, width);
    const uint32_t lanes = lanesPerRow(gpu.info());
    forRows(gpu.info(), rows, channels * elementBytes(x.type), groupSize / lanes, [&](uint64_t row, uint64_t part) {
        const Window from = window(x, Access::Read, row * channels, part * channels, width);
        const Window to = window(y, Access::Write, row * channels, part * channels, width);
        const Push push{uint32_t(part), from.first, to.first, uint32_t(channels / width), epsilon};
        const Binding bindings[] = {
            from.binding, {weight.buffer, Access::Read}, {bias.buffer, Access::Read}, to.binding};
        gpu.commands().dispatch({shader, std::span(&lanes, 1), bindings, pushBytes(push),
            {groupsFor(part * lanes), 1, 1}, double(part * channels)});
    });
}

}
