#include "render/kernels/launch.h"

namespace athanor {

namespace {

struct Push {
    uint32_t count;
    uint32_t xFirst, yFirst;
    float factor, offset;
};

void launch(Operand x, Operand y, uint64_t count, uint32_t function, float factor, float offset)
{
    Gpu& gpu = x.buffer->gpu();
    const std::string shader = variant("activate", {x.type}, 4);
    forFlat(gpu.info(), count, elementBytes(x.type), [&](uint64_t first, uint64_t part) {
        const Window from = window(x, Access::Read, first, part, 4);
        const Window to = window(y, Access::Write, first, part, 4);
        const uint64_t units = (part + 3) / 4;
        const Push push{uint32_t(units), from.first, to.first, factor, offset};
        const Binding bindings[] = {from.binding, to.binding};
        gpu.commands().dispatch(
            {shader, std::span(&function, 1), bindings, pushBytes(push), {flatGroups(units), 1, 1}, double(part)});
    });
}

}

void scale(Operand x, Operand y, uint64_t count, float factor, float offset)
{
    launch(x, y, count, 0, factor, offset);
}

void activate(Operand x, Operand y, uint64_t count, Activation activation)
{
    launch(x, y, count, uint32_t(activation), 1, 0);
}

}
