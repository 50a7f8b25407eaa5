#include "inference/models/stable_diffusion.h"

#include "inference/models/native_size.h"
#include "inference/text/clip_tokenizer_files.h"
#include "inference/text/t5_tokenizer_files.h"
#include "inference/weights/load_weights.h"
#include "inference/weights/model_files.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <cassert>
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

WeightsToLoad describeClip(ClipEncoder& encoder, const ModelFiles& files, Part part, const LoadOptions& options,
    std::vector<std::string>& warnings)
{
    const WeightsToLoad weights = describe(encoder.text, detectClipText(files, &warnings, part), files, part, options);
    encoder.tokenizer = tokenizerOf(partOf(files, part).tokenizer, encoder.text.config, warnings);
    return weights;
}

WeightsToLoad describeT5(T5Encoder& encoder, const ModelFiles& files, Part part, const LoadOptions& options,
    std::vector<std::string>& warnings)
{
    const std::string& folder = partOf(files, part).tokenizer;
    const WeightsToLoad weights = describe(encoder.text, detectT5Text(files, &warnings, part), files, part, options);
    encoder.tokenizer = folder.empty() ? builtInT5Tokenizer() : loadT5Tokenizer(folder, &warnings);
    return weights;
}

// Absent where the files have none.
void describeText(TextEncoder& text, const TextRow& row, const ModelFiles& files, const LoadOptions& options,
    std::vector<std::string>& warnings, std::vector<WeightsToLoad>& parts)
{
    if (partOf(files, row.part).tensors.empty())
        text = AbsentText{row.kind, row.width, row.pooledWidth};
    else if (row.kind == TextKind::T5)
        parts.push_back(describeT5(text.emplace<T5Encoder>(), files, row.part, options, warnings));
    else
        parts.push_back(describeClip(text.emplace<ClipEncoder>(), files, row.part, options, warnings));
}

// What denoises, and what the family and the files say of it.
void describeDenoiser(StableDiffusion& model, const FamilyRow& family, const ModelFiles& files,
    const LoadOptions& options, std::vector<WeightsToLoad>& parts)
{
    requireParts(files, {family.denoiser});
    std::vector<std::string>& warnings = model.warnings;
    parts.push_back(family.denoiser == Part::Transformer
            ? describe(model.net.emplace<MmDit>(), detectMmDit(files, &warnings), files, Part::Transformer, options)
            : describe(model.net.emplace<UNet>(), detectUNet(files, &warnings), files, Part::UNet, options));
    model.extraInputs = family.extraInputs;
    model.sizeInputs = family.sizeInputs;
    model.padsText = family.padsText;
    model.vae.config.latent = family.latent;
    model.vae.precision = options.precision;
    model.noise = detectNoise(files, &warnings);
    model.nativeSize = nativeSize(files);
    if (inputsOf(model.net).guidance)
        warnings.push_back("the model takes cfg as an input of its network: negative prompts have no effect");
}

void tellAbsent(const FamilyRow& family, const std::vector<TextEncoder>& texts, std::vector<std::string>& warnings)
{
    for (size_t i = 0; i < texts.size(); ++i)
        if (std::holds_alternative<AbsentText>(texts[i]))
            warnings.push_back("the model has no " + std::string(partName(family.texts[i].part))
                + ": prompts are read without it, which counts as zeros");
}

// What denoises and the VAE, or the latents usual in the family, must be of one kind.
void requireChannels(const StableDiffusion& model, const std::string& path)
{
    const int predicted = inputsOf(model.net).latentChannels, latent = model.vae.config.latent.channels;
    if (predicted != latent)
        throw Error(ErrorKind::BadFile,
            printable(path) + ": its network predicts " + std::to_string(predicted) + " channels, its latents have "
                + std::to_string(latent) + "; the parts do not belong together");
}

Part textPartOf(const ModelFiles& files)
{
    for (const Part part : {Part::TextEncoder2, Part::TextEncoder3})
        if (!partOf(files, part).tensors.empty())
            return part;
    return Part::TextEncoder;
}

// 0 where it is not known.
int64_t textWidth(const ModelFiles& files, Part part)
{
    const PartTensor* table = findTensor(partOf(files, part), "embeddings.token_embedding.weight");
    return table && table->info.shape.size() == 2 ? table->info.shape[1] : 0;
}

