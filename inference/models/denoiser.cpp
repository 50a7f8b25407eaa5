#include "inference/models/denoiser.h"

#include "render/error.h"

#include <cassert>

namespace athanor {

namespace {

template <class Function> auto visited(const Denoiser& net, Function function)
{
    return std::visit(function, static_cast<const Denoiser::variant&>(net));
}

bool takesGuidance(const UNet& net)
{
    return net.config.guidanceWidth != 0;
}

template <class Net> bool takesGuidance(const Net&)
{
    return false;
}

Tensor evaluated(const UNet& net, const Tensor& x, std::span<const float> timesteps, const Conditions& conditions,
    std::span<const Tensor> residuals, double guidance)
{
    return evaluate(net, x, timesteps, conditions, residuals, guidance);
}

template <class Net>
Tensor evaluated(const Net& net, const Tensor& x, std::span<const float> timesteps, const Conditions& conditions,
    std::span<const Tensor> residuals, double)
{
    assert(residuals.empty());
    (void)residuals;
    return evaluate(net, x, timesteps, conditions);
}

}

const Weights& weightsOf(const Denoiser& net)
{
    return *visited(net, [](const auto& one) { return &one.weights; });
}

DType precisionOf(const Denoiser& net)
{
    return visited(net, [](const auto& one) { return one.precision; });
}

DenoiserInputs inputsOf(const Denoiser& net)
{
    return visited(net, [](const auto& one) {
        return DenoiserInputs{
            one.config.contextWidth, one.config.addedWidth, takesGuidance(one), one.config.outputChannels};
    });
}

Tensor evaluate(const Denoiser& net, const Tensor& x, std::span<const float> timesteps, const Conditions& conditions,
    std::span<const Tensor> residuals, double guidance)
{
    return visited(net, [&](const auto& one) { return evaluated(one, x, timesteps, conditions, residuals, guidance); });
}

uint64_t evaluationMemory(const Denoiser& net, int64_t rows, int64_t height, int64_t width)
{
    return visited(net, [&](const auto& one) { return evaluationMemory(one, rows, height, width); });
}

const UNet& requireUNet(const Denoiser& net)
{
    if (const auto* unet = std::get_if<UNet>(&net))
        return *unet;
    throw Error(ErrorKind::BadArgument,
        "the ControlNet steers a UNet, this model has a transformer; ControlNets of its kind are not supported");
}

}
