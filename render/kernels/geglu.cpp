#include "render/kernels/launch.h"

namespace athanor {

void geglu(Operand x, Operand y, uint64_t rows, uint64_t channels)
{
    struct Push {
        uint32_t count;
        uint32_t xFirst, yFirst;
        uint32_t channels;
    };
    Gpu& gpu = x.buffer->gpu();
    const uint32_t width = widthFor(channels);
    const std::string shader = variant("geglu", {x.type}, width);
    const uint64_t rowUnits = channels / width;
    forRows(gpu.info(), rows, 2 * channels * elementBytes(x.type), 4.0 * groupSize / rowUnits,
        [&](uint64_t row, uint64_t part) {
            const Window from = window(x, Access::Read, row * 2 * channels, part * 2 * channels, width);
            const Window to = window(y, Access::Write, row * channels, part * channels, width);
            const Push push{uint32_t(part * rowUnits), from.first, to.first, uint32_t(rowUnits)};
            const Binding bindings[] = {from.binding, to.binding};
            gpu.commands().dispatch(
                {shader, {}, bindings, pushBytes(push), {flatGroups(part * rowUnits), 1, 1}, double(part * channels)});
        });
}

}
