#include "inference/models/autoencoder_kl.h"

#include "inference/models/layers.h"
#include <algorithm>
#include <cassert>
#include <functional>
#include <string>
#include <vector>

namespace athanor {

namespace {

constexpr float normEpsilon = 1e-6f;

// norm → silu → conv twice, plus the input. Source: ldm/modules/diffusionmodules/model.py.
Tensor resnetBlock(const Module& m, const Tensor& x, int groups)
{
    Tensor h = conv2d(m["conv1"], groupNorm(m["norm1"], x, groups, normEpsilon, true));
    h = groupNorm(m["norm2"], h, groups, normEpsilon, true);
    const Tensor input = m.has("nin_shortcut") ? conv2d(m["nin_shortcut"], x) : x;
    return conv2d(m["conv2"], h, {.residual = input});
}

// Every pixel attends to every pixel, one head.
Tensor attentionBlock(const Module& m, const Tensor& x, int groups)
{
    const Tensor h = groupNorm(m["norm"], x, groups, normEpsilon).reshaped({x.dim(0), x.dim(1) * x.dim(2), x.dim(3)});
    const Tensor mixed = attention(linear(m["q"], h), linear(m["k"], h), linear(m["v"], h), 1);
    return linear(m["proj_out"], mixed.reshaped(x.shape), {.residual = x});
}

Tensor middleBlocks(const Module& m, Tensor x, int groups)
{
    x = resnetBlock(m["block_1"], x, groups);
    x = attentionBlock(m["attn_1"], x, groups);
    return resnetBlock(m["block_2"], x, groups);
}

Tensor blocks(const Module& m, Tensor x, int groups)
{
    for (int i = 0; m["block"].has(std::to_string(i)); ++i)
        x = resnetBlock(m["block"][i], x, groups);
    return x;
}

Tensor finish(const Module& m, const Tensor& x, int groups)
{
    return conv2d(m["conv_out"], groupNorm(m["norm_out"], x, groups, normEpsilon, true));
}

}

Tensor decode(const AutoencoderKl& model, const Tensor& latent)
{
    const int groups = model.config.normGroups;
    const Module m(model.weights);
    const Module decoder = m["decoder"];
    // fp32 up to here: 1/0.18215 of a latent is small, but the scaling loses nothing this way.
    const LatentFormat& format = model.config.latent;
    Tensor x =
        convert(scale(convert(latent, DType::F32), float(1 / format.scale), float(format.shift)), model.precision);
    if (m.has("post_quant_conv"))
        x = linear(m["post_quant_conv"], x);
    x = middleBlocks(decoder["mid"], conv2d(decoder["conv_in"], x), groups);
    for (int level = model.config.latent.downsamplings; level >= 0; --level) {
        const Module up = decoder["up"][level];
        x = blocks(up, x, groups);
        if (up.has("upsample"))
            x = conv2d(up["upsample.conv"], x, ConvOptions{.upsample = true});
    }
    return convert(finish(decoder, x, groups), DType::F32);
}

Tensor encodeMoments(const AutoencoderKl& model, const Tensor& image)
{
    const int groups = model.config.normGroups;
    const Module m(model.weights);
    const Module encoder = m["encoder"];
    Tensor x = conv2d(encoder["conv_in"], convert(image, model.precision));
    for (int level = 0; level <= model.config.latent.downsamplings; ++level) {
        const Module down = encoder["down"][level];
        x = blocks(down, x, groups);
        // One row and column of zeros at the bottom and right only.
        if (down.has("downsample"))
            x = conv2d(down["downsample.conv"], x, ConvOptions{.stride = 2, .padBefore = 0, .padAfter = 1});
    }
    x = finish(encoder, middleBlocks(encoder["mid"], x, groups), groups);
    return convert(m.has("quant_conv") ? linear(m["quant_conv"], x) : x, DType::F32);
}

Tensor encode(const AutoencoderKl& model, const Tensor& image)
{
    const LatentFormat& format = model.config.latent;
    const Tensor mean = slice(encodeMoments(model, image), 0, format.channels);
    return scale(mean, float(format.scale), float(-format.shift * format.scale));
}

namespace {

// Where tiles of `tile` begin along a side of `length`, overlapping by at least `overlap`; the last ends at the end.
std::vector<int64_t> tileStarts(int64_t length, int64_t tile, int64_t overlap)
{
    if (length <= tile)
        return {0};
    std::vector<int64_t> starts;
    for (int64_t start = 0; start + tile < length; start += tile - overlap)
        starts.push_back(start);
    starts.push_back(length - tile);
    return starts;
}

// Runs `work` on square tiles of x (sides in input units) and blends the results, which are `numerator / denominator`
// times as large, weighing each pixel by its distance to the tile's edge, up to the overlap.
Tensor inTiles(const Tensor& x, int64_t tile, int64_t overlap, int64_t numerator, int64_t denominator,
    const std::function<Tensor(const Tensor&)>& work)
{
    const auto scaled = [&](int64_t v) { return v * numerator / denominator; };
    const int64_t images = x.dim(0), height = scaled(x.dim(1)), width = scaled(x.dim(2));
    int64_t channels = 0;
    std::vector<float> sum, weights(size_t(height * width));
    for (int64_t y : tileStarts(x.dim(1), tile, overlap))
        for (int64_t left : tileStarts(x.dim(2), tile, overlap)) {
            const int64_t rows = std::min(tile, x.dim(1)), columns = std::min(tile, x.dim(2));
            const Tensor result = work(crop(x, y, left, rows, columns));
            channels = result.dim(3);
            sum.resize(size_t(images * height * width * channels));
            const std::vector<float> values = toHost(result);
            const int64_t tileHeight = scaled(rows), tileWidth = scaled(columns),
                          ramp = std::max<int64_t>(scaled(overlap), 1);
            const auto weight = [&](int64_t i, int64_t n) {
                return float(std::min({i + 1, n - i, ramp})) / float(ramp);
            };
            for (int64_t n = 0; n < images; ++n)
                for (int64_t i = 0; i < tileHeight; ++i)
                    for (int64_t j = 0; j < tileWidth; ++j) {
                        const float w = weight(i, tileHeight) * weight(j, tileWidth);
                        const int64_t pixel = (scaled(y) + i) * width + scaled(left) + j;
                        if (n == 0)
                            weights[size_t(pixel)] += w;
                        const float* from = &values[size_t(((n * tileHeight + i) * tileWidth + j) * channels)];
                        float* to = &sum[size_t((n * height * width + pixel) * channels)];
                        for (int64_t c = 0; c < channels; ++c)
                            to[c] += w * from[c];
                    }
        }
    for (size_t i = 0; i < sum.size(); ++i)
        sum[i] /= weights[i / size_t(channels) % weights.size()];
    return tensorFrom(x.gpu(), {images, height, width, channels}, sum);
}

}

Tensor decodeTiled(const AutoencoderKl& model, const Tensor& latent, int tile, int overlap)
{
    const int64_t factor = int64_t(1) << model.config.latent.downsamplings;
    return inTiles(latent, tile, overlap, factor, 1, [&](const Tensor& part) { return decode(model, part); });
}

Tensor encodeTiled(const AutoencoderKl& model, const Tensor& image, int tile, int overlap)
{
    const int64_t factor = int64_t(1) << model.config.latent.downsamplings;
    return inTiles(
        image, tile * factor, overlap * factor, 1, factor, [&](const Tensor& part) { return encode(model, part); });
}

AutoencoderKl widened(const AutoencoderKl& model)
{
    AutoencoderKl wide = model;
    wide.precision = DType::F32;
    for (auto& [name, weight] : wide.weights.packed) // as many in each tile
        weight.data = convert(weight.data, DType::F32);
    return wide;
}

uint64_t decodeMemory(const AutoencoderKl& model, int64_t images, int64_t height, int64_t width)
{
    // At full size the widest block holds its input, one normed copy and one result of the second level's channels.
    const Module m(model.weights);
    const int64_t channels = m["decoder.up"][0]["block"][0]["conv1"].weight().inputs;
    const int64_t pixels = images * height * width << (2 * model.config.latent.downsamplings);
    return uint64_t(pixels * channels) * 3 * elementBytes(model.precision);
}

}
