#include "inference/models/layers.h"

#include <cassert>
#include <cmath>
#include <utility>

namespace athanor {

namespace {

// `sum`, which may be none, and what the layer's patches add. product: of a weight over an input, as the layer's is.
template <class Product> Tensor patchSum(const Module& m, const Tensor& x, Tensor sum, Product product)
{
    for (const Patch& patch : m.patches()) {
        if (patch.isWhole()) {
            sum = product(patch.up, scale(x, patch.scale), {.residual = sum});
            continue;
        }
        const Tensor narrow =
            patch.mid.data ? product(patch.mid, linear(patch.down, x), {}) : product(patch.down, x, Epilogue());
        sum = linear(patch.up, scale(narrow, patch.scale), {.residual = sum});
    }
    return sum;
}

// A layer with its bias and patches: these come before the activation.
template <class Product> Tensor layer(const Module& m, const Tensor& x, Epilogue epilogue, Product product)
{
    epilogue.bias = m.bias();
    if (m.patches().empty())
        return product(m.weight(), x, epilogue);
    assert(epilogue.activation == Activation::None || !epilogue.perImage);
    const Activation activation = std::exchange(epilogue.activation, Activation::None);
    const Tensor last = activation == Activation::None ? Tensor() : std::exchange(epilogue.residual, {});
    epilogue.residual = patchSum(m, x, epilogue.residual, product);
    Tensor y = product(m.weight(), x, epilogue);
    if (activation != Activation::None)
        y = activate(y, activation);
    return last ? y + last : y;
}

}

Tensor linear(const Module& m, const Tensor& x, Epilogue epilogue)
{
    return layer(m, x, std::move(epilogue),
        [](const PackedWeight& weight, const Tensor& in, const Epilogue& end) { return linear(weight, in, end); });
}

Tensor conv2d(const Module& m, const Tensor& x, const ConvOptions& options, Epilogue epilogue)
{
    return layer(m, x, std::move(epilogue), [&](const PackedWeight& weight, const Tensor& in, const Epilogue& end) {
        return conv2d(weight, in, options, end);
    });
}

Tensor conv2d(const Module& m, const Tensor& x, Epilogue epilogue)
{
    if (m.weight().kernelHeight == 1)
        return linear(m, x, std::move(epilogue));
    return conv2d(m, x, ConvOptions{}, std::move(epilogue));
}

Tensor groupNorm(const Module& m, const Tensor& x, int groups, float epsilon, bool silu)
{
    return groupNorm(x, m.tensor("weight"), m.tensor("bias"), groups, epsilon, silu);
}

Tensor groupNorm(const Module& m, const Tensor& x, int groups, float epsilon, Activation activation)
{
    const Tensor normed = groupNorm(m, x, groups, epsilon, activation == Activation::Silu);
    return activation == Activation::Silu || activation == Activation::None ? normed : activate(normed, activation);
}

Tensor layerNorm(const Module& m, const Tensor& x, float epsilon)
{
    return layerNorm(x, m.tensor("weight"), m.tensor("bias"), epsilon);
}

std::vector<float> timestepEmbedding(
    std::span<const float> timesteps, int width, bool cosinesFirst, double frequencyShift)
{
    const int half = width / 2, cosines = cosinesFirst ? 0 : half, sines = half - cosines;
    std::vector<float> values(timesteps.size() * size_t(width));
    for (size_t row = 0; row < timesteps.size(); ++row)
        for (int i = 0; i < half; ++i) {
            const double angle = double(timesteps[row]) * std::exp(-std::log(10000.0) * i / (half - frequencyShift));
            values[row * size_t(width) + size_t(cosines + i)] = float(std::cos(angle));
            values[row * size_t(width) + size_t(sines + i)] = float(std::sin(angle));
        }
    return values;
}

}
