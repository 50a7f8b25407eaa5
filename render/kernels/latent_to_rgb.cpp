#include "render/kernels/launch.h"

namespace athanor {

void latentToRgb(Operand x, Operand y, uint64_t pixels, const LatentColours& colours)
{
    struct Push {
        uint32_t pixels;
        uint32_t xFirst, yFirst;
        LatentColours colours;
    };
    assert(y.type == DType::F32);
    Gpu& gpu = x.buffer->gpu();
    const std::string shader = variant("latent_to_rgb", {x.type}, 4);
    forRows(gpu.info(), pixels, 4 * sizeof(float), groupSize, [&](uint64_t first, uint64_t part) {
        const Window from = window(x, Access::Read, first * 4, part * 4, 4);
        const Window to = window(y, Access::Write, first * 3, part * 3, 1);
        const Push push{uint32_t(part), from.first, to.first, colours};
        const Binding bindings[] = {from.binding, to.binding};
        gpu.commands().dispatch({shader, {}, bindings, pushBytes(push), {groupsFor(part), 1, 1}, 4 * double(part)});
    });
}

}
