// Ops that move elements and do no arithmetic.
#include "inference/tensor/operand.h"
#include "inference/tensor/ops.h"

#include "render/error.h"
#include <algorithm>
#include <span>
#include <string>
#include <vector>

namespace athanor {

namespace {

// Elements from one index of each axis to the next.
std::vector<uint64_t> stridesOf(const Shape& shape)
{
    std::vector<uint64_t> strides(shape.size(), 1);
    for (size_t i = shape.size(); i-- > 1;)
        strides[i - 1] = strides[i] * uint64_t(shape[i]);
    return strides;
}

// Copies `columns` of each of `rows` rows between places in wider rows.
void copyColumns(const Tensor& x, int64_t xColumn, const Tensor& y, int64_t yColumn, int64_t columns)
{
    const CopyAxis axes[] = {{rowCount(x), uint64_t(lastDim(x)), uint64_t(lastDim(y))}, {uint64_t(columns), 1, 1}};
    copy(operand(x), operand(y), uint64_t(xColumn), uint64_t(yColumn), axes);
}

// Copies `count` rows of each image, N L C, between places in images of more rows.
void copyRows(const Tensor& x, int64_t xRow, const Tensor& y, int64_t yRow, int64_t count)
{
    const int64_t channels = lastDim(x);
    const CopyAxis axes[] = {{uint64_t(x.dim(0)), uint64_t(x.dim(1) * channels), uint64_t(y.dim(1) * channels)},
        {uint64_t(count * channels), 1, 1}};
    copy(operand(x), operand(y), uint64_t(xRow * channels), uint64_t(yRow * channels), axes);
}

}

Tensor concat(const Tensor& a, const Tensor& b)
{
    assert(a.type == b.type && withLast(a.shape, 1) == withLast(b.shape, 1));
    Tensor y = makeLike(a, withLast(a.shape, lastDim(a) + lastDim(b)));
    copyColumns(a, 0, y, 0, lastDim(a));
    copyColumns(b, 0, y, lastDim(a), lastDim(b));
    return y;
}

Tensor slice(const Tensor& x, int64_t from, int64_t count)
{
    assert(from >= 0 && count > 0 && from + count <= lastDim(x));
    Tensor y = makeLike(x, withLast(x.shape, count));
    copyColumns(x, from, y, 0, count);
    return y;
}

Tensor concatRows(const Tensor& a, const Tensor& b)
{
    assert(a.shape.size() == 3 && b.shape.size() == 3 && a.type == b.type);
    assert(a.dim(0) == b.dim(0) && a.dim(2) == b.dim(2));
    Tensor y = makeLike(a, {a.dim(0), a.dim(1) + b.dim(1), a.dim(2)});
    copyRows(a, 0, y, 0, a.dim(1));
    copyRows(b, 0, y, a.dim(1), b.dim(1));
    return y;
}

Tensor rows(const Tensor& x, int64_t from, int64_t count)
{
    assert(x.shape.size() == 3 && from >= 0 && count > 0 && from + count <= x.dim(1));
    Tensor y = makeLike(x, {x.dim(0), count, x.dim(2)});
    copyRows(x, from, y, 0, count);
    return y;
}

Tensor permute(const Tensor& x, const std::vector<int>& order)
{
    assert(order.size() == x.shape.size() && order.size() <= 4);
    assert(std::is_permutation(order.begin(), order.end(), std::vector<int>{0, 1, 2, 3}.begin()));
    Shape shape;
    for (int axis : order)
        shape.push_back(x.dim(axis));
    Tensor y = makeLike(x, shape);
    const std::vector<uint64_t> from = stridesOf(x.shape), to = stridesOf(shape);
    std::vector<CopyAxis> axes;
    for (size_t i = 0; i < order.size(); ++i)
        axes.push_back({uint64_t(shape[i]), from[size_t(order[i])], to[i]});
    copy(operand(x), operand(y), 0, 0, axes);
    return y;
}

Tensor crop(const Tensor& image, int64_t y, int64_t x, int64_t height, int64_t width)
{
    assert(image.shape.size() == 4 && y >= 0 && x >= 0 && height > 0 && width > 0);
    assert(y + height <= image.dim(1) && x + width <= image.dim(2));
    const Shape shape{image.dim(0), height, width, image.dim(3)};
    Tensor result = makeLike(image, shape);
    const std::vector<uint64_t> from = stridesOf(image.shape), to = stridesOf(shape);
    std::vector<CopyAxis> axes;
    for (size_t i = 0; i < 4; ++i)
        axes.push_back({uint64_t(shape[i]), from[i], to[i]});
    copy(operand(image), operand(result), uint64_t(y) * from[1] + uint64_t(x) * from[2], 0, axes);
    return result;
}

Tensor convert(const Tensor& x, DType type)
{
    if (x.type == type)
        return x;
    Tensor y = makeTensor(x.gpu(), x.shape, type);
    const CopyAxis axes[] = {{uint64_t(x.count()), 1, 1}};
    copy(operand(x), operand(y), 0, 0, axes);
    return y;
}

Tensor pixelShuffle(const Tensor& x, int factor)
{
    const auto f = uint64_t(factor), squared = f * f;
    assert(x.shape.size() == 4 && lastDim(x) % int64_t(squared) == 0);
    const uint64_t rows = uint64_t(x.dim(0) * x.dim(1)), columns = uint64_t(x.dim(2)), inputs = uint64_t(lastDim(x)),
                   channels = inputs / squared, wide = columns * f * channels;
    Tensor y = makeLike(x, {x.dim(0), x.dim(1) * factor, x.dim(2) * factor, int64_t(channels)});
    for (uint64_t c = 0; c < channels; ++c) {
        const CopyAxis axes[] = {
            {rows, columns * inputs, f * wide}, {columns, inputs, f * channels}, {f, f, wide}, {f, 1, channels}};
        copy(operand(x), operand(y), c * squared, c, axes);
    }
    return y;
}

Tensor fromPatches(const Tensor& x, int patch)
{
    const auto p = uint64_t(patch);
    assert(x.shape.size() == 4 && lastDim(x) % int64_t(p * p) == 0);
    const uint64_t rows = uint64_t(x.dim(0) * x.dim(1)), columns = uint64_t(x.dim(2)), inputs = uint64_t(lastDim(x)),
                   line = inputs / p, wide = columns * line; // of pixels, p and all of them
    Tensor y = makeLike(x, {x.dim(0), x.dim(1) * patch, x.dim(2) * patch, int64_t(inputs / (p * p))});
    const CopyAxis axes[] = {
        {rows, columns * inputs, p * wide}, {columns, inputs, line}, {p, line, wide}, {line, 1, 1}};
    copy(operand(x), operand(y), 0, 0, axes);
    return y;
}

Tensor upsampleNearest(const Tensor& x)
{
    assert(x.shape.size() == 4);
    Tensor y = makeLike(x, {x.dim(0), 2 * x.dim(1), 2 * x.dim(2), x.dim(3)});
    upsampleNearest(operand(x), operand(y), uint64_t(x.dim(0) * x.dim(1)), uint64_t(x.dim(2)), uint64_t(x.dim(3)));
    return y;
}

Tensor gather(const Tensor& table, std::span<const int32_t> ids, DType type)
{
    assert(table.shape.size() == 2 && !ids.empty());
    for (int32_t id : ids)
        if (id < 0 || id >= table.dim(0))
            throw Error(ErrorKind::BadFile,
                "token " + std::to_string(id) + " is outside the model's table of " + std::to_string(table.dim(0))
                    + " tokens; tokenizer and text encoder do not belong together");
    Tensor y = makeTensor(table.gpu(), {int64_t(ids.size()), table.dim(1)}, type);
    gather(operand(table), ids, operand(y), uint64_t(table.dim(1)));
    return y;
}

}
