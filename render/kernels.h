// Every kernel's launcher. A launcher records dispatches and returns at once; it cuts operands that are larger than a
// device can bind or index into pieces. Shapes are the caller's business: inference/tensor/ops checks them.
#pragma once
#include "render/gpu.h"

namespace athanor {

// How elements are stored; arithmetic is always fp32.
enum class DType : uint8_t { F32, F16 };

constexpr uint64_t elementBytes(DType type)
{
    return type == DType::F32 ? 4 : 2;
}

enum class Activation : uint8_t { None, Silu, Gelu, QuickGelu };

// A dense array a kernel reads or writes, the last axis fastest.
struct Operand {
    const Buffer* buffer = nullptr;
    DType type = DType::F32;
};

// y[i] = a[i] + b[i mod period]; y has a's type.
void add(Operand a, Operand b, Operand y, uint64_t count, uint64_t period);
// y[i] = a[i] · b[i mod period]; y has a's type.
void multiply(Operand a, Operand b, Operand y, uint64_t count, uint64_t period);
// y = x · factor + offset, in x's type.
void scale(Operand x, Operand y, uint64_t count, float factor, float offset);
// y = activation(x), in x's type.
void activate(Operand x, Operand y, uint64_t count, Activation activation);

}
