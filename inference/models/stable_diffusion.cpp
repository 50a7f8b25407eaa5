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

ClipTokenizer tokenizerOf(const ModelFiles& files, const ClipTextConfig& text, std::vector<std::string>& warnings)
{
    ClipTokenizer tokenizer =
        files.tokenizerFolder.empty() ? builtInClipTokenizer() : loadClipTokenizer(files.tokenizerFolder, &warnings);
    if (files.tokenizerFolder.empty() && text.openClip)
        tokenizer.pad = 0;
    if (tokenizer.vocabularySize > text.vocabulary)
        warnings.push_back("the text encoder has " + std::to_string(text.vocabulary) + " entries and the tokenizer "
            + std::to_string(tokenizer.vocabularySize)
            + ": prompts cannot be encoded; open the model's folder with its own tokenizer instead");
    if (tokenizer.maxLength < text.positions)
        throw Error(ErrorKind::BadFile,
            printable(files.tokenizerFolder) + ": model_max_length is " + std::to_string(tokenizer.maxLength)
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
    requireParts(files, {Part::TextEncoder, Part::UNet});
    ModelFiles otherVae;
    if (!options.vaePath.empty())
        otherVae = openVae(options.vaePath);
    const ModelFiles& vaeFiles = options.vaePath.empty() ? files : otherVae;
    const bool hasVae = options.needsVae || !vaeFiles.vae.tensors.empty();
    if (hasVae)
        requireParts(vaeFiles, {Part::Vae});

    // Everything that can be refused is refused before the first byte is loaded.
    StableDiffusion model;
    model.warnings = files.warnings;
    std::vector<WeightsToLoad> parts;
    parts.push_back(describe(model.text, detectClipText(files, &model.warnings), files, Part::TextEncoder, options));
    parts.push_back(describe(model.unet, detectUNet(files, &model.warnings), files, Part::UNet, options));
    model.extraInputs = family.extraInputs;
    model.vae.config.latent = family.latent;
    model.vae.precision = options.precision;
    if (hasVae)
        parts.push_back(
            describe(model.vae, detectAutoencoderKl(vaeFiles, &model.warnings), vaeFiles, Part::Vae, options));
    model.warnings.insert(model.warnings.end(), otherVae.warnings.begin(), otherVae.warnings.end());
    model.tokenizer = tokenizerOf(files, model.text.config, model.warnings);
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
