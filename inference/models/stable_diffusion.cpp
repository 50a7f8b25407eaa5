#include "inference/models/stable_diffusion.h"

#include "inference/models/detect.h"
#include "inference/models/native_size.h"
#include "inference/text/clip_tokenizer_files.h"
#include "inference/weights/load_weights.h"
#include "inference/weights/printable.h"
#include "render/error.h"

namespace athanor {

namespace {

uint64_t partBytes(const ModelPart& part)
{
    uint64_t sum = 0;
    for (const PartTensor& tensor : part.tensors)
        sum += tensor.info.bytes;
    return sum;
}

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

// Loads parts one after another; `total` bytes in all are the whole of its progress.
struct PartLoader {
    Gpu& gpu;
    const LoadOptions& options;
    std::vector<std::string>& warnings;
    uint64_t total, done = 0;

    Weights load(const ModelFiles& files, Part part)
    {
        return loadWeights(gpu, files, part, options.precision, warnings, [&](uint64_t bytes) {
            done += bytes;
            if (options.onProgress)
                options.onProgress(double(done) / double(total));
            if (options.stop.stop_requested())
                throw Error(ErrorKind::Cancelled, "cancelled");
        });
    }
};

ClipTokenizer tokenizerOf(const ModelFiles& files, const ClipTextConfig& text, std::vector<std::string>& warnings)
{
    ClipTokenizer tokenizer =
        files.tokenizerFolder.empty() ? builtInClipTokenizer() : loadClipTokenizer(files.tokenizerFolder, &warnings);
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
    model.text.config = detectClipText(files, &model.warnings);
    model.unet.config = detectUNet(files, &model.warnings);
    model.extraInputs = family.extraInputs;
    model.vae.config.latent = family.latent;
    if (hasVae)
        model.vae.config = detectAutoencoderKl(vaeFiles, &model.warnings);
    model.warnings.insert(model.warnings.end(), otherVae.warnings.begin(), otherVae.warnings.end());
    model.tokenizer = tokenizerOf(files, model.text.config, model.warnings);
    model.noise = detectNoise(files, &model.warnings);
    model.nativeSize = nativeSize(files);
    if (model.unet.config.guidanceWidth)
        model.warnings.push_back("the model takes cfg as an input of its network: negative prompts have no effect");

    const uint64_t total = partBytes(files.textEncoder) + partBytes(files.unet) + partBytes(vaeFiles.vae);
    requireMemory(gpu, path, total, options);
    PartLoader loader{gpu, options, model.warnings, total};
    model.text.precision = model.unet.precision = model.vae.precision = options.precision;
    model.text.weights = loader.load(files, Part::TextEncoder);
    model.unet.weights = loader.load(files, Part::UNet);
    if (hasVae)
        model.vae.weights = loader.load(vaeFiles, Part::Vae);
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
    vae.config = detectAutoencoderKl(files, &warnings);
    vae.precision = options.precision;
    requireMemory(gpu, path, partBytes(files.vae), options);
    PartLoader loader{gpu, options, warnings, partBytes(files.vae)};
    vae.weights = loader.load(files, Part::Vae);
    return vae;
}

ControlNet loadControlNet(
    Gpu& gpu, const std::string& path, const LoadOptions& options, std::vector<std::string>& warnings)
{
    const ModelFiles files = openModel(path);
    requireControlNet(files.family, path);
    ControlNet net;
    warnings = files.warnings;
    net.config = detectControlNet(files, &warnings);
    net.precision = options.precision;
    requireMemory(gpu, path, partBytes(files.controlNet), options);
    PartLoader loader{gpu, options, warnings, partBytes(files.controlNet)};
    net.weights = loader.load(files, Part::ControlNet);
    return net;
}

}
