#include "inference/tensor/tensor.h"

#include "inference/tensor/half_arrays.h"
#include "render/error.h"
#include <algorithm>
#include <cassert>

namespace athanor {

namespace {

int64_t product(const Shape& shape)
{
    int64_t count = 1;
    for (int64_t extent : shape) {
        assert(extent > 0);
        count *= extent;
    }
    return count;
}

}

int64_t Tensor::count() const
{
    return product(shape);
}

Tensor Tensor::reshaped(Shape newShape) const
{
    assert(product(newShape) == count());
    return {std::move(newShape), type, buffer};
}

Tensor makeTensor(Gpu& gpu, Shape shape, DType type, MemoryUse use)
{
    if (type == DType::F16 && !gpu.info().features.storage16)
        throw Error(ErrorKind::Device,
            gpu.info().name
                + " has no 16-bit storage (storageBuffer16BitAccess), which fp16 needs; choose fp32 precision");
    const uint64_t bytes = uint64_t(product(shape)) * elementBytes(type);
    return {std::move(shape), type, std::make_shared<Buffer>(gpu, use, bytes)};
}

Tensor tensorFrom(Gpu& gpu, Shape shape, std::span<const float> values, DType type, MemoryUse use)
{
    assert(size_t(product(shape)) == values.size());
    Tensor tensor = makeTensor(gpu, std::move(shape), type, use);
    if (type == DType::F32) {
        upload(*tensor.buffer, 0, std::as_bytes(values));
        return tensor;
    }
    // In pieces, so that large weights need little host memory.
    constexpr size_t piece = 1 << 20;
    std::vector<uint16_t> halves(std::min(piece, values.size()));
    for (size_t done = 0; done < values.size(); done += piece) {
        const auto part = values.subspan(done, std::min(piece, values.size() - done));
        toHalves(part, halves.data());
        upload(*tensor.buffer, done * 2, std::as_bytes(std::span(halves).first(part.size())));
    }
    return tensor;
}

std::vector<float> toHost(const Tensor& tensor)
{
    std::vector<float> values(size_t(tensor.count()));
    if (tensor.type == DType::F32) {
        download(*tensor.buffer, 0, std::as_writable_bytes(std::span(values)));
        return values;
    }
    std::vector<uint16_t> halves(values.size());
    download(*tensor.buffer, 0, std::as_writable_bytes(std::span(halves)));
    toFloats(halves, values.data());
    return values;
}

}
