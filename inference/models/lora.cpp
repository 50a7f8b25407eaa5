#include "inference/models/lora.h"

#include "inference/weights/json_text.h"
#include "inference/weights/lora_keys.h"
#include "inference/weights/model_files.h"
#include "inference/weights/printable.h"
#include "inference/weights/tensor_file.h"
#include "render/error.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <variant>

namespace athanor {

namespace {

// A layer that a key may mean: of which network, and where.
struct Target {
    const Weights* weights; // null: of a layer that is never used
    NetworkPatches* patches;
    DType precision;
    std::vector<std::string> layers; // whose rows lie behind one another in the weight that the key means
};

// Differences of a bias, or of a norm's two. Returns whether the model has them.
bool addVector(
    const LoraReader& r, const LoraSlots& slots, LoraSlot slot, const Target& target, const std::string& name)
{
    const auto at = target.weights->tensors.find(name);
    if (!slots.contains(slot) || at == target.weights->tensors.end())
        return false;
    LoraTensor values = r.read(slots, slot);
    if (at->second.count() != int64_t(values.values.size()))
        r.refuse("changes " + std::to_string(values.values.size()) + " numbers of " + name + ", of which the model has "
            + std::to_string(at->second.count()));
    target.patches->vectors.insert_or_assign(name, std::move(values.values));
    return true;
}

// Rows [first, first + weight.outputs) of a patch.
Patch rowsOf(Gpu& gpu, const Patch& patch, int64_t first, const PackedWeight& weight)
{
    const std::vector<float> all = unpackWeight(patch.up);
    const int64_t width = int64_t(all.size()) / patch.up.outputs;
    const std::span<const float> own = std::span(all).subspan(size_t(first * width), size_t(weight.outputs * width));
    Patch rows = patch;
    rows.up = packWeight(
        gpu, own, weight.outputs, patch.up.inputs, patch.up.kernelHeight, patch.up.kernelWidth, patch.up.data.type);
    return rows;
}

// Of several layers that are one in the file.
bool addLayers(const LoraReader& r, const LoraSlots& slots, const Target& target)
{
    std::vector<const PackedWeight*> weights;
    std::vector<float> values; // which only DoRA asks for
    int64_t outputs = 0;
    const bool isRead = slots.contains(LoraSlot::Magnitude) || slots.contains(LoraSlot::OutputMagnitude);
    for (const std::string& layer : target.layers) {
        weights.push_back(&target.weights->packed.at(layer + ".weight"));
        const std::vector<float> own = isRead ? unpackWeight(*weights.back()) : std::vector<float>();
        values.insert(values.end(), own.begin(), own.end());
        outputs += weights.back()->outputs;
    }
    values.resize(size_t(outputs * weights.front()->inputs));
    if (!slots.contains(LoraSlot::DiffBias) || slots.size() > 1) {
        const PackedWeight joined = packWeight(r.gpu, values, outputs, weights.front()->inputs, 1, 1, DType::F32);
        const Patch patch = patchOf(r, slots, joined, target.precision);
        for (int64_t i = 0, first = 0; i < int64_t(weights.size()); first += weights[size_t(i++)]->outputs)
            target.patches->weights.insert_or_assign(
                target.layers[size_t(i)], rowsOf(r.gpu, patch, first, *weights[size_t(i)]));
    }
    if (!slots.contains(LoraSlot::DiffBias))
        return true;
    const LoraTensor bias = r.read(slots, LoraSlot::DiffBias);
    if (int64_t(bias.values.size()) != outputs)
        r.refuse("changes " + std::to_string(bias.values.size()) + " numbers of a bias of " + std::to_string(outputs));
    auto next = bias.values.begin();
    for (size_t i = 0; i < weights.size(); next += weights[i++]->outputs)
        if (target.weights->tensors.contains(target.layers[i] + ".bias"))
            target.patches->vectors.insert_or_assign(
                target.layers[i] + ".bias", std::vector<float>(next, next + weights[i]->outputs));
    return true;
}

// Returns whether there was anything that the layer could take.
bool addLayer(const LoraReader& r, const LoraSlots& slots, const Target& target)
{
    if (target.layers.size() > 1)
        return addLayers(r, slots, target);
    const std::string& layer = target.layers.front();
    const auto weight = target.weights->packed.find(layer + ".weight");
    const bool onlyBias = slots.size() == 1 && slots.contains(LoraSlot::DiffBias);
    bool isTaken = !onlyBias && weight != target.weights->packed.end();
    if (isTaken)
        target.patches->weights.insert_or_assign(layer, patchOf(r, slots, weight->second, target.precision));
    else
        isTaken = addVector(r, slots, LoraSlot::Diff, target, layer + ".weight");
    return addVector(r, slots, LoraSlot::DiffBias, target, layer + ".bias") || isTaken;
}

// Layers with a weight of any kind.
std::vector<std::string> layersOf(const Weights& weights)
{
    static constexpr std::string_view ending = ".weight";
    std::set<std::string> layers;
    const auto add = [&](const std::string& name) {
        if (name.ends_with(ending))
            layers.insert(name.substr(0, name.size() - ending.size()));
    };
    for (const auto& [name, weight] : weights.packed)
        add(name);
    for (const auto& [name, tensor] : weights.tensors)
        add(name);
    return {layers.begin(), layers.end()};
}

// What diffusers writes beside its LoRAs: "unet.lora_alpha" and "unet.r", of a text encoder likewise. 1 where it says
// nothing of the layer's network.
float toldScale(const TensorFile& file, const nlohmann::json& told, std::string_view key)
{
    const std::string front = std::string(key.substr(0, key.find('.'))) + '.';
    const auto number = [&](const char* name) {
        const auto at = told.find(front + name);
        return at != told.end() && at->is_number() ? at->get<double>() : 0;
    };
    for (const char* name : {"alpha_pattern", "rank_pattern", "use_rslora"})
        if (const auto at = told.find(front + name); at != told.end() && !at->empty() && *at != false)
            throw Error(ErrorKind::BadFile,
                printable(file.source->path()) + ": its metadata have " + front + name
                    + ", which is not supported; save it with an alpha for each layer");
    const double rank = number("r"), alpha = number("lora_alpha");
    return rank > 0 && std::isfinite(alpha / rank) && alpha != 0 ? float(alpha / rank) : 1;
}

using Targets = std::map<std::string, Target, std::less<>>;

LoraLayers loraLayers(const UNet&, std::span<const std::string> layers)
{
    return unetLoraLayers(layers);
}

LoraLayers loraLayers(const MmDit&, std::span<const std::string> layers)
{
    return transformerLoraLayers(layers);
}

Targets targetsOf(const Denoiser* net, std::span<const ClipText* const> texts, Lora& lora)
{
    Targets targets;
    const auto addAll = [&](const LoraLayers& layers, const Weights& weights, NetworkPatches& patches,
                            DType precision) {
        for (const auto& [key, own] : layers)
            targets.emplace(key, Target{own.empty() ? nullptr : &weights, &patches, precision, own});
    };
    if (net)
        addAll(std::visit([&](const auto& one) { return loraLayers(one, layersOf(one.weights)); },
                   static_cast<const Denoiser::variant&>(*net)),
            weightsOf(*net), lora.net, precisionOf(*net));
    for (size_t i = 0; i < texts.size(); ++i) {
        if (!texts[i])
            continue;
        const ClipTextConfig& c = texts[i]->config;
        const std::optional<int> unused = c.lastUnused && !c.pooledWidth ? std::optional(c.layers) : std::nullopt;
        addAll(textLoraLayers(layersOf(texts[i]->weights), unused, c.openClip && c.pooledWidth != 0), texts[i]->weights,
            lora.texts[i], texts[i]->precision);
    }
    return targets;
}

// "12 keys fit nowhere in this model and have no effect: a, b, c, …"
std::string strayText(const std::vector<std::string>& stray)
{
    std::string text = std::to_string(stray.size())
        + (stray.size() == 1 ? " key fits nowhere in this model and has no effect: "
                             : " keys fit nowhere in this model and have no effect: ");
    for (size_t i = 0; i < std::min<size_t>(stray.size(), 3); ++i)
        text += (i ? ", " : "") + printable(stray[i], 80);
    return text + (stray.size() > 3 ? ", …" : "");
}

Weights patched(Weights weights, const NetworkPatches& patches, double strength)
{
    for (const auto& [layer, patch] : patches.weights) {
        Patch& added = weights.patches[layer].emplace_back(patch);
        added.scale *= float(strength);
    }
    for (const auto& [name, values] : patches.vectors) {
        Tensor& tensor = weights.tensors.at(name);
        std::vector<float> sum = toHost(tensor);
        for (size_t i = 0; i < sum.size(); ++i)
            sum[i] += float(strength) * values[i];
        tensor = tensorFrom(tensor.gpu(), tensor.shape, sum, tensor.type, MemoryUse::Weights);
    }
    return weights;
}

}

uint64_t bytesOf(const Lora& lora)
{
    Weights all;
    const auto add = [&](const NetworkPatches& patches) {
        for (const auto& [layer, patch] : patches.weights)
            all.patches[layer].push_back(patch);
    };
    add(lora.net);
    for (const NetworkPatches& patches : lora.texts)
        add(patches);
    return bytesOf(all);
}

Lora loadLora(Gpu& gpu, const std::string& path, const Denoiser* net, std::span<const ClipText* const> texts,
    const std::stop_token& stop, const std::function<void(double)>& onProgress)
{
    const TensorFile file = openTensorFile(path);
    Lora lora;
    lora.warnings = file.warnings;
    lora.texts.resize(texts.size());
    const Targets targets = targetsOf(net, texts, lora);
    std::map<std::string, LoraSlots> keys;
    std::vector<std::string> stray;
    for (const TensorInfo& tensor : file.tensors)
        if (const auto key = parseLoraKey(tensor.name))
            keys[key->key].emplace(key->slot, &tensor);
        else
            stray.push_back(tensor.name);
    LoraReader reader{gpu, file, {}};
    const auto text = file.metadata.find("lora_adapter_metadata");
    const nlohmann::json told = text == file.metadata.end() ? nlohmann::json() : parseJson(path, text->second);
    size_t done = 0, fitting = 0;
    for (const auto& [key, slots] : keys) {
        if (stop.stop_requested())
            throw Error(ErrorKind::Cancelled, "cancelled");
        const auto target = targets.find(key);
        if (target == targets.end()) {
            if (isTextLoraKey(key) ? !texts.empty() : net != nullptr)
                stray.push_back(key);
        } else if (target->second.weights) {
            reader.key = key;
            reader.usualScale = told.is_object() ? toldScale(file, told, key) : 1;
            if (addLayer(reader, slots, target->second))
                ++fitting;
            else
                stray.push_back(key);
        }
        if (onProgress)
            onProgress(double(++done) / double(keys.size()));
    }
    if (fitting == 0)
        throw Error(ErrorKind::BadFile,
            printable(path) + ": none of its " + std::to_string(keys.size())
                + " keys fits this model; it is no LoRA, or one for another kind of model");
    if (!stray.empty())
        lora.warnings.push_back(strayText(stray));
    if (reader.damaged)
        lora.warnings.push_back("the LoRA has values that are not numbers in " + std::to_string(reader.damaged)
            + (reader.damaged == 1 ? " tensor" : " tensors"));
    return lora;
}

Denoiser withPatches(Denoiser network, const NetworkPatches& patches, double strength)
{
    if (strength != 0)
        std::visit([&](auto& net) { net.weights = patched(std::move(net.weights), patches, strength); },
            static_cast<Denoiser::variant&>(network));
    return network;
}

ClipText withPatches(ClipText network, const NetworkPatches& patches, double strength)
{
    if (strength != 0)
        network.weights = patched(std::move(network.weights), patches, strength);
    return network;
}

}
