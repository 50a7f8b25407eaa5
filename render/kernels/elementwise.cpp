#include "render/kernels/launch.h"

namespace athanor {

namespace {

enum class Function : uint32_t { Add, Multiply, Prelu }; // as the shader numbers them

struct Push {
    uint32_t count;
    uint32_t aFirst, bFirst, yFirst;
    uint32_t phase, period;
};

// Elements [first, first + count) of a and y, with b from element bFirst on; period 0: b runs beside a.
void launch(Operand a, Operand b, Operand y, Function function, uint64_t first, uint64_t count, uint64_t bFirst,
    uint64_t period, uint32_t width)
{
    const uint64_t phase = period ? first % period : 0;
    const Window aWindow = window(a, Access::Read, first, count, width);
    const Window bWindow = window(b, Access::Read, bFirst, period ? period : count, width);
    const Window yWindow = window(y, Access::Write, first, count, width);
    const uint64_t units = (count + width - 1) / width;
    const Push push{uint32_t(units), aWindow.first, bWindow.first, yWindow.first, uint32_t(phase / width),
        uint32_t(period / width)};
    const uint32_t constants[] = {uint32_t(function), period > 0};
    const Binding bindings[] = {aWindow.binding, bWindow.binding, yWindow.binding};
    const std::string shader = variant("elementwise", {a.type, b.type}, width);
    a.buffer->gpu().commands().dispatch(
        {shader, constants, bindings, pushBytes(push), {flatGroups(units), 1, 1}, double(count)});
}

void combine(Operand a, Operand b, Operand y, Function function, uint64_t count, uint64_t period)
{
    const DeviceInfo& info = a.buffer->gpu().info();
    if (period < count && period * elementBytes(b.type) <= maxWindowBytes(info)) {
        forFlat(info, count, elementBytes(a.type), [&](uint64_t first, uint64_t part) {
            launch(a, b, y, function, first, part, 0, period, widthFor(period));
        });
        return;
    }
    // Beside each other, one repetition of b after the other.
    const uint32_t width = period == count ? 4 : widthFor(period);
    for (uint64_t repetition = 0; repetition < count; repetition += period)
        forFlat(info, period, std::max(elementBytes(a.type), elementBytes(b.type)), [&](uint64_t first, uint64_t part) {
            launch(a, b, y, function, repetition + first, part, first, 0, width);
        });
}

}

void add(Operand a, Operand b, Operand y, uint64_t count, uint64_t period)
{
    combine(a, b, y, Function::Add, count, period);
}

void multiply(Operand a, Operand b, Operand y, uint64_t count, uint64_t period)
{
    combine(a, b, y, Function::Multiply, count, period);
}

void prelu(Operand x, Operand slopes, Operand y, uint64_t count, uint64_t channels)
{
    combine(x, slopes, y, Function::Prelu, count, channels);
}

}
