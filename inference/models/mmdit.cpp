#include "inference/models/mmdit.h"

#include "inference/models/layers.h"
#include "render/error.h"

#include <cassert>
#include <optional>
#include <string>

namespace athanor {

namespace {

constexpr float tokenEpsilon = 1e-6f;
constexpr int timestepWidth = 256;

// A multi-layer perceptron on the timestep or the pooled prompt.
Tensor embedded(const Module& m, const Tensor& x)
{
    return linear(m["mlp.2"], linear(m["mlp.0"], x, {.activation = Activation::Silu}));
}

// With the first of its rows or columns behind the last, so that `patch` divides both sides. x: N H W C.
Tensor wholePatches(Tensor x, int64_t patch)
{
    const auto missing = [&](int64_t side) { return (patch - side % patch) % patch; };
    const int64_t images = x.dim(0), channels = x.dim(3);
    if (const int64_t more = missing(x.dim(1))) {
        const Tensor lines = x.reshaped({images, x.dim(1), x.dim(2) * channels});
        x = concatRows(lines, rows(lines, 0, more)).reshaped({images, x.dim(1) + more, x.dim(2), channels});
    }
    if (const int64_t more = missing(x.dim(2))) {
        const Tensor lines = x.reshaped({images * x.dim(1), x.dim(2), channels});
        x = concatRows(lines, rows(lines, 0, more)).reshaped({images, x.dim(1), x.dim(2) + more, channels});
    }
    return x;
}

// Rows of the table for a picture of so many tokens, which lies in its middle.
std::vector<int32_t> positionRows(int64_t positions, int64_t height, int64_t width)
{
    if (height > positions || width > positions)
        throw Error(ErrorKind::BadArgument,
            "a picture of " + std::to_string(width) + " × " + std::to_string(height)
                + " tokens is larger than the transformer's table of positions, which has " + std::to_string(positions)
                + " a side; choose a smaller size");
    const int64_t top = (positions - height) / 2, left = (positions - width) / 2;
    std::vector<int32_t> ids;
    for (int64_t y = 0; y < height; ++y)
        for (int64_t x = 0; x < width; ++x)
            ids.push_back(int32_t((top + y) * positions + left + x));
    return ids;
}

// N (h · w) D, from N H W C.
Tensor embedPatches(const MmDit& model, const Module& m, const Tensor& x)
{
    const int patch = model.config.patch;
    const Tensor tokens = conv2d(m["x_embedder.proj"], x, ConvOptions{.stride = patch, .padBefore = 0, .padAfter = 0});
    const int64_t height = tokens.dim(1), width = tokens.dim(2), channels = tokens.dim(3);
    const Tensor places =
        gather(m.tensor("pos_embed"), positionRows(model.config.positions, height, width), model.precision);
    return tokens.reshaped({x.dim(0), height * width, channels}) + places;
}

// What a block makes of the timestep and the pooled prompt: shifts, scales and gates, N D each.
class Modulation {
public:
    Modulation(const Module& m, const Tensor& c, int64_t width)
        : m_all(convert(linear(m["adaLN_modulation.1"], c), DType::F32))
        , m_width(width)
    {
    }

