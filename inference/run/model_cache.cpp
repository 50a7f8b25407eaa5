#include "inference/run/model_cache.h"

#include "inference/models/lora.h"
#include "inference/models/stable_diffusion.h"
#include "inference/models/upscaler.h"
#include "inference/networks/onnx_network.h"
#include "inference/values/text_net.h"
#include "render/error.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <variant>

namespace athanor {

namespace {

// "models/dream.safetensors" → "dream"; of a folder its whole name.
std::string modelName(const std::string& path)
{
    std::filesystem::path name = std::filesystem::path(path + '/').lexically_normal().parent_path().filename();
    std::error_code error;
    return std::filesystem::is_directory(path, error) ? name.string() : name.stem().string();
}

TextNet shared(TextEncoder encoder)
{
    if (auto* clip = std::get_if<ClipEncoder>(&encoder))
        return ClipNet{std::make_shared<const ClipText>(std::move(clip->text)),
            std::make_shared<const ClipTokenizer>(std::move(clip->tokenizer))};
    if (auto* t5 = std::get_if<T5Encoder>(&encoder))
        return T5Net{std::make_shared<const T5Text>(std::move(t5->text)),
            std::make_shared<const T5Tokenizer>(std::move(t5->tokenizer))};
    return std::get<AbsentText>(encoder);
}

Shared<TextEncoderValue> shared(std::vector<TextEncoder> texts)
{
    TextEncoderValue value;
    for (TextEncoder& encoder : texts)
        value.nets.push_back(shared(std::move(encoder)));
    return std::make_shared<const TextEncoderValue>(std::move(value));
}

// Its network, and what is known of it.
Shared<ModelValue> sharedNet(StableDiffusion& model, const std::string& name, const std::string& hash)
{
    return std::make_shared<const ModelValue>(ModelValue{.net = std::make_shared<const Denoiser>(std::move(model.net)),
        .prediction = model.noise.prediction,
        .noise = model.noise.noise,
        .nativeSize = model.nativeSize,
        .latent = model.vae.config.latent,
        .knowsVae = !model.vae.weights.packed.empty(),
        .extraInputs = std::move(model.extraInputs),
        .sizeInputs = std::move(model.sizeInputs),
        .padsText = model.padsText,
        .name = name,
        .hash = hash});
}

LoadedModel shared(StableDiffusion model, const std::string& name, const std::string& hash)
{
    LoadedModel loaded;
    loaded.warnings = std::move(model.warnings);
    loaded.text = shared(std::move(model.texts));
    loaded.model = sharedNet(model, name, hash);
    VaeValue vae;
    if (!model.vae.weights.packed.empty())
        vae.vae = std::make_shared<const AutoencoderKl>(std::move(model.vae));
    loaded.vae = std::make_shared<const VaeValue>(std::move(vae));
    return loaded;
}

// Whether the cache alone holds it, or there is none. Values made from it share the network, not the value.
template <class T, class Network> bool isFree(const Shared<T>& value, std::shared_ptr<const Network> T::*network)
{
    return !value || (value.use_count() == 1 && ((*value).*network).use_count() <= 1);
}

bool isFree(const Shared<TextEncoderValue>& value)
{
    return !value || (value.use_count() == 1 && std::ranges::all_of(value->nets, [](const TextNet& net) {
        const auto* clip = std::get_if<ClipNet>(&net);
        const auto* t5 = std::get_if<T5Net>(&net);
        return (!clip || clip->text.use_count() <= 1) && (!t5 || t5->text.use_count() <= 1);
    }));
}

// What tells a network's own weights from others', whatever has been added to them.
std::shared_ptr<Buffer> firstWeights(const Weights& weights)
{
    return weights.packed.empty() ? nullptr : weights.packed.begin()->second.data.buffer;
}

uint64_t bytesOfAll(const LoadedModel& loaded)
{
    return bytesOf(Value(loaded.model)) + bytesOf(Value(loaded.text)) + bytesOf(Value(loaded.vae));
}

// What `load` returns; as long as memory is short, without one more of the weights that nothing uses.
template <class Load> auto withRoom(ModelCache& cache, Load load)
{
    while (true) {
        try {
            return load();
        } catch (const Error& error) {
            if (error.kind != ErrorKind::OutOfMemory || cache.free(1) == 0)
                throw;
        }
    }
}

}

ModelCache::ModelCache(uint64_t budget)
    : m_budget(budget)
{
}

ModelCache::~ModelCache() = default;

bool ModelCache::isUnused(const Entry& entry)
{
    const LoadedModel& loaded = entry.loaded;
    return isFree(loaded.model, &ModelValue::net) && isFree(loaded.text) && isFree(loaded.vae, &VaeValue::vae)
        && isFree(entry.controlNet, &ControlNetValue::net) && entry.lora.use_count() <= 1
        && entry.upscaler.use_count() <= 1 && entry.onnx.use_count() <= 1;
}

const ModelCache::Entry* ModelCache::find(const ModelFile& file, Kind kind)
{
    const auto found = std::ranges::find_if(m_entries, [&](const Entry& entry) {
        return entry.kind == kind && entry.file.path == file.path && entry.file.stamp == file.stamp
            && entry.file.precision == file.precision;
    });
    if (found == m_entries.end())
        return nullptr;
    m_entries.splice(m_entries.end(), m_entries, found);
    return &*found;
}

void ModelCache::makeRoom(Gpu& gpu, uint64_t bytes)
{
    const uint64_t used = gpu.memory().statistics(MemoryUse::Weights).liveBytes, all = gpu.info().memoryBytes;
    if (used + bytes > all)
        free(used + bytes - all);
}

// Returns what is there, or what `load` makes; within the budget afterwards, as far as what is in use allows.
template <class Load>
const ModelCache::Entry& ModelCache::loadOnce(
    Gpu& gpu, const ModelFile& file, Kind kind, const LoadHooks& hooks, Load load)
{
    if (const Entry* there = find(file, kind))
        return *there;
    LoadOptions options;
    options.precision = file.precision;
    options.needsVae = false;
    options.makeRoom = [&](uint64_t bytes) { makeRoom(gpu, bytes); };
    options.onProgress = hooks.onProgress;
    options.stop = hooks.stop;
    Entry entry = withRoom(*this, [&] { return load(options); });
    entry.file = file;
    entry.kind = kind;
    entry.bytes = bytesOfAll(entry.loaded) + bytesOf(Value(entry.controlNet))
        + (entry.upscaler ? bytesOf(entry.upscaler->weights) : 0);
    return keep(std::move(entry));
}

const ModelCache::Entry& ModelCache::keep(Entry entry)
{
    const uint64_t unused = unusedBytes() + entry.bytes; // it is unused, but only until the caller has it
    if (unused > m_budget)
        free(unused - m_budget);
    m_entries.push_back(std::move(entry));
    return m_entries.back();
}

LoadedModel ModelCache::checkpoint(
    Gpu& gpu, const ModelFile& file, const std::function<std::string()>& hash, const LoadHooks& hooks)
{
    const auto load = [&](const LoadOptions& options) {
        StableDiffusion model = loadStableDiffusion(gpu, file.path, options);
        return Entry{.loaded = shared(std::move(model), modelName(file.path), hash())};
    };
    return loadOnce(gpu, file, Kind::Checkpoint, hooks, load).loaded;
}

LoadedModel ModelCache::denoiser(
    Gpu& gpu, const ModelFile& file, const std::function<std::string()>& hash, const LoadHooks& hooks)
{
    const auto load = [&](const LoadOptions& options) {
        StableDiffusion model = loadDenoiser(gpu, file.path, options);
        LoadedModel made;
        made.warnings = std::move(model.warnings);
        made.model = sharedNet(model, modelName(file.path), hash());
        return Entry{.loaded = std::move(made)};
    };
    return loadOnce(gpu, file, Kind::Denoiser, hooks, load).loaded;
}

Shared<TextEncoderValue> ModelCache::texts(Gpu& gpu, std::span<const ModelFile> files, const FamilyRow* family,
    const LoadHooks& hooks, std::vector<std::string>& warnings)
{
    ModelFile all{"", family ? std::string(family->id) : std::string(), files.front().precision};
    std::vector<std::string> paths;
    for (const ModelFile& file : files) {
        all.path += file.path + '\n';
        all.stamp += '\n' + file.stamp;
        paths.push_back(file.path);
    }
    const auto load = [&](const LoadOptions& options) {
        LoadedModel made;
        made.text = shared(loadTextEncoders(gpu, paths, family, options, made.warnings));
        return Entry{.loaded = std::move(made)};
    };
    const LoadedModel& loaded = loadOnce(gpu, all, Kind::Texts, hooks, load).loaded;
    warnings = loaded.warnings;
    return loaded.text;
}

Shared<VaeValue> ModelCache::vae(
    Gpu& gpu, const ModelFile& file, const LoadHooks& hooks, std::vector<std::string>& warnings)
{
    const auto load = [&](const LoadOptions& options) {
        LoadedModel made;
        auto network = std::make_shared<const AutoencoderKl>(loadVae(gpu, file.path, options, made.warnings));
        made.vae = std::make_shared<const VaeValue>(VaeValue{std::move(network), modelName(file.path)});
        return Entry{.loaded = std::move(made)};
    };
    const LoadedModel& loaded = loadOnce(gpu, file, Kind::Vae, hooks, load).loaded;
    warnings = loaded.warnings;
    return loaded.vae;
}

Shared<ControlNetValue> ModelCache::controlNet(Gpu& gpu, const ModelFile& file,
    const std::function<std::string()>& hash, const LoadHooks& hooks, std::vector<std::string>& warnings)
{
    const auto load = [&](const LoadOptions& options) {
        Entry made;
        auto network =
            std::make_shared<const ControlNet>(loadControlNet(gpu, file.path, options, made.loaded.warnings));
        made.controlNet =
            std::make_shared<const ControlNetValue>(ControlNetValue{std::move(network), modelName(file.path), hash()});
        return made;
    };
    const Entry& entry = loadOnce(gpu, file, Kind::ControlNet, hooks, load);
    warnings = entry.loaded.warnings;
    return entry.controlNet;
}

std::shared_ptr<const Lora> ModelCache::lora(Gpu& gpu, const ModelFile& file, const ModelValue* model,
    const TextEncoderValue* texts, const LoadHooks& hooks, std::vector<std::string>& warnings)
{
    std::vector<const ClipText*> networks;
    std::vector<std::weak_ptr<Buffer>> of;
    if (model)
        of.push_back(firstWeights(weightsOf(*model->net)));
    for (const TextNet& net : texts ? texts->nets : std::vector<TextNet>()) {
        const ClipText* clip = clipOf(net);
        networks.push_back(clip);
        if (clip)
            of.push_back(firstWeights(clip->weights));
    }
    const auto isSame = [](const std::weak_ptr<Buffer>& a, const std::weak_ptr<Buffer>& b) {
        return !a.expired() && a.lock() == b.lock();
    };
    std::erase_if(m_entries, [&](const Entry& entry) { // for other networks
        return entry.kind == Kind::Lora && entry.file.path == file.path && isUnused(entry)
            && !std::ranges::equal(entry.of, of, isSame);
    });
    const auto found = std::ranges::find_if(m_entries, [&](const Entry& entry) {
        return entry.kind == Kind::Lora && entry.file.path == file.path && entry.file.stamp == file.stamp
            && std::ranges::equal(entry.of, of, isSame);
    });
    if (found != m_entries.end()) {
        m_entries.splice(m_entries.end(), m_entries, found);
        warnings = found->lora->warnings;
        return found->lora;
    }
    Entry made = withRoom(*this, [&] {
        return Entry{.file = file,
            .kind = Kind::Lora,
            .lora = std::make_shared<const Lora>(
                loadLora(gpu, file.path, model ? model->net.get() : nullptr, networks, hooks.stop, hooks.onProgress)),
            .of = of};
    });
    made.bytes = bytesOf(*made.lora);
    warnings = made.lora->warnings;
    return keep(std::move(made)).lora;
}

std::shared_ptr<const Upscaler> ModelCache::upscaler(
    Gpu& gpu, const ModelFile& file, const LoadHooks& hooks, std::vector<std::string>& warnings)
{
    const auto load = [&](const LoadOptions& options) {
        Entry made;
        made.upscaler =
            std::make_shared<const Upscaler>(loadUpscaler(gpu, file.path, options.precision, made.loaded.warnings));
        return made;
    };
    const Entry& entry = loadOnce(gpu, file, Kind::Upscaler, hooks, load);
    warnings = entry.loaded.warnings;
    return entry.upscaler;
}

std::shared_ptr<OnnxNetwork> ModelCache::onnx(const std::string& path, const std::string& stamp)
{
    const ModelFile file{path, stamp, DType::F32};
    if (const Entry* there = find(file, Kind::Onnx))
        return there->onnx;
    Entry entry{.file = file, .kind = Kind::Onnx};
    entry.onnx = std::make_shared<OnnxNetwork>(path);
    entry.bytes = entry.onnx->bytes();
    return keep(std::move(entry)).onnx;
}

uint64_t ModelCache::free(uint64_t bytes)
{
    uint64_t freed = 0;
    for (auto entry = m_entries.begin(); entry != m_entries.end() && freed < bytes;) {
        if (!isUnused(*entry)) {
            ++entry;
            continue;
        }
        freed += entry->bytes;
        entry = m_entries.erase(entry);
    }
    return freed;
}

uint64_t ModelCache::unusedBytes() const
{
    uint64_t bytes = 0;
    for (const Entry& entry : m_entries)
        bytes += isUnused(entry) ? entry.bytes : 0;
    return bytes;
}

}
