#include "inference/pipeline/text_to_image.h"

#include "inference/pipeline/conditioning.h"
#include "inference/pipeline/device_stage.h"
#include "inference/pipeline/sample_latent.h"
#include "inference/sampling/names.h"
#include "render/error.h"

namespace athanor {

namespace {

void requireSide(const char* name, int side)
{
    if (side < 64 || side > 8192 || side % 8)
        throw Error(ErrorKind::BadArgument,
            std::string(name) + " is " + std::to_string(side) + ", expected a multiple of 8 from 64 to 8192");
}

void check(const TextToImage& r)
{
    requireSide("width", r.width);
    requireSide("height", r.height);
    if (!(r.strength >= 0 && r.strength <= 1))
        throw Error(ErrorKind::BadArgument, "strength is " + numberText(r.strength) + ", expected 0 to 1");
    if (r.init && (r.init->width != r.width || r.init->height != r.height))
        throw Error(ErrorKind::BadArgument,
            "the start image is " + std::to_string(r.init->width) + "×" + std::to_string(r.init->height)
                + ", the picture " + std::to_string(r.width) + "×" + std::to_string(r.height)
                + "; both must be the same");
}

// Shares what outlives it.
template <class T> std::shared_ptr<const T> borrowed(const T& value)
{
    return {std::shared_ptr<void>(), &value};
}

void report(const RunHooks& hooks, const RunProgress& progress)
{
    if (hooks.onProgress)
        hooks.onProgress(progress);
}

NodeHooks nodeHooks(const RunHooks& hooks, Phase phase)
{
    const auto onProgress = [&hooks, phase](const NodeProgress& progress) {
        report(hooks, {phase, progress.done, progress.total, progress.preview});
    };
    return {onProgress, hooks.onWarning, {}, hooks.stop};
}

VaeValue vaeOf(const StableDiffusion& model)
{
    return {borrowed(model.vae), {}};
}

LatentValue startLatent(Gpu& gpu, const StableDiffusion& model, const TextToImage& r, const RunHooks& hooks)
{
    LatentValue latent;
    if (r.init)
        latent = encodeImages(gpu, vaeOf(model), {{*r.init}, {}}, {.when = r.tiling}, {.stop = hooks.stop});
    latent.images = r.batch;
    latent.channels = model.vae.config.latentChannels;
    latent.height = r.height >> model.vae.config.downsamplings;
    latent.width = r.width >> model.vae.config.downsamplings;
    if (r.init) {
        std::vector<float> all;
        for (int i = 0; i < r.batch; ++i)
            all.insert(all.end(), latent.values->begin(), latent.values->end());
        latent.values = std::make_shared<const std::vector<float>>(std::move(all));
    }
    return latent;
}

Gpu& gpuOf(const StableDiffusion& model)
{
    return model.unet.weights.packed.begin()->second.data.gpu();
}

LatentValue sampled(const StableDiffusion& model, const TextToImage& r, const RunHooks& hooks)
{
    check(r);
    Gpu& gpu = gpuOf(model);
    report(hooks, {Phase::Encoding});
    const TextEncoderValue text{borrowed(model.text), borrowed(model.tokenizer), r.clipSkip};
    ConditioningValue positive, negative;
    {
        const DeviceStage stage(gpu, hooks.stop);
        positive = encodePrompt(text, r.prompt, hooks.onWarning);
        if (r.cfg != 1)
            negative = encodePrompt(text, r.negativePrompt, hooks.onWarning);
    }
    const ModelValue unet{borrowed(model.unet), model.prediction, model.nativeSize, model.vae.config.latentChannels,
        model.vae.config.downsamplings, {}, {}};
    SampleOptions options{r.seed, r.noise, r.steps, r.cfg, r.sampler, r.schedule, r.eta};
    if (r.init)
        options.strength = r.strength;
    const LatentValue start = startLatent(gpu, model, r, hooks);
    return sampleLatent(
        gpu, {unet, positive, r.cfg == 1 ? nullptr : &negative, start}, options, nodeHooks(hooks, Phase::Sampling));
}

}

std::vector<float> sampleLatents(const StableDiffusion& model, const TextToImage& request, const RunHooks& hooks)
{
    return *sampled(model, request, hooks).values;
}

std::vector<RgbImage> run(const StableDiffusion& model, const TextToImage& request, const RunHooks& hooks)
{
    const LatentValue latent = sampled(model, request, hooks);
    return decodeLatent(gpuOf(model), vaeOf(model), latent, {.when = request.tiling}, nodeHooks(hooks, Phase::Decoding))
        .images;
}

}
