#include "inference/diffusion/denoise.h"

#include "inference/diffusion/inpaint_input.h"
#include "inference/tensor/channels_last.h"
#include "render/error.h"

#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace athanor {

namespace {

// What the network is given of its terms' rows at every step.
struct RowInputs {
    Conditions conditions;
    Tensor extra; // channels behind the latent's; none for networks that take nothing more
};

// What is the same for all evaluations of a walk.
struct Evaluator {
    Gpu& gpu;
    Denoising what;
    std::span<const GuidanceTerm> terms;
    ControlRun controls;
    std::map<std::pair<int64_t, int64_t>, RowInputs> inputs = {}; // by the first row and how many: of all terms' images
    bool isShort = false; // memory did not hold a batch

    int64_t images() const { return what.size.images; }
};

// Of rows of the same number of tokens. Uploaded once, as long as memory has room for what is not in use.
RowInputs inputsOf(Evaluator& e, int64_t first, int64_t rows)
{
    if (const auto kept = e.inputs.find({first, rows}); kept != e.inputs.end())
        return kept->second;
    const auto& extraInputs = e.what.extraInputs;
    std::vector<float> states, added, extra;
    for (int64_t row = first; row < first + rows; ++row) {
        const GuidanceTerm& term = e.terms[size_t(row / e.images())];
        states.insert(states.end(), term.states.begin(), term.states.end());
        added.insert(added.end(), term.added.begin(), term.added.end());
        if (extraInputs.empty())
            continue;
        const std::vector<float> channels = extraChannels(extraInputs, *term.inpaint, row % e.images());
        extra.insert(extra.end(), channels.begin(), channels.end());
    }
    const LatentSize& size = e.what.size;
    const int64_t width = inputsOf(e.what.net).contextWidth, more = channelsOf(extraInputs, int(size.channels));
    RowInputs inputs{tensorFrom(e.gpu, {rows, int64_t(states.size()) / rows / width, width}, states), {}};
    if (!added.empty())
        inputs.conditions.added = tensorFrom(e.gpu, {rows, int64_t(added.size()) / rows}, added);
    if (more)
        inputs.extra = tensorFrom(e.gpu, {rows, size.height, size.width, more}, extra);
    if (!e.isShort)
        e.inputs.emplace(std::pair(first, rows), inputs);
    return inputs;
}

// Rows of latents, N H W C, as one batch, the first of which is the terms' row `first`; halves as often as memory asks.
std::vector<float> evaluateRows(
    Evaluator& e, std::span<const float> x, float timestep, int64_t first, std::span<const ActiveControl> controls)
{
    const LatentSize& size = e.what.size;
    const int64_t rowSize = size.height * size.width * size.channels, rows = int64_t(x.size()) / rowSize;
    try {
        const Tensor latents = tensorFrom(e.gpu, {rows, size.height, size.width, size.channels}, x);
        const auto [conditions, extra] = inputsOf(e, first, rows);
        const std::vector<float> timesteps(size_t(rows), timestep);
        std::vector<int32_t> pictures;
        for (int64_t row = first; row < first + rows; ++row)
            pictures.push_back(int32_t(row % e.images()));
        const std::vector<Tensor> residuals = e.controls.residuals(controls, latents, timesteps, conditions, pictures);
        const Tensor input = extra ? concat(latents, extra) : latents;
        return toHost(evaluate(e.what.net, input, timesteps, conditions, residuals, e.what.cfg - 1));
    } catch (const Error& error) {
        if (error.kind != ErrorKind::OutOfMemory || rows == 1)
            throw;
        e.isShort = true;
        e.inputs.clear();
    }
    const int64_t half = rows / 2;
    const auto middle = size_t(half * rowSize);
    std::vector<float> result = evaluateRows(e, x.first(middle), timestep, first, controls);
    const std::vector<float> rest = evaluateRows(e, x.subspan(middle), timestep, first + half, controls);
    result.insert(result.end(), rest.begin(), rest.end());
    return result;
}

// The network's output for each term. x: the batch's latents, N H W C.
std::vector<Array> evaluateTerms(Evaluator& e, const std::vector<float>& x, const StepAt& at)
{
    const auto timestep = float(timestepAt(e.what.noise, at.sigma));
    std::vector<std::vector<ActiveControl>> active;
    for (const GuidanceTerm& term : e.terms)
        active.push_back(activeControls(term.controls, at));
    std::vector<Array> outputs;
    for (size_t first = 0, end; first < e.terms.size(); first = end) {
        std::vector<float> rows;
        for (end = first; end < e.terms.size() && active[end] == active[first]
             && e.terms[end].states.size() == e.terms[first].states.size();
             ++end)
            rows.insert(rows.end(), x.begin(), x.end());
        const std::vector<float> output = evaluateRows(e, rows, timestep, int64_t(first) * e.images(), active[first]);
        const size_t count = e.what.size.count();
        for (size_t i = 0; i < output.size(); i += count)
            outputs.push_back(toNchw(std::span(output).subspan(i, count), e.images(), e.what.size.channels));
    }
    return outputs;
}

}

Tensor latentTensor(Gpu& gpu, std::span<const float> latents, const LatentSize& s)
{
    return tensorFrom(gpu, {s.images, s.height, s.width, s.channels}, toNhwc(latents, s.images, s.channels));
}

Denoise guidedDenoise(Gpu& gpu, const Denoising& what, std::span<const GuidanceTerm> terms)
{
    std::vector<double> weights;
    for (const GuidanceTerm& term : terms)
        weights.push_back(term.weight);
    const auto evaluator = std::make_shared<Evaluator>(
        Evaluator{gpu, what, terms, ControlRun(gpu, what.net, what.size.height, what.size.width)});
    return [evaluator, weights](const Array& x, const StepAt& at) {
        const Denoising& what = evaluator->what;
        const std::vector<float> input =
            toNhwc(networkInput(what.prediction, x, at.sigma), what.size.images, what.size.channels);
        return denoisedFrom(what.prediction, weighted(evaluateTerms(*evaluator, input, at), weights), x, at.sigma);
    };
}

}
