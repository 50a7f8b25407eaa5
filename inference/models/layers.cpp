#include "inference/models/layers.h"

#include <cmath>

namespace athanor {

Tensor linear(const Module& m, const Tensor& x, Epilogue epilogue)
{
    epilogue.bias = m.bias();
    return linear(m.weight(), x, epilogue);
}

Tensor conv2d(const Module& m, const Tensor& x, const ConvOptions& options, Epilogue epilogue)
{
    epilogue.bias = m.bias();
    return conv2d(m.weight(), x, options, epilogue);
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
