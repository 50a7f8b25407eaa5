#include "inference/models/unet_blocks.h"

#include "inference/models/layers.h"

#include <cassert>
#include <cstdint>
#include <string>
#include <vector>

namespace athanor {

namespace {

// Adds the time embedding between its two convolutions and the input at the end.
Tensor resBlock(const Module& m, const Tensor& x, const UNetContext& c)
{
    const UNetConfig& config = c.config;
    const Tensor time = linear(m["emb_layers.1"], c.time);
    Tensor h = groupNorm(m["in_layers.0"], x, config.normGroups, config.normEpsilon, config.activation);
    h = conv2d(m["in_layers.2"], h, {.perImage = time});
    h = groupNorm(m["out_layers.0"], h, config.normGroups, config.normEpsilon, config.activation);
    const Tensor input = m.has("skip_connection") ? conv2d(m["skip_connection"], x) : x;
    return conv2d(m["out_layers.3"], h, {.residual = input});
}

// x: N L C; keys: N Lk C' (x itself for self attention).
Tensor crossAttention(const Module& m, const Tensor& x, const Tensor& keys, int heads, const Tensor& residual)
{
    const Tensor q = linear(m["to_q"], x);
    const Tensor k = linear(m["to_k"], keys);
    const Tensor v = linear(m["to_v"], keys);
    return linear(m["to_out.0"], attention(q, k, v, heads), {.residual = residual});
}

Tensor feedForward(const Module& m, const Tensor& x, const Tensor& residual)
{
    return linear(m["net.2"], geglu(linear(m["net.0.proj"], x)), {.residual = residual});
}

Tensor transformerBlock(const Module& m, Tensor x, const UNetContext& c)
{
    Tensor normed = layerNorm(m["norm1"], x);
    const int heads = headsOf(c.config, x.dim(2));
    x = crossAttention(m["attn1"], normed, normed, heads, x);
    normed = layerNorm(m["norm2"], x);
    x = crossAttention(m["attn2"], normed, c.text, heads, x);
    return feedForward(m["ff"], layerNorm(m["norm3"], x), x);
}

// x: N H W C, seen as N sequences of H·W tokens.
Tensor spatialTransformer(const Module& m, const Tensor& x, const UNetContext& c)
{
    Tensor h = groupNorm(m["norm"], x, c.config.normGroups, 1e-6f);
    h = linear(m["proj_in"], h.reshaped({x.dim(0), x.dim(1) * x.dim(2), x.dim(3)}));
    for (int i = 0; m["transformer_blocks"].has(std::to_string(i)); ++i)
        h = transformerBlock(m["transformer_blocks"][i], h, c);
    return linear(m["proj_out"], h.reshaped(x.shape), {.residual = x});
}

// Enlarges to the size of the skip connection that comes next: ×2, or one less where a side was odd on the way down
// (nearest to 2n − 1 is ×2 without the last row).
Tensor upsample(const Module& m, const Tensor& x, const Tensor& next)
{
    if (next.dim(1) == 2 * x.dim(1) && next.dim(2) == 2 * x.dim(2))
        return conv2d(m, x, ConvOptions{.upsample = true});
    return conv2d(m, crop(upsampleNearest(x), 0, 0, next.dim(1), next.dim(2)));
}

}

namespace {

// rows × guidanceWidth. Source: diffusers' latent consistency pipelines, get_guidance_scale_embedding.
Tensor guidanceWaves(Gpu& gpu, const UNetConfig& config, DType precision, size_t rows, double guidance)
{
    const std::vector<float> scaled(rows, float(1000 * guidance));
    return tensorFrom(gpu, {int64_t(rows), config.guidanceWidth},
        timestepEmbedding(scaled, config.guidanceWidth, false, 1), precision);
}

}

UNetContext unetContext(const UNetConfig& config, const Weights& weights, DType precision,
    std::span<const float> timesteps, const Conditions& conditions, double guidance)
{
    const auto& [text, added] = conditions;
    assert(bool(added) == (config.addedWidth != 0));
    const Module m = Module(weights)["time_embed"];
    Tensor waves = tensorFrom(text.gpu(), {int64_t(timesteps.size()), config.channels},
        timestepEmbedding(timesteps, config.channels, config.cosinesFirst, config.frequencyShift), precision);
    if (config.guidanceWidth)
        waves =
            waves + linear(m["cond_proj"], guidanceWaves(text.gpu(), config, precision, timesteps.size(), guidance));
    const Tensor hidden = linear(m["0"], waves, {.activation = config.activation});
    if (!added)
        return {config, linear(m["2"], hidden, {.activation = config.activation}), convert(text, precision)};
    const Module label = Module(weights)["label_emb.0"];
    const Tensor ofPicture =
        linear(label["2"], linear(label["0"], convert(added, precision), {.activation = Activation::Silu}));
    const Tensor time = activate(linear(m["2"], hidden, {.residual = ofPicture}), config.activation);
    return {config, time, convert(text, precision)};
}

Tensor unetMiddle(const Module& m, Tensor x, const UNetContext& c)
{
    const float divisor = c.config.middleDivisor;
    if (divisor == 1)
        return unetBlock(m, x, c);
    for (int i = 0; m.has(std::to_string(i)); ++i)
        x = m[i].has("in_layers") ? scale(resBlock(m[i], x, c), 1 / divisor) : spatialTransformer(m[i], x, c);
    return x;
}

Tensor unetBlock(const Module& m, Tensor x, const UNetContext& c, const Tensor& next)
{
    for (int i = 0; m.has(std::to_string(i)); ++i) {
        const Module part = m[i];
        if (part.has("in_layers"))
            x = resBlock(part, x, c);
        else if (part.has("transformer_blocks"))
            x = spatialTransformer(part, x, c);
        else if (part.has("op"))
            x = conv2d(part["op"], x, ConvOptions{.stride = 2});
        else if (part.has("conv"))
            x = upsample(part["conv"], x, next);
        else
            x = conv2d(part, x);
    }
    return x;
}

}
