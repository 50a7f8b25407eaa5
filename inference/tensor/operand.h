// Tensors as kernels take them. For the ops only.
#pragma once
#include "inference/tensor/tensor.h"

#include <cassert>
#include <cstdint>

namespace athanor {

inline Operand operand(const Tensor& tensor)
{
    return {tensor.buffer.get(), tensor.type};
}

// A new tensor of x's type on x's device.
inline Tensor makeLike(const Tensor& x, Shape shape)
{
    return makeTensor(x.gpu(), std::move(shape), x.type);
}

inline int64_t lastDim(const Tensor& x)
{
    return x.shape.back();
}

// Elements of all axes but the last.
inline uint64_t rowCount(const Tensor& x)
{
    return uint64_t(x.count() / lastDim(x));
}

// x's shape with another last axis.
inline Shape withLast(Shape shape, int64_t last)
{
    shape.back() = last;
    return shape;
}

}
