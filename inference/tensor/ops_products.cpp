// Ops that multiply matrices, and the packing of weights for them.
#include "inference/tensor/half_arrays.h"
#include "inference/tensor/operand.h"
#include "inference/tensor/ops.h"

#include <algorithm>
#include <cassert>
#include <vector>

namespace athanor {

namespace {

// One tile of a packed weight: values[o][c][p], `outputs` of them, becomes tile[p][c][packedTile], p running over the
// kernel's positions. In blocks of inputs, so that the rows being written stay in the first-level cache.
void packTile(const float* values, int64_t outputs, int64_t inputs, int64_t positions, float* tile)
{
    constexpr int64_t block = 16;
    for (int64_t begin = 0; begin < inputs; begin += block) {
        const int64_t end = std::min(begin + block, inputs);
        for (int64_t o = 0; o < outputs; ++o) {
            const float* from = values + (o * inputs + begin) * positions;
            for (int64_t c = begin; c < end; ++c)
                for (int64_t p = 0; p < positions; ++p)
                    tile[(p * inputs + c) * packedTile + o] = *from++;
        }
    }
}

ProductEnd productEnd(const Epilogue& epilogue, [[maybe_unused]] const Tensor& y)
{
    assert(!epilogue.bias || (epilogue.bias.type == DType::F32 && epilogue.bias.count() == lastDim(y)));
    assert(
        !epilogue.perImage || (epilogue.perImage.type == y.type && epilogue.perImage.count() == y.dim(0) * lastDim(y)));
    assert(!epilogue.residual || (epilogue.residual.type == y.type && epilogue.residual.count() == y.count()));
    return {operand(epilogue.bias), epilogue.activation, operand(epilogue.perImage), operand(epilogue.residual)};
}

}

PackedWeight packWeight(Gpu& gpu, std::span<const float> values, int64_t outputs, int64_t inputs, int64_t kernelHeight,
    int64_t kernelWidth, DType type)
{
    const int64_t positions = kernelHeight * kernelWidth;
    const int64_t depth = positions * inputs;
    assert(int64_t(values.size()) == outputs * depth);
    const int64_t tiles = (outputs + packedTile - 1) / packedTile;
    PackedWeight packed{makeTensor(gpu, {tiles, depth, packedTile}, type, MemoryUse::Weights), outputs, inputs,
        kernelHeight, kernelWidth};
    std::vector<float> tile(size_t(depth) * packedTile);
    std::vector<uint16_t> halves(type == DType::F16 ? tile.size() : 0);
    const uint64_t tileBytes = tile.size() * elementBytes(type);
    for (int64_t t = 0; t < tiles; ++t) {
        const int64_t count = std::min<int64_t>(packedTile, outputs - t * packedTile);
        if (count < packedTile)
            std::fill(tile.begin(), tile.end(), 0.f);
        packTile(values.data() + t * packedTile * depth, count, inputs, positions, tile.data());
        if (type == DType::F16)
            toHalves(tile, halves.data());
        upload(*packed.data.buffer, uint64_t(t) * tileBytes,
            type == DType::F16 ? std::as_bytes(std::span(halves)) : std::as_bytes(std::span(tile)));
    }
    return packed;
}

std::vector<float> unpackWeight(const PackedWeight& weight)
{
    const int64_t positions = weight.kernelHeight * weight.kernelWidth, depth = positions * weight.inputs;
    const std::vector<float> packed = toHost(weight.data);
    std::vector<float> values(size_t(weight.outputs * depth));
    for (int64_t o = 0; o < weight.outputs; ++o)
        for (int64_t c = 0; c < weight.inputs; ++c)
            for (int64_t p = 0; p < positions; ++p)
                values[size_t((o * weight.inputs + c) * positions + p)] =
                    packed[size_t((o / packedTile * depth + p * weight.inputs + c) * packedTile + o % packedTile)];
    return values;
}

Tensor linear(const PackedWeight& weight, const Tensor& x, const Epilogue& epilogue)
{
    assert(lastDim(x) == weight.inputs && weight.kernelHeight == 1 && weight.kernelWidth == 1);
    assert(x.type == weight.data.type || x.type == DType::F32);
    Tensor y = makeLike(x, withLast(x.shape, weight.outputs));
    linear({operand(x), operand(weight.data), operand(y), rowCount(x), uint64_t(weight.inputs),
        uint64_t(weight.outputs), rowCount(x) / uint64_t(x.dim(0)), productEnd(epilogue, y)});
    return y;
}

Tensor matmul(const Tensor& a, const Tensor& b, bool transposeB, float scale)
{
    assert(a.shape.size() == 3 && b.shape.size() == 3 && a.dim(0) == b.dim(0) && a.type == b.type);
    assert(a.dim(2) == b.dim(transposeB ? 2 : 1));
    Tensor y = makeLike(a, {a.dim(0), a.dim(1), b.dim(transposeB ? 1 : 2)});
    matmul({operand(a), operand(b), operand(y), uint64_t(a.dim(0)), uint64_t(a.dim(1)), uint64_t(y.dim(2)),
        uint64_t(a.dim(2)), transposeB, scale});
    return y;
}

Tensor conv2d(const PackedWeight& weight, const Tensor& x, const ConvOptions& options, const Epilogue& epilogue)
{
    assert(x.shape.size() == 4 && x.dim(3) == weight.inputs && x.type == weight.data.type);
    const int64_t enlarged = options.upsample ? 2 : 1;
    const auto extent = [&](int64_t in, int64_t kernel) {
        return (in * enlarged + options.padBefore + options.padAfter - kernel) / options.stride + 1;
    };
    const int64_t height = extent(x.dim(1), weight.kernelHeight), width = extent(x.dim(2), weight.kernelWidth);
    assert(height > 0 && width > 0);
    Tensor y = makeLike(x, {x.dim(0), height, width, weight.outputs});
    ConvArguments arguments{operand(x), operand(weight.data), operand(y)};
    arguments.images = uint64_t(x.dim(0));
    arguments.height = uint64_t(x.dim(1));
    arguments.width = uint64_t(x.dim(2));
    arguments.inputs = uint64_t(weight.inputs);
    arguments.outHeight = uint64_t(height);
    arguments.outWidth = uint64_t(width);
    arguments.outputs = uint64_t(weight.outputs);
    arguments.kernelHeight = uint32_t(weight.kernelHeight);
    arguments.kernelWidth = uint32_t(weight.kernelWidth);
    arguments.stride = uint32_t(options.stride);
    arguments.padBefore = uint32_t(options.padBefore);
    arguments.upsample = options.upsample;
    arguments.end = productEnd(epilogue, y);
    conv2d(arguments);
    return y;
}

Tensor attention(const Tensor& q, const Tensor& k, const Tensor& v, int heads, const AttentionOptions& options)
{
    assert(q.shape.size() == 3 && k.shape == v.shape && q.dim(0) == k.dim(0) && q.dim(2) == k.dim(2));
    assert(q.type == k.type && k.type == v.type && heads > 0 && q.dim(2) % heads == 0);
    assert(
        !options.bias || (options.bias.type == DType::F32 && options.bias.shape == Shape{heads, q.dim(1), k.dim(1)}));
    Tensor y = makeLike(q, q.shape);
    attention(
        {operand(q), operand(k), operand(v), operand(y), uint64_t(q.dim(0)), uint64_t(q.dim(1)), uint64_t(k.dim(1)),
            uint32_t(heads), uint32_t(q.dim(2) / heads), options.causal, operand(options.bias), options.scale});
    return y;
}

}
