#include "render/kernels/launch.h"

namespace athanor {

void randomNormal(Operand y, uint64_t count, uint64_t seed, uint32_t offset)
{
    struct Push {
        uint32_t count, yFirst;
        uint32_t elementFirst;
        uint32_t offset;
        uint32_t seedLow, seedHigh;
    };
    assert(y.type == DType::F32 && count <= UINT32_MAX);
    Gpu& gpu = y.buffer->gpu();
    forRows(gpu.info(), count, sizeof(float), groupSize, [&](uint64_t first, uint64_t part) {
        const Window to = window(y, Access::Write, first, part, 1);
        const Push push{uint32_t(part), to.first, uint32_t(first), offset, uint32_t(seed), uint32_t(seed >> 32)};
        const Binding bindings[] = {to.binding};
        gpu.commands().dispatch(
            {"random_normal", {}, bindings, pushBytes(push), {groupsFor(part), 1, 1}, 16 * double(part)});
    });
}

}
