// The weights on the device, each file's loaded once however many nodes ask for it. Used from the engine's thread
// alone.
#pragma once
#include "inference/values/value.h"
#include "render/kernels.h"

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace athanor {

class Buffer;
class OnnxNetwork;
struct FamilyRow;
struct Lora;
struct Upscaler;

// A whole checkpoint. The three are freed together.
struct LoadedModel {
    Shared<ModelValue> model;
    Shared<TextEncoderValue> text;
    Shared<VaeValue> vae; // its autoencoder is null where the file has none
    std::vector<std::string> warnings; // seen while loading
};

struct ModelFile {
    std::string path;
    std::string stamp; // RunHost::stamp: another one is another file
    DType precision = DType::F16;
};

struct LoadHooks {
    std::function<void(double)> onProgress; // share of the bytes read, 0 … 1; may be empty
    std::stop_token stop;
};

class ModelCache {
public:
    // Weights that nothing else uses are kept up to `budget` bytes.
    explicit ModelCache(uint64_t budget);
    ~ModelCache();

    // hash is asked for once loading is done: what pictures' metadata call the model. Throws Error as
    // loadStableDiffusion, and what hash throws.
    LoadedModel checkpoint(
        Gpu& gpu, const ModelFile& file, const std::function<std::string()>& hash, const LoadHooks& hooks);
    // What denoises alone: its text and VAE are null. Throws Error as loadDenoiser, and what hash throws.
    LoadedModel denoiser(
        Gpu& gpu, const ModelFile& file, const std::function<std::string()>& hash, const LoadHooks& hooks);
    // Throws Error as loadTextEncoders.
    Shared<TextEncoderValue> texts(Gpu& gpu, std::span<const ModelFile> files, const FamilyRow* family,
        const LoadHooks& hooks, std::vector<std::string>& warnings);
    // The VAE of a file that is one, or that has one in it. Throws Error as loadVae.
    Shared<VaeValue> vae(Gpu& gpu, const ModelFile& file, const LoadHooks& hooks, std::vector<std::string>& warnings);
    // A ControlNet, of differences too. Throws Error as loadControlNet, and what hash throws.
    Shared<ControlNetValue> controlNet(Gpu& gpu, const ModelFile& file, const std::function<std::string()>& hash,
        const LoadHooks& hooks, std::vector<std::string>& warnings);

    // What a LoRA adds to these networks, the model's or the texts' perhaps null. Read once for the same weights,
    // whatever else has been added to them. Throws Error as loadLora.
    std::shared_ptr<const Lora> lora(Gpu& gpu, const ModelFile& file, const ModelValue* model,
        const TextEncoderValue* texts, const LoadHooks& hooks, std::vector<std::string>& warnings);

    // Throws Error as loadUpscaler.
    std::shared_ptr<const Upscaler> upscaler(
        Gpu& gpu, const ModelFile& file, const LoadHooks& hooks, std::vector<std::string>& warnings);
    // A network on the processor. stamp as in ModelFile. Throws Error as OnnxNetwork.
    std::shared_ptr<OnnxNetwork> onnx(const std::string& path, const std::string& stamp);

    // Frees weights that nothing else uses, the longest unused first, until `bytes` of them are freed; returns how
    // many.
    uint64_t free(uint64_t bytes = UINT64_MAX);
    uint64_t unusedBytes() const;

private:
    enum class Kind : uint8_t { Checkpoint, Denoiser, Texts, Vae, ControlNet, Lora, Upscaler, Onnx };
    struct Entry {
        ModelFile file;
        Kind kind = Kind::Checkpoint;
        LoadedModel loaded; // of a part alone: only that
        Shared<ControlNetValue> controlNet; // in a ControlNet's only
        std::shared_ptr<const Lora> lora; // in a LoRA's only
        std::vector<std::weak_ptr<Buffer>> of; // first weights of the networks that it is for
        std::shared_ptr<const Upscaler> upscaler; // in an upscaler's only
        std::shared_ptr<OnnxNetwork> onnx; // in such a network's only
        uint64_t bytes = 0;
    };
    static bool isUnused(const Entry& entry);
    const Entry* find(const ModelFile& file, Kind kind);
    template <class Load>
    const Entry& loadOnce(Gpu& gpu, const ModelFile& file, Kind kind, const LoadHooks& hooks, Load load);
    const Entry& keep(Entry entry);
    void makeRoom(Gpu& gpu, uint64_t bytes);

    uint64_t m_budget;
    std::list<Entry> m_entries; // the longest unused first
};

}
