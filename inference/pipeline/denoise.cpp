#include "inference/pipeline/denoise.h"

#include "inference/tensor/channels_last.h"
#include "render/error.h"

namespace athanor {

namespace {

// Both branches of guidance, or the one, as one batch; halves as often as memory asks.
std::vector<float> evaluateRows(Gpu& gpu, const UNet& unet, const std::vector<float>& x, const LatentSize& s,
    float timestep, const std::vector<float>& context, int64_t rows)
{
    const int64_t rowSize = int64_t(x.size()) / rows, contextSize = int64_t(context.size()) / rows;
    const int64_t width = unet.config.contextWidth;
    try {
        const Tensor input = tensorFrom(gpu, {rows, s.height, s.width, s.channels}, x);
        const Tensor text = tensorFrom(gpu, {rows, contextSize / width, width}, context);
        const std::vector<float> timesteps(size_t(rows), timestep);
        return toHost(evaluate(unet, input, timesteps, text));
    } catch (const Error& error) {
        if (error.kind != ErrorKind::OutOfMemory || rows == 1)
            throw;
    }
    const int64_t half = rows / 2;
    const auto part = [](const std::vector<float>& v, int64_t from, int64_t to) {
        return std::vector<float>(v.begin() + from, v.begin() + to);
    };
    std::vector<float> result =
        evaluateRows(gpu, unet, part(x, 0, half * rowSize), s, timestep, part(context, 0, half * contextSize), half);
    const std::vector<float> rest = evaluateRows(gpu, unet, part(x, half * rowSize, rows * rowSize), s, timestep,
        part(context, half * contextSize, rows * contextSize), rows - half);
    result.insert(result.end(), rest.begin(), rest.end());
    return result;
}

}

Tensor latentTensor(Gpu& gpu, std::span<const float> latents, const LatentSize& s)
{
    return tensorFrom(gpu, {s.images, s.height, s.width, s.channels}, toNhwc(latents, s.images, s.channels));
}

Denoise guidedDenoise(
    Gpu& gpu, const UNet& unet, Prediction prediction, const Conditioning& text, double cfg, const LatentSize& s)
{
    return [&gpu, &unet, prediction, &text, cfg, s](const Array& x, double sigma) {
        const std::vector<float> input = toNhwc(networkInput(x, sigma), s.images, s.channels);
        std::vector<float> rows;
        for (int i = 0; i < text.branches; ++i)
            rows.insert(rows.end(), input.begin(), input.end());
        const float timestep = float(timestepAt(stableDiffusionNoise(), sigma));
        const std::vector<float> output =
            evaluateRows(gpu, unet, rows, s, timestep, text.states, text.branches * s.images);
        const auto branch = [&](int index) {
            return toNchw(std::span(output).subspan(size_t(index) * s.count(), s.count()), s.images, s.channels);
        };
        return denoisedFrom(prediction, text.branches == 1 ? branch(0) : guided(branch(0), branch(1), cfg), x, sigma);
    };
}

}
