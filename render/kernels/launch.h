// What the launchers share: cutting operands to what a device can bind. Not for use outside render/kernels.
#pragma once
#include "render/kernels.h"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <span>
#include <string>

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

// Flat kernels: each invocation takes four units, one group 4 · groupSize.
inline uint32_t flatGroups(uint64_t units)
{
    return groupsFor((units + 3) / 4);
}

inline uint64_t maxFlatUnits(const DeviceInfo& info)
{
    return uint64_t(info.limits.maxGroups[0]) * groupSize * 4;
}

// Elements a kernel of rows of `channels` reads at once.
inline uint32_t widthFor(uint64_t channels)
{
    return channels % 4 == 0 ? 4 : 1;
}

// piece(first, count) over `count` elements of at most `bytes` each; every piece but the last is a multiple of four.
template <class Piece> void forFlat(const DeviceInfo& info, uint64_t count, uint64_t bytes, Piece piece)
{
    const uint64_t most = std::min(maxWindowBytes(info) / bytes, maxFlatUnits(info)) / 4 * 4;
    for (uint64_t first = 0; first < count; first += most)
        piece(first, std::min(most, count - first));
}

// piece(first, count) over `rows` of at most rowBytes each, in dispatches whose groups hold rowsPerGroup of them.
template <class Piece>
void forRows(const DeviceInfo& info, uint64_t rows, uint64_t rowBytes, double rowsPerGroup, Piece piece)
{
    const uint64_t step = itemsAtOnce(info, rows, rowBytes, uint64_t(info.limits.maxGroups[0] * rowsPerGroup));
    for (uint64_t first = 0; first < rows; first += step)
        piece(first, std::min(step, rows - first));
}

// Invocations that share a row in kernels that reduce rows.
inline uint32_t lanesPerRow(const DeviceInfo& info)
{
    return info.family == KernelFamily::Gpu ? 32 : 1;
}

template <class Push> std::span<const std::byte> pushBytes(const Push& push)
{
    static_assert(sizeof(Push) <= maxPushConstants);
    return std::as_bytes(std::span(&push, 1));
}

}
