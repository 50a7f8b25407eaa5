#include "render/kernels/launch.h"

namespace athanor {

void addGated(Operand x, Operand y, Operand gate, Operand z, uint64_t rows, uint64_t rowsPerImage, uint64_t channels)
{
    struct Push {
        uint32_t count;
        uint32_t xFirst, yFirst, gateFirst, zFirst;
        uint32_t channels;
        uint32_t rowFirst, rowsPerImage;
    };
    Gpu& gpu = x.buffer->gpu();
    const uint32_t width = widthFor(channels);
    const std::string shader = variant("add_gated", {x.type}, width);
    const uint64_t rowUnits = channels / width;
    // Rows are of no more images than there are rows, so that their gates fit where fp32 rows do.
    forRows(gpu.info(), rows, channels * elementBytes(DType::F32), 4.0 * groupSize / double(rowUnits),
        [&](uint64_t row, uint64_t part) {
            const uint64_t image = row / rowsPerImage, images = (row + part - 1) / rowsPerImage - image + 1;
            const Window xs = window(x, Access::Read, row * channels, part * channels, width);
            const Window ys = window(y, Access::Read, row * channels, part * channels, width);
            const Window gates = window(gate, Access::Read, image * channels, images * channels, width);
            const Window zs = window(z, Access::Write, row * channels, part * channels, width);
            const Push push{uint32_t(part * rowUnits), xs.first, ys.first, gates.first, zs.first, uint32_t(rowUnits),
                uint32_t(row % rowsPerImage), uint32_t(rowsPerImage)};
            const Binding bindings[] = {xs.binding, ys.binding, gates.binding, zs.binding};
            gpu.commands().dispatch(
                {shader, {}, bindings, pushBytes(push), {flatGroups(part * rowUnits), 1, 1}, double(part * channels)});
        });
}

}
