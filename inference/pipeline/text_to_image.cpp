#include "inference/pipeline/text_to_image.h"

#include "inference/pipeline/conditioning.h"
#include "inference/sampling/names.h"
#include "inference/tensor/channels_last.h"
#include "render/error.h"
#include <algorithm>
#include <cmath>

namespace athanor {

namespace {

// Sets the run's stop token and, however the run ends, leaves nothing recorded behind.
struct RunScope {
    RunScope(Commands& runCommands, const std::stop_token& stop)
        : commands(runCommands)
    {
        commands.setStopToken(stop);
    }
    ~RunScope()
    {
        commands.discard();
        commands.setStopToken({});
    }
    Commands& commands;
};

void requireRange(const char* name, double value, double low, double high)
{
    if (!(value >= low && value <= high))
        throw Error(ErrorKind::BadArgument,
            std::string(name) + " is " + numberText(value) + ", expected " + numberText(low) + " to "
                + numberText(high));
}

void check(const TextToImage& r)
{
    requireRange("width", r.width, 64, 8192);
    requireRange("height", r.height, 64, 8192);
    if (r.width % 8 || r.height % 8)
        throw Error(ErrorKind::BadArgument,
            "the size " + std::to_string(r.width) + "×" + std::to_string(r.height) + " is not a multiple of 8 pixels");
    requireRange("steps", r.steps, 1, maxSteps);
    requireRange("batch", r.batch, 1, 64);
    requireRange("strength", r.strength, 0, 1);
    checkCfg(r.cfg);
    if (r.init && (r.init->width != r.width || r.init->height != r.height))
        throw Error(ErrorKind::BadArgument,
            "the start image is " + std::to_string(r.init->width) + "×" + std::to_string(r.init->height)
                + ", the picture " + std::to_string(r.width) + "×" + std::to_string(r.height)
                + "; both must be the same");
}

RgbImage toImage(const std::vector<float>& rgb, int width, int height, float low)
{
    RgbImage image{width, height, std::vector<uint8_t>(rgb.size())};
    const float factor = 255 / (1 - low);
    for (size_t i = 0; i < rgb.size(); ++i)
        image.pixels[i] = uint8_t(std::lround(std::clamp((rgb[i] - low) * factor, 0.f, 255.f)));
    return image;
}

// What weights leave of the device's memory.
uint64_t freeMemory(Gpu& gpu)
{
    const uint64_t used = gpu.memory().statistics(MemoryUse::Weights).allocatedBytes;
    return gpu.info().memoryBytes - std::min(used, gpu.info().memoryBytes);
}

// A batch that is too large is cut into pieces later; one picture that is too large is refused before anything runs.
void requireMemory(Gpu& gpu, const StableDiffusion& model, const Conditioning& text, const LatentSize& s)
{
    const uint64_t need = evaluationMemory(model.unet, text.branches, s.height, s.width), left = freeMemory(gpu);
    if (need > left)
        throw Error(ErrorKind::OutOfMemory,
            "a picture of this size needs about " + std::to_string(need >> 20) + " MiB on " + gpu.info().name
                + ", which has " + std::to_string(left >> 20) + " MiB left; choose a smaller size or fp16 precision");
}

// Whether the plain way fits into what the device has left.
bool wantTiles(const StableDiffusion& model, Gpu& gpu, Tiling tiling, const LatentSize& s)
{
    if (tiling != Tiling::Auto)
        return tiling == Tiling::On;
    return decodeMemory(model.vae, 1, s.height, s.width) > freeMemory(gpu);
}

// `plain`, or `tiled(tile)` with ever smaller tiles when memory asks and the user allows.
template <class Plain, class Tiled>
Tensor withTiles(const StableDiffusion& model, Gpu& gpu, Tiling tiling, const LatentSize& s, Plain plain, Tiled tiled)
{
    const bool tiles = wantTiles(model, gpu, tiling, s);
    for (int tile : {0, 64, 32, 16}) {
        if (tile == 0 && tiles)
            continue;
        try {
            return tile == 0 ? plain() : tiled(tile);
        } catch (const Error& error) {
            if (error.kind != ErrorKind::OutOfMemory || tiling == Tiling::Off || tile == 16)
                throw;
        }
    }
    return {};
}

RgbImage decodeImage(const StableDiffusion& model, Gpu& gpu, const Array& latent, const LatentSize& s, Tiling tiling)
{
    const Tensor z = latentTensor(gpu, latent, s);
    const Tensor image = withTiles(
        model, gpu, tiling, s, [&] { return decode(model.vae, z); },
        [&](int tile) { return decodeTiled(model.vae, z, tile, tile / 4); });
    const std::vector<float> rgb = toHost(image);
    if (!std::all_of(rgb.begin(), rgb.end(), [](float v) { return std::isfinite(v); }))
        throw Error(ErrorKind::BadFile,
            "the VAE returned values that are not numbers; its weights are damaged or need fp32 precision");
    return toImage(rgb, int(image.dim(2)), int(image.dim(1)), -1);
}

// The latents of the start image, one copy for each of the batch.
Array encodeImage(const StableDiffusion& model, Gpu& gpu, const RgbImage& image, const LatentSize& s, Tiling tiling)
{
    std::vector<float> pixels(image.pixels.size());
    std::transform(image.pixels.begin(), image.pixels.end(), pixels.begin(), [](uint8_t v) { return v / 127.5f - 1; });
    const Tensor x = tensorFrom(gpu, {1, image.height, image.width, 3}, pixels);
    const Tensor z = withTiles(
        model, gpu, tiling, s, [&] { return encode(model.vae, x); },
        [&](int tile) { return encodeTiled(model.vae, x, tile, tile / 4); });
    const Array one = toNchw(toHost(z), 1, s.channels);
    Array all;
    for (int64_t i = 0; i < s.images; ++i)
        all.insert(all.end(), one.begin(), one.end());
    return all;
}

// Runs one stage with the run's stop token set.
template <class Stage> auto inScope(const StableDiffusion& model, const RunHooks& hooks, Stage stage)
{
    Gpu& gpu = model.unet.weights.packed.begin()->second.data.gpu();
    const RunScope scope(gpu.commands(), hooks.stop);
    return stage(gpu);
}

void report(const RunHooks& hooks, const RunProgress& progress)
{
    if (hooks.onProgress)
        hooks.onProgress(progress);
}

LatentSize latentSize(const StableDiffusion& model, const TextToImage& request)
{
    const int shift = model.vae.config.downsamplings;
    return {request.batch, model.vae.config.latentChannels, request.height >> shift, request.width >> shift};
}

Array sampleOn(Gpu& gpu, const StableDiffusion& model, const TextToImage& request, const RunHooks& hooks)
{
    const Sampler& sampler = findSampler(request.sampler);
    const Schedule& schedule = findSchedule(request.schedule);
    report(hooks, {Phase::Encoding});
    const Conditioning text = encodePrompts(model, request, hooks.onWarning);

    const LatentSize size = latentSize(model, request);
    requireMemory(gpu, model, text, size);
    std::vector<double> sigmas = makeSigmas(schedule, stableDiffusionNoise(), request.steps);
    std::vector<NoiseSource> sources = batchNoise(request.noise, request.seed, size_t(request.batch));
    const Array noise = draw(sources, size.count());
    Array x;
    if (request.init) {
        sigmas = strengthTail(sigmas, request.strength);
        x = noisedLatent(encodeImage(model, gpu, *request.init, size, request.tiling), noise, sigmas.front());
    } else {
        x = noiseOnly(noise, sigmas.front());
    }

    const int steps = int(sigmas.size()) - 1;
    report(hooks, {Phase::Sampling, 0, steps});
    const auto onStep = [&](const SamplingStep& step) {
        report(hooks, {Phase::Sampling, step.index + 1, step.count, [&] {
                           const Array first(
                               step.denoised.begin(), step.denoised.begin() + int64_t(size.count()) / size.images);
                           const LatentSize one{1, size.channels, size.height, size.width};
                           return toImage(toHost(latentToRgb(latentTensor(gpu, first, one))), int(size.width),
                               int(size.height), 0);
                       }});
    };
    return sample(sampler, stableDiffusionNoise(), sigmas, x,
        guidedDenoise(gpu, model.unet, model.prediction, text, request.cfg, size), sources, {request.eta, onStep});
}

}

Array sampleLatents(const StableDiffusion& model, const TextToImage& request, const RunHooks& hooks)
{
    check(request);
    return inScope(model, hooks, [&](Gpu& gpu) { return sampleOn(gpu, model, request, hooks); });
}

std::vector<RgbImage> run(const StableDiffusion& model, const TextToImage& request, const RunHooks& hooks)
{
    const Array latents = sampleLatents(model, request, hooks);
    return inScope(model, hooks, [&](Gpu& gpu) {
        const LatentSize all = latentSize(model, request), one{1, all.channels, all.height, all.width};
        std::vector<RgbImage> images;
        for (int i = 0; i < request.batch; ++i) {
            report(hooks, {Phase::Decoding, i, request.batch});
            const auto begin = latents.begin() + i * int64_t(one.count());
            images.push_back(decodeImage(model, gpu, {begin, begin + int64_t(one.count())}, one, request.tiling));
        }
        return images;
    });
}

}
