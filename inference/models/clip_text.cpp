#include "inference/models/clip_text.h"

#include "inference/models/layers.h"
#include "render/error.h"
#include <algorithm>
#include <cassert>
#include <string>
#include <vector>

namespace athanor {

namespace {

// x: N L C. Position i attends to positions 0…i.
Tensor selfAttention(const Module& m, const Tensor& x, int heads, const Tensor& residual)
{
    const Tensor q = linear(m["q_proj"], x);
    const Tensor k = linear(m["k_proj"], x);
    const Tensor v = linear(m["v_proj"], x);
    return linear(m["out_proj"], attention(q, k, v, heads, {.causal = true}), {.residual = residual});
}

Tensor mlp(const Module& m, const Tensor& x, Activation activation, const Tensor& residual)
{
    return linear(m["fc2"], linear(m["fc1"], x, {.activation = activation}), {.residual = residual});
}

// Of each chunk, among the rows of all.
std::vector<int32_t> endRows(std::span<const int32_t> ids, size_t positions)
{
    std::vector<int32_t> rows;
    for (size_t first = 0; first < ids.size(); first += positions)
        rows.push_back(int32_t(std::ranges::max_element(ids.subspan(first, positions)) - ids.begin()));
    return rows;
}

// x: chunks × positions × width, normed.
Tensor pooledState(const Module& m, const Tensor& x, std::span<const int32_t> ids)
{
    const Tensor ends = gather(x.reshaped({x.dim(0) * x.dim(1), x.dim(2)}), endRows(ids, size_t(x.dim(1))), x.type);
    return convert(m.has("text_projection") ? linear(m["text_projection"], ends) : ends, DType::F32);
}

}

ClipStates encodeText(const ClipText& model, std::span<const int32_t> ids, int clipSkip)
{
    const ClipTextConfig& config = model.config;
    assert(!ids.empty() && ids.size() % size_t(config.positions) == 0);
    const int most = clipSkipLimit(config);
    if (clipSkip < 1 || clipSkip > most)
        throw Error(ErrorKind::BadArgument,
            "clip skip " + std::to_string(clipSkip) + " is outside 1 to " + std::to_string(most)
                + ", the text encoder's layers");
    for (int32_t id : ids)
        if (id < 0 || id >= config.vocabulary)
            throw Error(ErrorKind::BadFile,
                "token id " + std::to_string(id) + " is outside the text encoder's " + std::to_string(config.vocabulary)
                    + " entries; tokenizer and model do not belong together");

    const Module m(model.weights);
    const Module embeddings = m["embeddings"];
    const int64_t chunks = int64_t(ids.size()) / config.positions;
    Tensor x = gather(embeddings.tensor("token_embedding.weight"), ids, model.precision)
                   .reshaped({chunks, config.positions, config.width});
    x = x + embeddings.tensor("position_embedding.weight");
    const auto finished = [&](const Tensor& states) {
        return layerNorm(m["final_layer_norm"], states, config.normEpsilon);
    };
    const int used = most - std::max(clipSkip - 1, int(config.lastUnused));
    Tensor tokens;
    for (int i = 0; i < (config.pooledWidth ? config.layers : used); ++i) {
        const Module layer = m["encoder.layers"][i];
        x = selfAttention(layer["self_attn"], layerNorm(layer["layer_norm1"], x, config.normEpsilon), config.heads, x);
        x = mlp(layer["mlp"], layerNorm(layer["layer_norm2"], x, config.normEpsilon), config.activation, x);
        if (i + 1 == used)
            tokens = config.normed ? finished(x) : x;
    }
    return {tokens, config.pooledWidth ? pooledState(m, finished(x), ids) : Tensor()};
}

}
