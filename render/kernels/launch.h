// What the launchers share: cutting operands to what a device can bind. Not for use outside render/kernels.
#pragma once
#include "render/kernels.h"

#include <algorithm>
#include <cassert>

namespace athanor {

// Invocations a work group, as the shaders say.
constexpr uint32_t groupSize = 64;

// Elements [first, first + count) of an operand as a kernel binds it.
struct Window {
    Binding binding;
    uint32_t first = 0; // where they begin inside the binding, in units of the width
};

// width: elements the kernel reads at once, 1 or 4; first is a multiple of it.
Window window(Operand x, Access access, uint64_t first, uint64_t count, uint32_t width);

// Bytes of an operand that a window may hold wherever it begins.
inline uint64_t maxWindowBytes(const DeviceInfo& info)
{
    return info.limits.maxStorageRange - 2 * info.limits.offsetAlignment;
}

// How many of `total` items of itemBytes (of the widest operand) go into one dispatch of at most maxItems.
inline uint64_t itemsAtOnce(const DeviceInfo& info, uint64_t total, uint64_t itemBytes, uint64_t maxItems)
{
    const uint64_t fits = std::min(maxWindowBytes(info) / itemBytes, maxItems);
    assert(fits > 0 && "one row is larger than a storage binding");
    return std::min(total, fits);
}

// "_f32", "_f16" and, for kernels of four elements at once, "x4", as the variants are called.
inline std::string variant(std::string_view kernel, std::initializer_list<DType> types, uint32_t width)
{
    std::string name(kernel);
    for (DType type : types)
        name += type == DType::F32 ? "_f32" : "_f16";
    return width == 4 ? name + "x4" : name;
}

inline uint32_t groupsFor(uint64_t invocations)
{
    return uint32_t((invocations + groupSize - 1) / groupSize);
}

template <class Push> std::span<const std::byte> pushBytes(const Push& push)
{
    static_assert(sizeof(Push) <= maxPushConstants);
    return std::as_bytes(std::span(&push, 1));
}

}
