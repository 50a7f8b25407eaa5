// A dense array on the device: shape, element type and shared storage. A value: copying it shares the bytes, and when
// the last copy dies the memory is used again. Not a view: always contiguous, the last axis fastest.
#pragma once
#include "render/kernels.h"

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <vector>

namespace athanor {

// Images and feature maps are N H W C, token sequences N L C, matrices rows × columns.
using Shape = std::vector<int64_t>;

struct Tensor {
    Shape shape;
    DType type = DType::F32;
    std::shared_ptr<Buffer> buffer;

    explicit operator bool() const { return buffer != nullptr; }
    Gpu& gpu() const { return buffer->gpu(); }
    int64_t dim(int axis) const { return shape[size_t(axis)]; }
    int64_t count() const;
    uint64_t bytes() const { return uint64_t(count()) * elementBytes(type); }
    // The same bytes under another shape of the same count.
    Tensor reshaped(Shape newShape) const;
};

// Uninitialised. Throws Error(OutOfMemory).
Tensor makeTensor(Gpu& gpu, Shape shape, DType type, MemoryUse use = MemoryUse::Activations);

// Host values in row-major order, converted to `type` (fp16 rounds to nearest even).
Tensor tensorFrom(Gpu& gpu, Shape shape, std::span<const float> values, DType type = DType::F32,
    MemoryUse use = MemoryUse::Activations);
std::vector<float> toHost(const Tensor& tensor);

}