// Of two CLIPs that seem to be the smaller one, the wider is the larger.
void takeWiderForLarger(std::vector<ModelFiles>& files)
{
    ModelFiles* smaller = nullptr;
    for (ModelFiles& one : files) {
        if (textPartOf(one) != Part::TextEncoder)
            continue;
        if (!smaller) {
            smaller = &one;
            continue;
        }
        const int64_t width = textWidth(one, Part::TextEncoder), other = textWidth(*smaller, Part::TextEncoder);
        if (width != other) {
            ModelFiles& larger = width > other ? one : *smaller;
            std::swap(larger.textEncoder, larger.textEncoder2);
        }
        return;
    }
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
        if (!text.optional)
            requireParts(files, {text.part});
    const bool hasVae = options.needsVae || !files.vae.tensors.empty();
    if (hasVae)
        requireParts(files, {Part::Vae});

    // Everything that can be refused is refused before the first byte is loaded.
    StableDiffusion model;
    model.warnings = files.warnings;
    std::vector<WeightsToLoad> parts;
    model.texts.resize(family.texts.size());
    for (size_t i = 0; i < model.texts.size(); ++i)
        describeText(model.texts[i], family.texts[i], files, options, model.warnings, parts);
    if (!parts.empty())
        tellAbsent(family, model.texts, model.warnings);
    describeDenoiser(model, family, files, options, parts);
    if (hasVae)
        parts.push_back(describe(model.vae, detectAutoencoderKl(files, &model.warnings), files, Part::Vae, options));
    requireChannels(model, path);
    load(gpu, path, parts, options, model.warnings);
    return model;
}

StableDiffusion loadDenoiser(Gpu& gpu, const std::string& path, const LoadOptions& options)
{
    const ModelFiles files = openModel(path);
    const FamilyRow& family = requireDenoiser(files.family, path);
    StableDiffusion model;
    if (files.family.kind == ModelKind::UNet)
        model.warnings = files.warnings; // else of the checkpoint around it
    std::vector<WeightsToLoad> parts;
    describeDenoiser(model, family, files, options, parts);
    requireChannels(model, path);
    load(gpu, path, parts, options, model.warnings);
    return model;
}

void requireDenoiserFile(const std::string& path)
{
    requireDenoiser(openModel(path).family, path);
}

std::vector<TextEncoder> loadTextEncoders(Gpu& gpu, std::span<const std::string> paths, const FamilyRow* family,
    const LoadOptions& options, std::vector<std::string>& warnings)
{
    assert(!paths.empty());
    std::vector<ModelFiles> files;
    for (const std::string& path : paths) {
        files.push_back(openModel(path));
        requireText(files.back().family, path);
    }
    takeWiderForLarger(files);
    std::vector<Part> given;
    for (const ModelFiles& one : files) {
        given.push_back(textPartOf(one));
        if (const auto same = std::ranges::find(given, given.back()); same + 1 != given.end())
            throw Error(ErrorKind::BadArgument,
                printable(one.path) + " and " + printable(paths[size_t(same - given.begin())])
                    + " are text encoders of the same kind; a model reads with one of each");
    }
    if (!family)
        family = familyOfTexts(given, textWidth(files.front(), given.front()));
    if (!family)
        throw Error(ErrorKind::BadArgument,
            printable(paths.front()) + ": no model that runs reads with "
                + (paths.size() == 1 ? "this text encoder alone" : "these text encoders"));
    std::vector<TextEncoder> texts(family->texts.size());
    std::vector<WeightsToLoad> parts;
    const ModelFiles none;
    for (size_t i = 0; i < texts.size(); ++i) {
        const TextRow& row = family->texts[i];
        const auto at = std::ranges::find(given, row.part);
        if (at == given.end() && !row.optional)
            throw Error(ErrorKind::BadArgument,
                printable(paths.front()) + ": " + std::string(architectureName(family->architecture)) + " reads with a "
                    + std::string(partName(row.part)) + " too; name its file beside this one");
        if (at == given.end()) {
            describeText(texts[i], row, none, options, warnings, parts);
            continue;
        }
        ModelFiles& own = files[size_t(at - given.begin())];
        own.family.architecture = family->architecture;
        own.family.variant = family->variant;
        warnings.insert(warnings.end(), own.warnings.begin(), own.warnings.end());
        describeText(texts[i], row, own, options, warnings, parts);
    }
    for (size_t i = 0; i < given.size(); ++i)
        if (!findText(*family, given[i]))
            throw Error(ErrorKind::BadArgument,
                printable(paths[i]) + ": " + std::string(architectureName(family->architecture))
                    + " does not read prompts with a " + std::string(partName(given[i])) + "; leave it out");
    load(gpu, paths.front(), parts, options, warnings);
    return texts;
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
