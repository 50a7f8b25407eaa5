#include "inference/diffusion/denoise.h"

#include "inference/tensor/channels_last.h"
#include "render/error.h"

#include <memory>

namespace athanor {

namespace {

// What is the same for all evaluations of a walk.
struct Evaluator {
    Gpu& gpu;
    const UNet& unet;
    LatentSize size;
    const NoiseModel& noise;
    double guidance; // for networks that take it as an input
    ControlRun controls;
};

// Rows of latents with their states, as one batch; halves as often as memory asks. pictures: of the batch, one a row.
std::vector<float> evaluateRows(Evaluator& e, std::span<const float> x, float timestep, std::span<const float> context,
    std::span<const int32_t> pictures, std::span<const ActiveControl> controls)
{
    const auto rows = int64_t(pictures.size());
    const int64_t rowSize = int64_t(x.size()) / rows, contextSize = int64_t(context.size()) / rows;
    const int64_t width = e.unet.config.contextWidth;
    try {
        const Tensor input = tensorFrom(e.gpu, {rows, e.size.height, e.size.width, e.size.channels}, x);
        const Tensor text = tensorFrom(e.gpu, {rows, contextSize / width, width}, context);
        const std::vector<float> timesteps(size_t(rows), timestep);
        const std::vector<Tensor> residuals = e.controls.residuals(controls, input, timesteps, text, pictures);
        return toHost(evaluate(e.unet, input, timesteps, text, residuals, e.guidance));
    } catch (const Error& error) {
        if (error.kind != ErrorKind::OutOfMemory || rows == 1)
            throw;
    }
    const int64_t half = rows / 2;
    const auto atRow = [&](int64_t row, int64_t size) { return size_t(row * size); };
    std::vector<float> result = evaluateRows(e, x.first(atRow(half, rowSize)), timestep,
        context.first(atRow(half, contextSize)), pictures.first(size_t(half)), controls);
    const std::vector<float> rest = evaluateRows(e, x.subspan(atRow(half, rowSize)), timestep,
        context.subspan(atRow(half, contextSize)), pictures.subspan(size_t(half)), controls);
    result.insert(result.end(), rest.begin(), rest.end());
    return result;
}

// All branches, as one batch where the same controls steer them. x: one branch's latents, N H W C.
std::vector<float> evaluateBranches(Evaluator& e, const Conditioning& text, const std::vector<float>& x, double sigma)
{
    const auto timestep = float(timestepAt(e.noise, sigma));
    std::vector<std::vector<ActiveControl>> active(size_t(text.branches));
    for (size_t i = 0; i < text.controls.size(); ++i)
        active[i] = e.controls.active(text.controls[i], sigma);
    const bool alike = active.front() == active.back();
    const int64_t together = alike ? text.branches : 1;
    std::vector<float> rows, output;
    std::vector<int32_t> pictures;
    for (int64_t i = 0; i < together; ++i) {
        rows.insert(rows.end(), x.begin(), x.end());
        for (int64_t image = 0; image < e.size.images; ++image)
            pictures.push_back(int32_t(image));
    }
    const std::span<const float> states = text.states;
    const size_t statesSize = states.size() / size_t(text.branches) * size_t(together);
    for (size_t first = 0; first < size_t(text.branches); first += size_t(together)) {
        const std::vector<float> part = evaluateRows(e, rows, timestep,
            states.subspan(first / size_t(together) * statesSize, statesSize), pictures, active[first]);
        output.insert(output.end(), part.begin(), part.end());
    }
    return output;
}

}

Tensor latentTensor(Gpu& gpu, std::span<const float> latents, const LatentSize& s)
{
    return tensorFrom(gpu, {s.images, s.height, s.width, s.channels}, toNhwc(latents, s.images, s.channels));
}

Denoise guidedDenoise(Gpu& gpu, const UNet& unet, Prediction prediction, const Conditioning& text, double cfg,
    const LatentSize& s, std::vector<double> sigmas, const NoiseModel* noise)
{
    const auto evaluator = std::make_shared<Evaluator>(Evaluator{gpu, unet, s, noise ? *noise : stableDiffusionNoise(),
        cfg - 1, ControlRun(gpu, unet, std::move(sigmas), s.height, s.width)});
    return [evaluator, prediction, &text, cfg, s](const Array& x, double sigma) {
        const std::vector<float> input = toNhwc(networkInput(x, sigma), s.images, s.channels);
        const std::vector<float> output = evaluateBranches(*evaluator, text, input, sigma);
        const auto branch = [&](int index) {
            return toNchw(std::span(output).subspan(size_t(index) * s.count(), s.count()), s.images, s.channels);
        };
        return denoisedFrom(prediction, text.branches == 1 ? branch(0) : guided(branch(0), branch(1), cfg), x, sigma);
    };
}

}