    Tensor operator[](int64_t index) const { return slice(m_all, index * m_width, m_width); }

private:
    Tensor m_all;
    int64_t m_width;
};

// Places in a Modulation.
enum Place : uint8_t {
    AttentionShift,
    AttentionScale,
    AttentionGate,
    MlpShift,
    MlpScale,
    MlpGate,
    SecondShift,
    SecondScale,
    SecondGate
};

struct Heads {
    Tensor q, k, v; // N L D
};

// Each head's RMS to 1, where the layer has weights for it.
Tensor normedHeads(const Module& m, const char* name, const Tensor& x, int heads)
{
    if (!m.has(name))
        return x;
    const int64_t size = x.dim(2) / heads;
    return rmsNorm(x.reshaped({x.dim(0) * x.dim(1) * heads, size}), m[name].tensor("weight"), tokenEpsilon)
        .reshaped(x.shape);
}

Heads headsOf(const Module& m, const Tensor& x, int heads)
{
    return {normedHeads(m, "ln_q", linear(m["q"], x), heads), normedHeads(m, "ln_k", linear(m["k"], x), heads),
        linear(m["v"], x)};
}

Tensor withMlp(const Module& m, const Tensor& x, const Modulation& modulation)
{
    const Tensor normed = modulatedNorm(x, modulation[MlpScale], modulation[MlpShift], tokenEpsilon);
    const Tensor inner = linear(m["mlp.fc1"], normed, {.activation = Activation::GeluTanh});
    return addGated(x, linear(m["mlp.fc2"], inner), modulation[MlpGate]);
}

struct Streams {
    Tensor text, picture; // N L D
};

// Shifted and scaled by two layers of their own, as what is last of a stream is. c: N D, activated.
Tensor lastNorm(const Module& m, const Tensor& x, const Tensor& c)
{
    const auto part = [&](const char* name) { return convert(linear(m[name], c), DType::F32); };
    return modulatedNorm(x, part("scale"), part("shift"), tokenEpsilon);
}

// The last block gives no text.
Streams jointBlock(const Module& m, const Streams& in, const Tensor& c, const MmDitConfig& config, bool isLast)
{
    const Module text = m["context_block"], picture = m["x_block"];
    const Modulation pictureModulation(picture, c, config.width);
    std::optional<Modulation> textModulation;
    if (!isLast)
        textModulation.emplace(text, c, config.width);
    const Tensor pictureNormed =
        modulatedNorm(in.picture, pictureModulation[AttentionScale], pictureModulation[AttentionShift], tokenEpsilon);
    const Tensor textNormed = isLast
        ? lastNorm(text["adaLN_modulation.1"], in.text, c)
        : modulatedNorm(in.text, (*textModulation)[AttentionScale], (*textModulation)[AttentionShift], tokenEpsilon);

    const Heads ofText = headsOf(text["attn"], textNormed, config.heads),
                ofPicture = headsOf(picture["attn"], pictureNormed, config.heads);
    const Tensor mixed = attention(concatRows(ofText.q, ofPicture.q), concatRows(ofText.k, ofPicture.k),
        concatRows(ofText.v, ofPicture.v), config.heads);
    const int64_t textTokens = in.text.dim(1), pictureTokens = in.picture.dim(1);

    Streams out;
    out.picture = addGated(in.picture, linear(picture["attn.proj"], rows(mixed, textTokens, pictureTokens)),
        pictureModulation[AttentionGate]);
    if (picture.has("attn2")) {
        const Tensor normed =
            modulatedNorm(in.picture, pictureModulation[SecondScale], pictureModulation[SecondShift], tokenEpsilon);
        const Heads own = headsOf(picture["attn2"], normed, config.heads);
        const Tensor result = linear(picture["attn2.proj"], attention(own.q, own.k, own.v, config.heads));
        out.picture = addGated(out.picture, result, pictureModulation[SecondGate]);
    }
    out.picture = withMlp(picture, out.picture, pictureModulation);
    if (!isLast) {
        out.text =
            addGated(in.text, linear(text["attn.proj"], rows(mixed, 0, textTokens)), (*textModulation)[AttentionGate]);
        out.text = withMlp(text, out.text, *textModulation);
    }
    return out;
}

}

Tensor evaluate(const MmDit& model, const Tensor& x, std::span<const float> timesteps, const Conditions& conditions)
{
    const MmDitConfig& config = model.config;
    assert(x.shape.size() == 4 && int64_t(timesteps.size()) == x.dim(0) && conditions.text.dim(0) == x.dim(0));
    assert(conditions.added && conditions.added.dim(1) == config.addedWidth);
    const Module m(model.weights);
    const Tensor whole = wholePatches(convert(x, model.precision), config.patch);
    const int64_t height = whole.dim(1) / config.patch, width = whole.dim(2) / config.patch;

    const Tensor waves = tensorFrom(x.gpu(), {x.dim(0), timestepWidth}, timestepEmbedding(timesteps, timestepWidth));
    const Tensor steps = embedded(m["t_embedder"], convert(waves, model.precision));
    const Tensor prompt = embedded(m["y_embedder"], convert(conditions.added, model.precision));
    const Tensor c = silu(steps + prompt);

    Streams streams{
        linear(m["context_embedder"], convert(conditions.text, model.precision)), embedPatches(model, m, whole)};
    for (int i = 0; i < config.depth; ++i)
        streams = jointBlock(m["joint_blocks"][i], streams, c, config, i + 1 == config.depth);

    const Module last = m["final_layer"];
    const Tensor patches = linear(last["linear"], lastNorm(last["adaLN_modulation.1"], streams.picture, c));
    const Tensor pixels = fromPatches(patches.reshaped({x.dim(0), height, width, patches.dim(2)}), config.patch);
    return convert(crop(pixels, 0, 0, x.dim(1), x.dim(2)), DType::F32);
}

uint64_t evaluationMemory(const MmDit& model, int64_t rows, int64_t height, int64_t width)
{
    constexpr int64_t textTokens = 154; // of CLIP and T5, for prompts of usual length
    const int64_t patch = model.config.patch, tokens = ((height + patch - 1) / patch) * ((width + patch - 1) / patch);
    return uint64_t(rows * (tokens + textTokens)) * uint64_t(model.config.width) * elementBytes(model.precision) * 13;
}

}
