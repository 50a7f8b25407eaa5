#include "render/kernels/launch.h"

namespace athanor {

void upsampleNearest(Operand x, Operand y, uint64_t rows, uint64_t columns, uint64_t channels)
{
    struct Push {
        uint32_t count;
        uint32_t xFirst, yFirst;
        uint32_t channels, width;
    };
    Gpu& gpu = x.buffer->gpu();
    const uint32_t width = widthFor(channels);
    const std::string shader = variant("upsample_nearest", {x.type}, width);
    const uint64_t rowElements = columns * channels;
    forRows(gpu.info(), rows, 4 * rowElements * elementBytes(x.type), double(groupSize * width) / rowElements,
        [&](uint64_t row, uint64_t part) {
            const Window from = window(x, Access::Read, row * rowElements, part * rowElements, width);
            const Window to = window(y, Access::Write, row * 4 * rowElements, part * 4 * rowElements, width);
            const uint64_t units = part * rowElements / width;
            const Push push{uint32_t(units), from.first, to.first, uint32_t(channels / width), uint32_t(columns)};
            const Binding bindings[] = {from.binding, to.binding};
            gpu.commands().dispatch(
                {shader, {}, bindings, pushBytes(push), {groupsFor(units), 1, 1}, double(4 * part * rowElements)});
        });
}

}
