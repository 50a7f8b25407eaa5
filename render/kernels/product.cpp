#include "render/kernels/product.h"

#include <cassert>
#include <vector>

namespace athanor {

std::string_view lavapipeVariant(const DeviceInfo& info)
{
    if (!info.features.bufferAddress) // every variant stores through addresses
        return {};
    const uint32_t lanes = info.limits.subgroupSize;
    if (info.family == KernelFamily::CpuTexel && lanes == 8)
        return "texel8";
    if (info.family == KernelFamily::CpuAddress && (lanes == 8 || lanes == 16))
        return lanes == 8 ? "address8" : "address16";
    return {};
}

Binding lavapipeInput(Operand x, std::string_view variant)
{
    const BindingKind texel = x.type == DType::F32 ? BindingKind::TexelF32 : BindingKind::TexelF16;
    return {x.buffer, Access::Read, variant == "texel8" ? texel : BindingKind::Address};
}

std::array<uint32_t, 6> productConstants(const Product& p)
{
    return {uint32_t(p.end.activation), p.end.bias.buffer != nullptr, p.end.perImage.buffer != nullptr,
        p.end.residual.buffer != nullptr, p.inputs % 4 != 0, p.outputs % 4 != 0};
}

LavapipePush lavapipePush(const Product& p)
{
    const auto address = [](Operand x) { return x.buffer ? x.buffer->address() : 0; };
    assert(p.rows * std::max(p.inputs, p.outputs) <= INT32_MAX && "lavapipe kernels count elements in 32 bits");
    return {address(p.x), address(p.weight), address(p.y), address(p.end.bias), address(p.end.perImage),
        address(p.end.residual), int32_t(p.rows), int32_t(p.outputs), int32_t(p.depth), int32_t(p.rowsPerImage)};
}

void dispatchLavapipe(
    std::string_view kernel, std::string_view variantName, const Product& p, std::span<const std::byte> push)
{
    Gpu& gpu = p.x.buffer->gpu();
    const std::string shader = std::string(kernel) + "_" + std::string(variantName) + typesOf(p);
    std::vector<Binding> bindings = {lavapipeInput(p.x, variantName), lavapipeInput(p.weight, variantName)};
    if (bindings[1].kind == BindingKind::TexelF16)
        bindings[1].kind = BindingKind::TexelU32;
    // A missing residual is bound as x and never read.
    bindings.push_back(p.end.residual.buffer ? lavapipeInput(p.end.residual, variantName) : bindings[0]);
    bindings.push_back({p.y.buffer, Access::Write, BindingKind::Address});
    for (Operand x : {p.end.bias, p.end.perImage})
        if (x.buffer)
            bindings.push_back({x.buffer, Access::Read, BindingKind::Address});
    const uint64_t rowsPerGroup = variantName == "address16" ? 32 : 16;
    constexpr uint64_t groupsInX = 32768; // as the shaders say; the rest goes to z
    const uint64_t blocks = (p.rows + rowsPerGroup - 1) / rowsPerGroup;
    const auto constants = productConstants(p);
    gpu.commands().dispatch({shader, constants, bindings, push,
        {uint32_t(std::min(blocks, groupsInX)), uint32_t((p.outputs + packedTile - 1) / packedTile),
            uint32_t((blocks + groupsInX - 1) / groupsInX)},
        double(p.rows) * double(p.outputs) * double(p.depth)});
}

}
