#include "render/kernels/launch.h"

namespace athanor {

namespace {

struct Push {
    uint32_t count;
    uint32_t xFirst, yFirst;
    uint32_t idFirst;
    uint32_t channels;
    uint32_t rowFirst, rows;
};

}

void gather(Operand table, std::span<const int32_t> ids, Operand y, uint64_t channels)
{
    Gpu& gpu = table.buffer->gpu();
    const Buffer list(gpu, MemoryUse::Activations, ids.size_bytes());
    upload(list, 0, std::as_bytes(ids));
    const uint32_t width = widthFor(channels);
    const uint64_t rowUnits = channels / width;
    const std::string shader = variant("gather", {table.type, y.type}, width);
    const auto range = std::ranges::minmax(ids);
    const uint64_t first = uint64_t(range.min), end = uint64_t(range.max) + 1;
    forRows(gpu.info(), ids.size(), channels * elementBytes(y.type), double(groupSize) / rowUnits,
        [&](uint64_t id, uint64_t n) {
            const Window to = window(y, Access::Write, id * channels, n * channels, width);
            for (uint64_t row = first, part; row < end; row += part) {
                part = itemsAtOnce(gpu.info(), end - row, channels * elementBytes(table.type), end);
                const Window from = window(table, Access::Read, row * channels, part * channels, width);
                const Push push{uint32_t(n * rowUnits), from.first, to.first, uint32_t(id), uint32_t(rowUnits),
                    uint32_t(row), uint32_t(part)};
                const Binding bindings[] = {from.binding, {&list, Access::Read}, to.binding};
                gpu.commands().dispatch(
                    {shader, {}, bindings, pushBytes(push), {groupsFor(n * rowUnits), 1, 1}, double(n * channels)});
            }
        });
}

}
