#include "inference/models/stable_diffusion.h"

#include "inference/models/native_size.h"
#include "inference/text/clip_tokenizer_files.h"
#include "inference/weights/load_weights.h"
#include "inference/weights/model_files.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <utility>

namespace athanor {

namespace {

// Weights of fp16 take half the bytes they may have in the file; told before minutes of loading end in a refusal.
void requireMemory(Gpu& gpu, const std::string& path, uint64_t fileBytes, const LoadOptions& options)
{
    const uint64_t limit = gpu.info().memoryBytes;
    const uint64_t need = options.precision == DType::F16 ? fileBytes / 2 : fileBytes;
    if (need > limit)
        throw Error(ErrorKind::OutOfMemory,
            printable(path) + ": its weights need at least " + std::to_string(need >> 20) + " MiB on " + gpu.info().name
                + ", which has " + std::to_string(limit >> 20) + " MiB; choose a smaller model or fp16 precision");
    if (options.makeRoom)
        options.makeRoom(need);
}

// The weights of one part, to be loaded.
struct WeightsToLoad {
    const ModelFiles& files; // outlives it
    Part part;
    TensorRoles roles;
    Weights& weights; // filled
};

// Makes the network what the files say but for its weights.
template <class Network, class Config>
WeightsToLoad describe(
    Network& network, Detected<Config> detected, const ModelFiles& files, Part part, const LoadOptions& options)
{
    network.config = std::move(detected.config);
    network.precision = options.precision;
    return {files, part, std::move(detected.roles), network.weights};
}

// One part after another.
void load(Gpu& gpu, const std::string& path, const std::vector<WeightsToLoad>& parts, const LoadOptions& options,
    std::vector<std::string>& warnings)
{
    uint64_t total = 0, done = 0;
    for (const WeightsToLoad& p : parts)
        total += storedBytes(partOf(p.files, p.part), p.roles);
    requireMemory(gpu, path, total, options);
    for (const WeightsToLoad& p : parts)
        p.weights = loadWeights(gpu, p.files, p.part, p.roles, options.precision, warnings, [&](uint64_t bytes) {
            done += bytes;
            if (options.onProgress)
                options.onProgress(double(done) / double(total));
            if (options.stop.stop_requested())
                throw Error(ErrorKind::Cancelled, "cancelled");
        });
}

// folder: empty for the usual one.
ClipTokenizer tokenizerOf(const std::string& folder, const ClipTextConfig& text, std::vector<std::string>& warnings)
{
    ClipTokenizer tokenizer = folder.empty() ? builtInClipTokenizer() : loadClipTokenizer(folder, &warnings);
    if (folder.empty() && text.openClip)
        tokenizer.pad = 0;
    if (tokenizer.vocabularySize > text.vocabulary)
        warnings.push_back("the text encoder has " + std::to_string(text.vocabulary) + " entries and the tokenizer "
            + std::to_string(tokenizer.vocabularySize)
            + ": prompts cannot be encoded; open the model's folder with its own tokenizer instead");
    if (tokenizer.maxLength < text.positions)
        throw Error(ErrorKind::BadFile,
            printable(folder) + ": model_max_length is " + std::to_string(tokenizer.maxLength)
                + ", supported is at least " + std::to_string(text.positions)
                + ", the positions of the text encoder, which prompts fill up");
    return tokenizer;
}

ModelFiles openVae(const std::string& path)
{
    ModelFiles files = openModel(path);
    requireVae(files.family, path);
    requireParts(files, {Part::Vae});
    if (files.family.kind != ModelKind::Vae)
        files.warnings.clear(); // of the checkpoint around it
    return files;
}

}

StableDiffusion loadStableDiffusion(Gpu& gpu, const std::string& path, const LoadOptions& options)
{
    const ModelFiles files = openModel(path);
    const FamilyRow& family = requireCheckpoint(files.family, path);
    for (const TextRow& text : family.texts)
        requireParts(files, {text.part});
    requireParts(files, {Part::UNet});
    const bool hasVae = options.needsVae || !files.vae.tensors.empty();
    if (hasVae)
        requireParts(files, {Part::Vae});

    // Everything that can be refused is refused before the first byte is loaded.
    StableDiffusion model;
    model.warnings = files.warnings;
    std::vector<WeightsToLoad> parts;
    model.texts.resize(family.texts.size());
    for (size_t i = 0; i < model.texts.size(); ++i) {
        const Part part = family.texts[i].part;
        ClipText& text = model.texts[i].text;
        parts.push_back(describe(text, detectClipText(files, &model.warnings, part), files, part, options));
        model.texts[i].tokenizer = tokenizerOf(partOf(files, part).tokenizer, text.config, model.warnings);
    }
    parts.push_back(describe(model.unet, detectUNet(files, &model.warnings), files, Part::UNet, options));
    model.extraInputs = family.extraInputs;
    model.sizeInputs = family.sizeInputs;
    model.vae.config.latent = family.latent;
    model.vae.precision = options.precision;
    if (hasVae)
        parts.push_back(describe(model.vae, detectAutoencoderKl(files, &model.warnings), files, Part::Vae, options));
    model.noise = detectNoise(files, &model.warnings);
    model.nativeSize = nativeSize(files);
    if (model.unet.config.guidanceWidth)
        model.warnings.push_back("the model takes cfg as an input of its network: negative prompts have no effect");

    load(gpu, path, parts, options, model.warnings);
    return model;
}

void requireVaeFile(const std::string& path)
{
    detectAutoencoderKl(openVae(path));
}

AutoencoderKl loadVae(Gpu& gpu, const std::string& path, const LoadOptions& options, std::vector<std::string>& warnings)
{
    const ModelFiles files = openVae(path);
    AutoencoderKl vae;
    warnings = files.warnings;
    load(gpu, path, {describe(vae, detectAutoencoderKl(files, &warnings), files, Part::Vae, options)}, options,
        warnings);
    return vae;
}

ControlNet loadControlNet(
    Gpu& gpu, const std::string& path, const LoadOptions& options, std::vector<std::string>& warnings)
{
    const ModelFiles files = openModel(path);
    requireControlNet(files.family, path);
    ControlNet net;
    warnings = files.warnings;
    load(gpu, path, {describe(net, detectControlNet(files, &warnings), files, Part::ControlNet, options)}, options,
        warnings);
    return net;
}

}
