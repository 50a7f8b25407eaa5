#include "inference/tensor/ops.h"

#include "inference/tensor/operand.h"
#include <algorithm>
#include <cassert>

namespace athanor {

namespace {

[[maybe_unused]] bool isVector(const Tensor& x, int64_t length)
{
    return x.shape == Shape{length} && x.type == DType::F32;
}

// N C for x: N … C.
[[maybe_unused]] bool isVectorPerImage(const Tensor& vectors, const Tensor& x)
{
    return vectors.shape == Shape{x.dim(0), lastDim(x)} && vectors.type == DType::F32;
}

[[maybe_unused]] bool isSuffix(const Shape& shape, const Shape& of)
{
    return shape.size() <= of.size() && std::equal(shape.rbegin(), shape.rend(), of.rbegin());
}

}

Tensor groupNorm(const Tensor& x, const Tensor& weight, const Tensor& bias, int groups, float epsilon, bool silu)
{
    const int64_t channels = lastDim(x);
    assert(groups > 0 && channels % groups == 0 && isVector(weight, channels) && isVector(bias, channels));
    Tensor y = makeLike(x, x.shape);
    const uint64_t images = uint64_t(x.dim(0));
    groupNorm(operand(x), operand(weight), operand(bias), operand(y),
        GroupNorm{images, rowCount(x) / images, uint64_t(channels), uint32_t(groups), epsilon, silu});
    return y;
}

Tensor layerNorm(const Tensor& x, const Tensor& weight, const Tensor& bias, float epsilon)
{
    const int64_t channels = lastDim(x);
    assert(isVector(weight, channels) && isVector(bias, channels));
    Tensor y = makeLike(x, x.shape);
    layerNorm(operand(x), operand(weight), operand(bias), operand(y), rowCount(x), uint64_t(channels), epsilon);
    return y;
}

Tensor rmsNorm(const Tensor& x, const Tensor& weight, float epsilon)
{
    assert(isVector(weight, lastDim(x)));
    Tensor y = makeLike(x, x.shape);
    rmsNorm(operand(x), operand(weight), operand(y), rowCount(x), uint64_t(lastDim(x)), epsilon);
    return y;
}

Tensor modulatedNorm(const Tensor& x, const Tensor& scale, const Tensor& shift, float epsilon)
{
    assert(isVectorPerImage(scale, x) && isVectorPerImage(shift, x));
    Tensor y = makeLike(x, x.shape);
    modulatedNorm(operand(x), operand(scale), operand(shift), operand(y), rowCount(x), rowCount(x) / uint64_t(x.dim(0)),
        uint64_t(lastDim(x)), epsilon);
    return y;
}

Tensor activate(const Tensor& x, Activation activation)
{
    if (activation == Activation::None)
        return x;
    Tensor y = makeLike(x, x.shape);
    activate(operand(x), operand(y), uint64_t(x.count()), activation);
    return y;
}

Tensor silu(const Tensor& x)
{
    return activate(x, Activation::Silu);
}

Tensor geglu(const Tensor& x)
{
    assert(lastDim(x) % 2 == 0);
    Tensor y = makeLike(x, withLast(x.shape, lastDim(x) / 2));
    geglu(operand(x), operand(y), rowCount(x), uint64_t(lastDim(y)));
    return y;
}

Tensor add(const Tensor& a, const Tensor& b)
{
    assert(isSuffix(b.shape, a.shape));
    Tensor y = makeLike(a, a.shape);
    add(operand(a), operand(b), operand(y), uint64_t(a.count()), uint64_t(b.count()));
    return y;
}

Tensor multiply(const Tensor& a, const Tensor& b)
{
    assert(isSuffix(b.shape, a.shape));
    Tensor y = makeLike(a, a.shape);
    multiply(operand(a), operand(b), operand(y), uint64_t(a.count()), uint64_t(b.count()));
    return y;
}

Tensor addGated(const Tensor& x, const Tensor& y, const Tensor& gate)
{
    assert(x.shape == y.shape && x.type == y.type && isVectorPerImage(gate, x));
    Tensor z = makeLike(x, x.shape);
    addGated(operand(x), operand(y), operand(gate), operand(z), rowCount(x), rowCount(x) / uint64_t(x.dim(0)),
        uint64_t(lastDim(x)));
    return z;
}

Tensor prelu(const Tensor& x, const Tensor& slopes)
{
    assert(isVector(slopes, lastDim(x)));
    Tensor y = makeLike(x, x.shape);
    prelu(operand(x), operand(slopes), operand(y), uint64_t(x.count()), uint64_t(lastDim(x)));
    return y;
}

Tensor scale(const Tensor& x, float factor, float offset)
{
    Tensor y = makeLike(x, x.shape);
    scale(operand(x), operand(y), uint64_t(x.count()), factor, offset);
    return y;
}

}
