#include "render/kernels/product.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

namespace athanor {

namespace {

// Scores are taken to powers of two.
float scoreScale(const AttentionArguments& a)
{
    constexpr double log2e = 1.4426950408889634;
    return a.scale != 0 ? float(log2e * double(a.scale)) : float(log2e / std::sqrt(double(a.headSize)));
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
        uint64_t bias;
    };
    Gpu& gpu = a.q.buffer->gpu();
    const uint64_t channels = uint64_t(a.heads) * a.headSize;
    assert(
        a.images * std::max(a.queries, a.keys) * channels <= INT32_MAX && "lavapipe kernels count elements in 32 bits");
    assert((!a.bias.buffer || a.heads * a.queries * a.keys <= INT32_MAX) && "and the bias's");
    // Queries of a lane: more share what was loaded, but all of them and their results must stay in the first cache.
    const uint32_t queries = a.headSize <= 96 ? 2 : 1;
    const uint32_t keys = a.headSize <= 160 ? 4 : 2; // at once; the driver's compile time grows with them
    const uint32_t size = (a.headSize + 3) / 4 * 4;
    const uint32_t constants[] = {size, queries, keys, a.causal, a.headSize % 4 != 0, a.bias.buffer != nullptr};
    const Push push{a.q.buffer->address(), a.k.buffer->address(), a.v.buffer->address(), a.y.buffer->address(),
        int32_t(a.queries), int32_t(a.keys), int32_t(a.headSize), int32_t(channels), scoreScale(a),
        a.bias.buffer ? a.bias.buffer->address() : 0};
    std::vector<Binding> bindings = {lavapipeInput(a.q, variantName), lavapipeInput(a.k, variantName),
        lavapipeInput(a.v, variantName), {a.y.buffer, Access::Write, BindingKind::Address}};
    if (a.bias.buffer)
        bindings.push_back({a.bias.buffer, Access::Read, BindingKind::Address});
    const uint64_t block = uint64_t(lavapipeLanes(variantName)) * queries;
    const std::string shader = "attention_" + std::string(variantName) + variant("", {a.q.type}, 1);
    gpu.commands().dispatch({shader, constants, bindings, pushBytes(push),
        {uint32_t((a.queries + block - 1) / block), a.heads, uint32_t(a.images)}, work(a)});
}

// Some heads and queries, whose part of the bias can be bound at once.
struct AttentionPiece {
    uint64_t head = 0, heads = 0;
    uint64_t query = 0, queries = 0;
};

// Whole heads, as many as fit; queries of one head where that alone is too large.
std::vector<AttentionPiece> attentionPieces(const AttentionArguments& a)
{
    if (!a.bias.buffer)
        return {{0, a.heads, 0, a.queries}};
    const uint64_t rowBytes = a.keys * elementBytes(a.bias.type), headBytes = a.queries * rowBytes;
    const uint64_t most = maxWindowBytes(a.q.buffer->gpu().info());
    const uint64_t heads = std::clamp<uint64_t>(most / headBytes, 1, a.heads);
    const uint64_t queries = headBytes <= most ? a.queries : most / rowBytes;
    assert(queries > 0 && "one row of the bias is larger than a storage binding");
    std::vector<AttentionPiece> pieces;
    for (uint64_t head = 0; head < a.heads; head += heads)
        for (uint64_t query = 0; query < a.queries; query += queries)
            pieces.push_back({head, std::min(heads, a.heads - head), query, std::min(queries, a.queries - query)});
    return pieces;
}

// Of one image.
void dispatchAttentionTiles(const AttentionArguments& a, uint64_t image, const AttentionPiece& piece)
{
    struct Push {
        int32_t queries, keys, headSize, channels;
        int32_t qFirst, kFirst;
        float scale;
        int32_t headFirst, queryFirst, queryEnd;
        int32_t biasFirst;
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
    const uint32_t constants[] = {shares, values, keys, a.causal, a.bias.buffer != nullptr};
    const uint32_t rows = invocations / shares;
    const std::string shader = variant("attention_tiles", {a.q.type}, 1);
    const uint64_t qCount = a.queries * channels, kCount = a.keys * channels;
    const Window q = window(a.q, Access::Read, image * qCount, qCount, 1);
    const Window k = window(a.k, Access::Read, image * kCount, kCount, 1);
    const Window v = window(a.v, Access::Read, image * kCount, kCount, 1);
    const Window y = window(a.y, Access::Write, image * qCount, qCount, 1);
    // A missing bias is bound as q and never read.
    const Window bias = a.bias.buffer ? window(a.bias, Access::Read, (piece.head * a.queries + piece.query) * a.keys,
                            ((piece.heads - 1) * a.queries + piece.queries) * a.keys, 1)
                                      : q;
    const Push push{int32_t(a.queries), int32_t(a.keys), int32_t(a.headSize), int32_t(channels), int32_t(q.first),
        int32_t(k.first), scoreScale(a), int32_t(piece.head), int32_t(piece.query),
        int32_t(piece.query + piece.queries), int32_t(bias.first)};
    const Binding bindings[] = {q.binding, k.binding, v.binding, y.binding, bias.binding};
    const double share = double(piece.heads) * double(piece.queries) / (double(a.heads) * double(a.queries));
    gpu.commands().dispatch({shader, constants, bindings, pushBytes(push),
        {uint32_t((piece.queries + rows - 1) / rows), uint32_t(piece.heads), 1}, work(a) / double(a.images) * share});
}

void attentionTiles(const AttentionArguments& a)
{
    const std::vector<AttentionPiece> pieces = attentionPieces(a);
    for (uint64_t image = 0; image < a.images; ++image)
        for (const AttentionPiece& piece : pieces)
            dispatchAttentionTiles(a, image, piece);
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
