#include "inference/weights/lora_keys.h"

#include "inference/weights/model_names.h"

#include <algorithm>
#include <utility>

namespace athanor {

namespace {

struct SuffixRow {
    std::string_view suffix;
    LoraSlot slot;
};

constexpr SuffixRow suffixes[] = {
    {".lora_up.weight", LoraSlot::Up},
    {".lora_down.weight", LoraSlot::Down},
    {".lora_mid.weight", LoraSlot::Mid},
    {".lora_B.weight", LoraSlot::Up},
    {".lora_A.weight", LoraSlot::Down},
    {".lora_B.default.weight", LoraSlot::Up},
    {".lora_A.default.weight", LoraSlot::Down},
    {".lora.up.weight", LoraSlot::Up},
    {".lora.down.weight", LoraSlot::Down},
    {".lora_linear_layer.up.weight", LoraSlot::Up},
    {".lora_linear_layer.down.weight", LoraSlot::Down},
    {"_lora.up.weight", LoraSlot::Up}, // "….processor.to_q_lora.up.weight"
    {"_lora.down.weight", LoraSlot::Down},
    {".alpha", LoraSlot::Alpha},
    {".dora_scale", LoraSlot::Magnitude},
    {".lora_magnitude_vector", LoraSlot::OutputMagnitude},
    {".lora_magnitude_vector.weight", LoraSlot::OutputMagnitude},
    {".lora_magnitude_vector.default.weight", LoraSlot::OutputMagnitude},
    {".hada_w1_a", LoraSlot::HadaW1A},
    {".hada_w1_b", LoraSlot::HadaW1B},
    {".hada_w2_a", LoraSlot::HadaW2A},
    {".hada_w2_b", LoraSlot::HadaW2B},
    {".hada_t1", LoraSlot::HadaT1},
    {".hada_t2", LoraSlot::HadaT2},
    {".lokr_w1", LoraSlot::KronW1},
    {".lokr_w1_a", LoraSlot::KronW1A},
    {".lokr_w1_b", LoraSlot::KronW1B},
    {".lokr_w2", LoraSlot::KronW2},
    {".lokr_w2_a", LoraSlot::KronW2A},
    {".lokr_w2_b", LoraSlot::KronW2B},
    {".lokr_t2", LoraSlot::KronT2},
    {".diff", LoraSlot::Diff},
    {".diff_b", LoraSlot::DiffBias},
    {".w_norm", LoraSlot::Diff},
    {".b_norm", LoraSlot::DiffBias},
};

// "a.attn1.processor.to_out" → "a.attn1.to_out.0": attention processors of older diffusers.
std::string withoutProcessor(std::string key)
{
    static constexpr std::string_view processor = ".processor.";
    const size_t at = key.find(processor);
    if (at == std::string::npos)
        return key;
    key.replace(at, processor.size(), ".");
    return key.ends_with(".to_out") ? key + ".0" : key;
}

std::string flat(std::string name)
{
    std::ranges::replace(name, '.', '_');
    return name;
}

using Layers = std::vector<std::string>;

void addAll(LoraLayers& keys, std::span<const std::string_view> prefixes, const std::string& name, const Layers& layers)
{
    for (const std::string_view prefix : prefixes)
        keys.emplace(std::string(prefix) + name, layers);
}

constexpr std::string_view firstFlat[] = {"lora_te_", "lora_te1_"}, secondFlat[] = {"lora_te2_", "lora_te_"},
                           firstDotted[] = {"text_encoder.", "text_encoders.clip_l.transformer.",
                               "clip_l.transformer."},
                           secondDotted[] = {"text_encoder_2.", "text_encoders.clip_g.transformer.",
                               "clip_g.transformer.", "text_encoder."};

}

std::optional<LoraKey> parseLoraKey(std::string_view name)
{
    for (const auto& [suffix, slot] : suffixes)
        if (name.ends_with(suffix) && name.size() > suffix.size())
            return LoraKey{withoutProcessor(std::string(name.substr(0, name.size() - suffix.size()))), slot};
    return std::nullopt;
}

bool isTextLoraKey(std::string_view key)
{
    constexpr std::string_view fronts[] = {"lora_te", "text_encoder", "clip_l.", "clip_g."};
    return std::ranges::any_of(fronts, [&](std::string_view front) { return key.starts_with(front); });
}

LoraLayers unetLoraLayers(std::span<const std::string> layers)
{
    static constexpr std::string_view dotted[] = {"", "unet.", "base_model.model.", "base_model.model.unet."},
                                      ldmDotted[] = {"diffusion_model.", "model.diffusion_model."};
    std::vector<std::string> tensors;
    for (const std::string& layer : layers)
        tensors.push_back(layer + ".weight");
    const std::vector<std::string> theirs = diffusersUNetNames(tensors);
    LoraLayers keys;
    for (size_t i = 0; i < layers.size(); ++i) {
        const std::string diffusers = theirs[i].substr(0, theirs[i].rfind('.'));
        const Layers own{layers[i]};
        keys.emplace("lora_unet_" + flat(layers[i]), own);
        keys.emplace("lora_unet_" + flat(diffusers), own);
        keys.emplace("lycoris_" + flat(diffusers), own);
        addAll(keys, dotted, diffusers, own);
        addAll(keys, ldmDotted, layers[i], own);
    }
    return keys;
}

LoraLayers transformerLoraLayers(std::span<const std::string> layers)
{
    static constexpr std::string_view dotted[] = {"", "transformer.", "base_model.model.",
        "base_model.model.transformer."},
                                      ldmDotted[] = {"diffusion_model.", "model.diffusion_model."};
    LoraLayers keys;
    const auto addTheirs = [&](const std::string& layer, const Layers& own) {
        std::string diffusers = diffusersTransformerName(layer + ".weight");
        diffusers.resize(diffusers.rfind('.'));
        for (const char* front : {"lora_transformer_", "lora_unet_", "lycoris_"})
            keys.emplace(front + flat(diffusers), own);
        addAll(keys, dotted, diffusers, own);
    };
    const auto addOurs = [&](const std::string& layer, const Layers& own) {
        keys.emplace("lora_unet_" + flat(layer), own);
        addAll(keys, ldmDotted, layer, own);
    };
    for (const std::string& layer : layers) {
        addTheirs(layer, {layer});
        addOurs(layer, {layer});
        const std::string front = layer.substr(0, layer.rfind('.') + 1);
        if (layer.ends_with(".attn.q") || layer.ends_with(".attn2.q"))
            addOurs(front + "qkv", {layer, front + "k", front + "v"});
        if (!layer.ends_with("adaLN_modulation.1.shift"))
            continue;
        addOurs(front.substr(0, front.size() - 1), {layer, front + "scale"});
        addTheirs(front + "scale_shift", {front + "scale", layer});
    }
    return keys;
}

LoraLayers textLoraLayers(std::span<const std::string> layers, std::optional<int> unused, bool isSecond)
{
    LoraLayers keys;
    const auto add = [&](const std::string& name, const Layers& layer) {
        const std::string theirs = (name.starts_with("text_projection") ? "" : "text_model.") + name;
        addAll(keys, isSecond ? std::span<const std::string_view>(secondFlat) : firstFlat, flat(theirs), layer);
        for (const std::string& form : {theirs, name})
            addAll(keys, isSecond ? std::span<const std::string_view>(secondDotted) : firstDotted, form, layer);
    };
    // As diffusers once named them with its processors.
    constexpr std::pair<std::string_view, std::string_view> older[] = {
        {"q_proj", "to_q"}, {"k_proj", "to_k"}, {"v_proj", "to_v"}, {"out_proj", "to_out"}};
    for (const std::string& layer : layers) {
        add(layer, {layer});
        for (const auto& [now, then] : older)
            if (layer.ends_with(std::string(".self_attn.").append(now)))
                add(layer.substr(0, layer.size() - now.size()).append(then), {layer});
        const std::string front = "encoder.layers.0.";
        if (unused && layer.starts_with(front))
            add("encoder.layers." + std::to_string(*unused) + '.' + layer.substr(front.size()), {});
    }
    return keys;
}

}
