#include "render/kernels/launch.h"

namespace athanor {

void matmul(const MatmulArguments& a)
{
    struct Push {
        int32_t m, n, k;
        int32_t aFirst, bFirst, yFirst;
        float scale;
    };
    Gpu& gpu = a.a.buffer->gpu();
    const std::string shader = variant("matmul_tiles", {a.a.type}, 1);
    const uint32_t transposed = a.transposeB;
    // Rows [row, row + rows) of each of the batches from `batch` on.
    const auto piece = [&](uint64_t batch, uint64_t batches, uint64_t row, uint64_t rows) {
        const Window x = window(a.a, Access::Read, (batch * a.m + row) * a.k, batches * rows * a.k, 1);
        const Window b = window(a.b, Access::Read, batch * a.k * a.n, batches * a.k * a.n, 1);
        const Window y = window(a.y, Access::Write, (batch * a.m + row) * a.n, batches * rows * a.n, 1);
        const Push push{
            int32_t(rows), int32_t(a.n), int32_t(a.k), int32_t(x.first), int32_t(b.first), int32_t(y.first), a.scale};
        const Binding bindings[] = {x.binding, b.binding, y.binding};
        gpu.commands().dispatch({shader, std::span(&transposed, 1), bindings, pushBytes(push),
            {uint32_t((rows + 63) / 64), uint32_t((a.n + 63) / 64), uint32_t(batches)},
            double(batches) * double(rows) * double(a.n) * double(a.k)});
    };
    const uint64_t rowBytes = std::max(a.k, a.n) * elementBytes(a.a.type);
    const uint64_t batchBytes = std::max(a.m * rowBytes, a.k * a.n * elementBytes(a.b.type));
    if (batchBytes <= maxWindowBytes(gpu.info())) {
        forRows(
            gpu.info(), a.batch, batchBytes, 1, [&](uint64_t batch, uint64_t count) { piece(batch, count, 0, a.m); });
        return;
    }
    for (uint64_t batch = 0; batch < a.batch; ++batch)
        forRows(gpu.info(), a.m, rowBytes, 64, [&](uint64_t row, uint64_t count) { piece(batch, 1, row, count); });
}

}
