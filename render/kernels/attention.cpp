#include "render/kernels/product.h"

#include <cassert>
#include <cmath>

namespace athanor {

namespace {

// Scores are taken to powers of two.
float scoreScale(const AttentionArguments& a)
{
    return float(1.4426950408889634 / std::sqrt(double(a.headSize)));
}

double work(const AttentionArguments& a)
{
    return 2.0 * double(a.images) * double(a.heads) * double(a.queries) * double(a.keys) * a.headSize;
}

void attentionLavapipe(const AttentionArguments& a, std::string_view variantName)
{
    struct Push {
        uint64_t q, k, v, y;
        int32_t queries, keys, headSize, channels;
        float scale;
    };
    Gpu& gpu = a.q.buffer->gpu();
    const uint64_t channels = uint64_t(a.heads) * a.headSize;
    assert(
        a.images * std::max(a.queries, a.keys) * channels <= INT32_MAX && "lavapipe kernels count elements in 32 bits");
    // Queries of a lane: more share what was loaded, but all of them and their results must stay in the first cache.
    const uint32_t queries = a.headSize <= 96 ? 2 : 1;
    const uint32_t keys = a.headSize <= 160 ? 4 : 2; // at once; the driver's compile time grows with them
    const uint32_t size = (a.headSize + 3) / 4 * 4;
    const uint32_t constants[] = {size, queries, keys, a.causal, a.headSize % 4 != 0};
    const Push push{a.q.buffer->address(), a.k.buffer->address(), a.v.buffer->address(), a.y.buffer->address(),
        int32_t(a.queries), int32_t(a.keys), int32_t(a.headSize), int32_t(channels), scoreScale(a)};
    const Binding bindings[] = {lavapipeInput(a.q, variantName), lavapipeInput(a.k, variantName),
        lavapipeInput(a.v, variantName), {a.y.buffer, Access::Write, BindingKind::Address}};
    const uint64_t block = uint64_t(lavapipeLanes(variantName)) * queries;
    const std::string shader = "attention_" + std::string(variantName) + variant("", {a.q.type}, 1);
    gpu.commands().dispatch({shader, constants, bindings, pushBytes(push),
        {uint32_t((a.queries + block - 1) / block), a.heads, uint32_t(a.images)}, work(a)});
}

void attentionTiles(const AttentionArguments& a)
{
    struct Push {
        int32_t queries, keys, headSize, channels;
        int32_t qFirst, kFirst;
        float scale;
    };
    Gpu& gpu = a.q.buffer->gpu();
    const uint64_t channels = uint64_t(a.heads) * a.headSize;
    uint32_t shares = 8; // of a query among invocations, as many as leave each at most eight values
    while (shares * 8 < a.headSize)
        shares *= 2;
    const uint32_t values = (a.headSize + shares - 1) / shares;
    constexpr uint32_t invocations = 128; // as the shader says
    // The tile and the shares' scores stay below the 16 KiB of shared memory that every device has.
    const uint32_t keys = std::min(16u, 4096 / (values * shares + invocations));
    const uint32_t constants[] = {shares, values, keys, a.causal};
    const uint32_t rows = invocations / shares;
    const std::string shader = variant("attention_tiles", {a.q.type}, 1);
    for (uint64_t image = 0; image < a.images; ++image) {
        const uint64_t qCount = a.queries * channels, kCount = a.keys * channels;
        const Window q = window(a.q, Access::Read, image * qCount, qCount, 1);
        const Window k = window(a.k, Access::Read, image * kCount, kCount, 1);
        const Window v = window(a.v, Access::Read, image * kCount, kCount, 1);
        const Window y = window(a.y, Access::Write, image * qCount, qCount, 1);
        const Push push{int32_t(a.queries), int32_t(a.keys), int32_t(a.headSize), int32_t(channels), int32_t(q.first),
            int32_t(k.first), scoreScale(a)};
        const Binding bindings[] = {q.binding, k.binding, v.binding, y.binding};
        gpu.commands().dispatch({shader, constants, bindings, pushBytes(push),
            {uint32_t((a.queries + rows - 1) / rows), a.heads, 1}, work(a) / double(a.images)});
    }
}

}

void attention(const AttentionArguments& a)
{
    const std::string_view variantName = lavapipeVariant(a.q.buffer->gpu().info());
    if (variantName.empty())
        attentionTiles(a);
    else
        attentionLavapipe(a, variantName);
}

}
