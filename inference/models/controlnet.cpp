#include "inference/models/controlnet.h"

#include "inference/models/layers.h"
#include "inference/models/unet_blocks.h"
#include "render/error.h"
#include <cassert>
#include <string>
#include <utility>

namespace athanor {

namespace {

// Channels after an input block, by its last part that changes them; 0: there is no such block.
int64_t channelsAfter(const Weights& weights, int index)
{
    const std::string block = "input_blocks." + std::to_string(index) + ".0.";
    for (const char* name : {"out_layers.3.weight", "op.weight", "weight"})
        if (const auto it = weights.packed.find(block + name); it != weights.packed.end())
            return it->second.outputs;
    return 0;
}

int inputBlocks(const Weights& weights)
{
    int count = 0;
    while (channelsAfter(weights, count))
        ++count;
    return count;
}

// Weights, so not among the activations that a recorder may still be filling.
Tensor sum(const Tensor& weight, std::initializer_list<std::pair<const Tensor*, float>> others)
{
    std::vector<float> values = toHost(weight);
    for (const auto& [other, factor] : others) {
        if (other->shape != weight.shape)
            throw Error(ErrorKind::BadArgument, "the ControlNet's weights are of another shape than the model's UNet");
        const std::vector<float> added = toHost(*other);
        for (size_t i = 0; i < values.size(); ++i)
            values[i] += factor * added[i];
    }
    return tensorFrom(weight.gpu(), weight.shape, values, weight.type, MemoryUse::Weights);
}

// Those of layers that both have.
void addPatches(Weights& weights, const Weights& from, float factor)
{
    for (const auto& [layer, patches] : from.patches)
        if (weights.packed.contains(layer + ".weight"))
            for (Patch patch : patches) {
                patch.scale *= factor;
                weights.patches[layer].push_back(std::move(patch));
            }
}

// The network with the weights of UNets added where it has weights of the same names.
ControlNet plus(const ControlNet& model, const UNet& added, const UNet* taken = nullptr)
{
    requireFit(model, added);
    if (taken)
        requireFit(model, *taken);
    ControlNet whole = model;
    const auto addAll = [&](auto& weights, const auto Weights::*kind, auto dataOf) {
        for (auto& [name, weight] : weights) {
            const auto& all = added.weights.*kind;
            const auto it = all.find(name);
            if (it == all.end())
                continue;
            if (!taken)
                dataOf(weight) = sum(dataOf(weight), {{&dataOf(it->second), 1.f}});
            else if (const auto less = (taken->weights.*kind).find(name); less != (taken->weights.*kind).end())
                dataOf(weight) = sum(dataOf(weight), {{&dataOf(it->second), 1.f}, {&dataOf(less->second), -1.f}});
        }
    };
    // The same shapes are packed in the same order.
    addAll(
        whole.weights.packed, &Weights::packed, [](auto& weight) -> auto& { return weight.data; });
    addAll(
        whole.weights.tensors, &Weights::tensors, [](auto& tensor) -> auto& { return tensor; });
    addPatches(whole.weights, added.weights, 1);
    if (taken)
        addPatches(whole.weights, taken->weights, -1);
    return whole;
}

// Each channel's mean over the picture, in its place everywhere.
Tensor pooled(const Tensor& x)
{
    const int64_t images = x.dim(0), pixels = x.dim(1) * x.dim(2), channels = x.dim(3);
    const std::vector<float> ones(size_t(images * pixels), 1);
    const auto matrix = [&](Shape shape) { return tensorFrom(x.gpu(), std::move(shape), ones, x.type); };
    const Tensor mean =
        matmul(matrix({images, 1, pixels}), x.reshaped({images, pixels, channels}), false, 1 / float(pixels));
    return matmul(matrix({images, pixels, 1}), mean).reshaped(x.shape);
}

// Three channels in the other order.
Tensor reversed(const Tensor& x)
{
    return concat(concat(slice(x, 2, 1), slice(x, 1, 1)), slice(x, 0, 1));
}

std::string widths(const Weights& weights)
{
    std::string text;
    int64_t last = 0;
    for (int i = 0; const int64_t channels = channelsAfter(weights, i); ++i)
        if (channels != std::exchange(last, channels))
            text += (text.empty() ? "" : "/") + std::to_string(channels);
    return text + " channels in " + std::to_string(inputBlocks(weights)) + " blocks";
}

}

Tensor embedHint(const ControlNet& model, const Tensor& hint)
{
    const Module m = Module(model.weights)["input_hint_block"];
    const int convolutions = 2 * (model.config.hintDownsamplings + 1);
    Tensor h = convert(model.config.blueFirst ? reversed(hint) : hint, model.precision);
    for (int i = 0; i < convolutions; ++i) {
        const bool last = i + 1 == convolutions, halves = i > 0 && i % 2 == 0;
        h = conv2d(m[2 * i], h, ConvOptions{.stride = halves ? 2 : 1},
            {.activation = last ? Activation::None : Activation::Silu});
    }
    return h;
}

std::vector<Tensor> evaluate(const ControlNet& model, const Tensor& x, std::span<const float> timesteps,
    const Conditions& conditions, const Tensor& hint)
{
    assert(!model.config.difference && hint.dim(1) == x.dim(1) && hint.dim(2) == x.dim(2));
    assert(hint.dim(0) == 1 || hint.dim(0) == x.dim(0));
    const Module m(model.weights);
    const UNetContext c = unetContext(model.config.encoder, model.weights, model.precision, timesteps, conditions);
    const int blocks = model.config.residuals - 1;

    std::vector<Tensor> residuals;
    Tensor h = convert(x, model.precision);
    for (int i = 0; i < blocks; ++i) {
        h = unetBlock(m["input_blocks"][i], h, c);
        if (i == 0)
            h = h + (hint.dim(0) == 1 ? hint.reshaped({hint.dim(1), hint.dim(2), hint.dim(3)}) : hint);
        residuals.push_back(linear(m["zero_convs"][i][0], h));
    }
    h = unetMiddle(m["middle_block"], h, c);
    residuals.push_back(linear(m["middle_block_out.0"], h));
    if (model.config.globalPool)
        for (Tensor& residual : residuals)
            residual = pooled(residual);
    return residuals;
}

ControlNet onBase(const ControlNet& difference, const UNet& base)
{
    assert(difference.config.difference);
    ControlNet whole = plus(difference, base);
    whole.config.difference = false;
    return whole;
}

ControlNet transferred(const ControlNet& model, const UNet& from, const UNet& to)
{
    assert(!model.config.difference);
    return plus(model, to, &from);
}

void requireFit(const ControlNet& model, const UNet& unet)
{
    const UNetConfig &a = model.config.encoder, &b = unet.config;
    bool fits = a.contextWidth == b.contextWidth && a.addedWidth == b.addedWidth && a.inputChannels == b.outputChannels
        && a.heads == b.heads && a.headChannels == b.headChannels && a.normGroups == b.normGroups
        && inputBlocks(model.weights) == inputBlocks(unet.weights);
    for (int i = 0; fits && i < inputBlocks(unet.weights); ++i)
        fits = channelsAfter(model.weights, i) == channelsAfter(unet.weights, i);
    if (!fits)
        throw Error(ErrorKind::BadArgument,
            "the ControlNet has " + widths(model.weights) + " and reads text states of "
                + std::to_string(a.contextWidth) + " numbers, the model's UNet has " + widths(unet.weights)
                + " and reads " + std::to_string(b.contextWidth) + "; they belong to different kinds of model");
}

uint64_t residualMemory(const ControlNet& model, int64_t rows, int64_t height, int64_t width)
{
    // Stable Diffusion 1.x's thirteen sum up to 5.5 feature maps of the first level.
    return uint64_t(rows * height * width) * uint64_t(model.config.encoder.channels) * elementBytes(model.precision)
        * 6;
}

}
