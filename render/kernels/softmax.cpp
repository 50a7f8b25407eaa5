#include "render/kernels/launch.h"

namespace athanor {

void softmax(Operand x, Operand y, uint64_t rows, uint64_t channels)
{
    struct Push {
        uint32_t rows;
        uint32_t xFirst, yFirst;
        uint32_t channels;
    };
    Gpu& gpu = x.buffer->gpu();
    const uint32_t width = widthFor(channels);
    const std::string shader = variant("softmax", {x.type}, width);
    const uint32_t lanes = lanesPerRow(gpu.info());
    forRows(gpu.info(), rows, channels * elementBytes(x.type), groupSize / lanes, [&](uint64_t row, uint64_t part) {
        const Window from = window(x, Access::Read, row * channels, part * channels, width);
        const Window to = window(y, Access::Write, row * channels, part * channels, width);
        const Push push{uint32_t(part), from.first, to.first, uint32_t(channels / width)};
        const Binding bindings[] = {from.binding, to.binding};
        gpu.commands().dispatch({shader, std::span(&lanes, 1), bindings, pushBytes(push),
            {groupsFor(part * lanes), 1, 1}, double(2 * part * channels)});
    });
}

}
