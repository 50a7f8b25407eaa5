#include "render/kernels/launch.h"

namespace athanor {

Window window(Operand x, Access access, uint64_t first, uint64_t count, uint32_t width)
{
    const uint64_t alignment = x.buffer->gpu().info().limits.offsetAlignment;
    const uint64_t element = elementBytes(x.type);
    const uint64_t begin = first * element;
    const uint64_t aligned = begin / alignment * alignment;
    // To whole units of four: memory ranges are padded, so the rest belongs to the same buffer.
    const uint64_t end = (begin + count * element + 15) / 16 * 16;
    assert(first % width == 0 && end - aligned <= x.buffer->gpu().info().limits.maxStorageRange);
    return {{x.buffer, access, BindingKind::Storage, aligned, end - aligned},
        uint32_t((begin - aligned) / (element * width))};
}

}
