#include "inference/models/t5_text.h"

#include "inference/models/layers.h"
#include "render/error.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

namespace athanor {

namespace {

// Of each distance 0 … length - 1, without regard to its direction: the first half of the buckets one by one, then
// logarithmically wider ones. In fp32 as transformers computes it.
std::vector<int32_t> distanceBuckets(int length, int buckets, int maxDistance)
{
    const int exact = buckets / 2;
    const float ratio = float(std::log(double(maxDistance) / exact));
    std::vector<int32_t> result;
    for (int distance = 0; distance < length; ++distance) {
        const float wide = std::log(float(distance) / float(exact)) / ratio * float(buckets - exact);
        result.push_back(distance < exact ? distance : std::min(exact + int(wide), buckets - 1));
    }
    return result;
}

// heads × length × length: what is added to the scores of query i and key j.
Tensor positionBias(const Tensor& table, int length, const T5TextConfig& config)
{
    const int half = config.buckets / 2;
    const std::vector<int32_t> buckets = distanceBuckets(length, half, config.maxDistance);
    std::vector<int32_t> rows;
    rows.reserve(size_t(length) * size_t(length));
    for (int i = 0; i < length; ++i)
        for (int j = 0; j < length; ++j)
            rows.push_back(buckets[size_t(std::abs(j - i))] + (j > i ? half : 0));
    return permute(gather(table, rows, DType::F32), {1, 0}).reshaped({config.heads, length, length});
}

Tensor t5Attention(const Module& m, const Tensor& x, const Tensor& bias, const T5TextConfig& config)
{
    const Tensor h = rmsNorm(x, m.tensor("layer_norm.weight"), config.normEpsilon);
    const Module a = m["SelfAttention"];
    const Tensor mixed =
        attention(linear(a["q"], h), linear(a["k"], h), linear(a["v"], h), config.heads, {.bias = bias, .scale = 1});
    return linear(a["o"], mixed, {.residual = x});
}

Tensor t5FeedForward(const Module& m, const Tensor& x, const T5TextConfig& config)
{
    const Tensor h = rmsNorm(x, m.tensor("layer_norm.weight"), config.normEpsilon);
    const Module d = m["DenseReluDense"];
    const Tensor gate = linear(d["wi_0"], h, {.activation = Activation::GeluTanh});
    return linear(d["wo"], multiply(gate, linear(d["wi_1"], h)), {.residual = x});
}

}

Tensor encodeText(const T5Text& model, std::span<const int32_t> ids)
{
    const T5TextConfig& config = model.config;
    assert(!ids.empty());
    for (int32_t id : ids)
        if (id < 0 || id >= config.vocabulary)
            throw Error(ErrorKind::BadFile,
                "token id " + std::to_string(id) + " is outside the text encoder's " + std::to_string(config.vocabulary)
                    + " entries; tokenizer and model do not belong together");

    const Module m(model.weights);
    const Module encoder = m["encoder"], blocks = encoder["block"];
    const Tensor table = m.has("shared") ? m.tensor("shared.weight") : encoder.tensor("embed_tokens.weight");
    const Tensor bias =
        positionBias(blocks[0].tensor("layer.0.SelfAttention.relative_attention_bias.weight"), int(ids.size()), config);
    Tensor x = gather(table, ids, DType::F32).reshaped({1, int64_t(ids.size()), config.width});
    for (int i = 0; i < config.layers; ++i) {
        x = t5Attention(blocks[i]["layer.0"], x, bias, config);
        x = t5FeedForward(blocks[i]["layer.1"], x, config);
    }
    return rmsNorm(x, encoder.tensor("final_layer_norm.weight"), config.normEpsilon);
}

}
