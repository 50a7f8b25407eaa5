#include "app/generate.h"

#include "app/folders.h"
#include "app/image_store.h"
#include "inference/pipeline/infotext.h"
#include "app/interrupt.h"
#include "app/model_hash.h"
#include "app/progress_bar.h"
#include "inference/sampling/names.h"
#include "inference/sampling/samplers.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

namespace athanor {

namespace {

// "models/dream.safetensors" → "dream"; of a folder its whole name.
std::string modelName(const std::string& path)
{
    std::filesystem::path name = std::filesystem::path(path + '/').lexically_normal().parent_path().filename();
    return std::filesystem::is_directory(path) ? name.string() : name.stem().string();
}

std::string previewPath(const std::string& folder, int step, int steps)
{
    const size_t digits = std::max<size_t>(2, std::to_string(steps).size());
    const std::string number = std::to_string(step);
    return folder + "/step-" + std::string(digits - number.size(), '0') + number + ".png";
}

// Refuses, before anything slow, what could not be written afterwards.
void checkOutputs(const GenerateArguments& arguments)
{
    requireWritable(arguments.out);
    if (arguments.previewFolder.empty())
        return;
    std::error_code error;
    std::filesystem::create_directory(arguments.previewFolder, error);
    requireWritable(previewPath(arguments.previewFolder, 1, arguments.request.steps));
}

// A multiple of 8 from 64 to 8192 at or below the wanted size.
int roundedSide(int wanted, const char* name, ProgressBar& bar)
{
    const int side = std::clamp(wanted / 8 * 8, 64, 8192);
    if (side != wanted)
        bar.note(std::string(name) + ' ' + std::to_string(wanted) + " becomes " + std::to_string(side)
            + ": sides are multiples of 8 from 64 to 8192");
    return side;
}

// The request with its size chosen and its start image, if any, scaled to it.
TextToImage sizedRequest(
    const GenerateArguments& arguments, const std::optional<RgbImage>& init, int nativeSize, ProgressBar& bar)
{
    TextToImage request = arguments.request;
    const bool likeInit = init && !arguments.width && !arguments.height;
    request.width = roundedSide(arguments.width.value_or(likeInit ? init->width : nativeSize), "width", bar);
    request.height = roundedSide(arguments.height.value_or(likeInit ? init->height : nativeSize), "height", bar);
    if (init)
        request.init = scaled(*init, request.width, request.height);
    return request;
}

Infotext infotextOf(const TextToImage& request, int image, const GenerateArguments& arguments, const std::string& hash)
{
    Infotext info{request.prompt, request.negativePrompt, {}};
    const auto add = [&](const char* name, std::string value) { info.fields.emplace_back(name, std::move(value)); };
    add("Steps", std::to_string(request.steps));
    add("Sampler", std::string(findSampler(request.sampler).title));
    add("Schedule type", std::string(findSchedule(request.schedule).title));
    add("CFG scale", numberText(request.cfg));
    add("Seed", std::to_string(request.seed + uint64_t(image)));
    add("Size", std::to_string(request.width) + 'x' + std::to_string(request.height));
    add("Model hash", hash);
    add("Model", modelName(arguments.model));
    if (!arguments.vae.empty())
        add("VAE", modelName(arguments.vae));
    if (request.init)
        add("Denoising strength", numberText(request.strength));
    if (request.clipSkip != 1)
        add("Clip skip", std::to_string(request.clipSkip));
    if (request.eta)
        add("Eta", numberText(*request.eta));
    add("RNG", request.noise == NoiseKind::Philox ? "NV" : "CPU");
    add("Version", "Athanor " ATHANOR_VERSION);
    return info;
}

StableDiffusion load(Gpu& gpu, const GenerateArguments& arguments, std::stop_token stop, ProgressBar& bar)
{
    const bool halves = gpu.info().features.storage16;
    if (arguments.precision == DType::F16 && !halves)
        throw Error(ErrorKind::Device, gpu.info().name + " cannot store 16-bit floats; use --precision fp32");
    LoadOptions options;
    options.precision = arguments.precision.value_or(halves ? DType::F16 : DType::F32);
    options.vaePath = arguments.vae;
    options.onProgress = [&](double share) { bar.show("loading", share); };
    options.stop = stop;
    StableDiffusion model = loadStableDiffusion(gpu, arguments.model, options);
    for (const std::string& warning : model.warnings)
        bar.note(warning);
    return model;
}

RunHooks runHooks(const GenerateArguments& arguments, Interrupt& interrupt, ProgressBar& bar)
{
    RunHooks hooks;
    hooks.stop = interrupt.token();
    hooks.onWarning = [&](const std::string& warning) { bar.note(warning); };
    hooks.onProgress = [&](const RunProgress& progress) {
        if (progress.phase == Phase::Encoding)
            bar.show("encoding the prompt");
        if (progress.phase == Phase::Decoding)
            bar.show("decoding");
        if (progress.phase != Phase::Sampling)
            return;
        bar.showSteps("sampling", progress.step, progress.steps);
        if (progress.step > 0 && !arguments.previewFolder.empty()) {
            const RgbImage picture = progress.preview();
            const auto writing = interrupt.writing();
            writePng(previewPath(arguments.previewFolder, progress.step, progress.steps), picture);
        }
    };
    return hooks;
}

}

void generate(const GenerateArguments& arguments)
{
    Interrupt interrupt; // before the driver starts its threads
    ProgressBar bar;
    checkOutputs(arguments);
    const ModelFiles files = openModel(arguments.model);
    requireStableDiffusion1(files.family, files.path);
    std::optional<RgbImage> init;
    if (!arguments.initPath.empty())
        init = readImage(arguments.initPath);

    bar.show("starting");
    Gpu gpu({.device = arguments.device, .cacheFolder = cacheFolder()});
    if (gpu.info().type == "CPU")
        bar.note(
            "running on the CPU, because " + gpu.info().name + " is a software device; a graphics card is far faster");
    StableDiffusion model = load(gpu, arguments, interrupt.token(), bar);
    const TextToImage request = sizedRequest(arguments, init, model.nativeSize, bar);
    bar.show("hashing the model");
    const std::string hash = modelHash(files, cacheFolder(), interrupt.token());

    const std::vector<RgbImage> pictures = run(model, request, runHooks(arguments, interrupt, bar));

    bar.show("saving");
    for (int i = 0; i < int(pictures.size()); ++i) {
        const std::string path = batchPath(arguments.out, i);
        const auto writing = interrupt.writing();
        writePng(path, pictures[size_t(i)], writeInfotext(infotextOf(request, i, arguments, hash)));
        bar.clear();
        std::printf("%s: %dx%d, seed %s\n", printable(path).c_str(), request.width, request.height,
            std::to_string(request.seed + uint64_t(i)).c_str());
    }
}

}
