#include "render/kernels/product.h"

namespace athanor {

void linear(const LinearArguments& a)
{
    const DeviceInfo& info = a.x.buffer->gpu().info();
    const Product product{
        a.x, a.weight, a.y, a.rows, a.outputs, a.inputs, a.inputs, a.rowsPerImage ? a.rowsPerImage : a.rows, a.end};
    if (const std::string_view variant = lavapipeVariant(info); !variant.empty()) {
        dispatchLavapipe("linear", variant, product, pushBytes(lavapipePush(product)));
        return;
    }
    const uint64_t rowBytes = std::max(a.inputs, a.outputs) * elementBytes(a.x.type);
    forRows(info, a.rows, rowBytes, 64, [&](uint64_t first, uint64_t count) {
        const Window x = window(a.x, Access::Read, first * a.inputs, count * a.inputs, 1);
        dispatchTiles("linear", product, {x, first, count}, [](const TilePush& push) { return push; });
    });
}

}
