#include "inference/weights/family.h"

#include <algorithm>
#include <array>

namespace athanor {

using namespace std::string_view_literals;

namespace {

// The tensors sorted by name, for look-ups by name and by prefix.
class NameIndex {
public:
    explicit NameIndex(std::span<const NamedShape> tensors)
        : m_tensors(tensors.begin(), tensors.end())
    {
        std::ranges::sort(m_tensors, {}, &NamedShape::name);
    }

    const NamedShape* find(std::string_view name) const
    {
        const auto at = std::ranges::lower_bound(m_tensors, name, {}, &NamedShape::name);
        return at != m_tensors.end() && at->name == name ? &*at : nullptr;
    }

    bool has(std::string_view name) const { return find(name) != nullptr; }

    bool hasPrefix(std::string_view prefix) const
    {
        const auto at = std::ranges::lower_bound(m_tensors, prefix, {}, &NamedShape::name);
        return at != m_tensors.end() && at->name.starts_with(prefix);
    }

    template <typename Predicate> const NamedShape* findIf(Predicate predicate) const
    {
        const auto at = std::ranges::find_if(m_tensors, predicate);
        return at == m_tensors.end() ? nullptr : &*at;
    }

    bool hasSuffix(std::string_view suffix) const
    {
        return findIf([&](const NamedShape& t) { return t.name.ends_with(suffix); });
    }

private:
    std::vector<NamedShape> m_tensors;
};

bool isLycoris(const NameIndex& names)
{
    static constexpr std::string_view suffixes[] = {".hada_w1_a", ".lokr_w1", ".lokr_w1_a", ".lora_mid.weight",
        ".oft_blocks", ".oft_diag", ".ia3.weight", ".glora_a.weight"};
    return std::ranges::any_of(suffixes, [&](std::string_view suffix) { return names.hasSuffix(suffix); });
}

bool isLora(const NameIndex& names)
{
    static constexpr std::string_view suffixes[] = {
        ".lora_up.weight", ".lora_A.weight", "_lora.up.weight", ".lora.up.weight", ".lora_linear_layer.up.weight"};
    return std::ranges::any_of(suffixes, [&](std::string_view suffix) { return names.hasSuffix(suffix); });
}

bool isControlNet(const NameIndex& names)
{
    return names.hasPrefix("control_model.") || names.has("zero_convs.0.0.weight")
        || names.has("input_hint_block.0.weight") || names.has("controlnet_cond_embedding.conv_in.weight")
        || names.has("controlnet_blocks.0.weight");
}

bool isT2iAdapter(const NameIndex& names)
{
    static constexpr const char* firsts[] = {"body.0.in_conv.weight", "body.0.block1.weight", "adapter.conv_in.weight",
        "body.0.resnets.0.block1.weight", "adapter.body.0.in_conv.weight", "adapter.body.0.resnets.0.block1.weight"};
    return std::ranges::any_of(firsts, [&](const char* first) { return names.has(first); });
}

bool isEmbedding(const NameIndex& names)
{
    return names.hasPrefix("string_to_param.") || names.has("emb_params") || names.has("clip_l") || names.has("clip_g");
}

// SRVGGNetCompact: a chain of convolutions that begins with a picture's three channels.
bool isCompactUpscaler(const NameIndex& names)
{
    return std::ranges::any_of(std::array{"params_ema.body.", "params.body.", "body."}, [&](const std::string& front) {
        const NamedShape *first = names.find(front + "0.weight"), *slopes = names.find(front + "1.weight");
        return first && first->shape.size() == 4 && first->shape[1] == 3 && slopes && slopes->shape.size() == 1;
    });
}

bool isUpscaler(const NameIndex& names)
{
    return isCompactUpscaler(names) || names.hasPrefix("model.1.sub.") || names.has("conv_first.weight")
        || names.hasPrefix("layers.0.residual_group.") || names.hasPrefix("params_ema.")
        || names.hasPrefix("params.conv_first.");
}

bool isVae(const NameIndex& names, std::string_view prefix)
{
    const std::string front(prefix);
    return names.has(front + "decoder.conv_in.weight") && names.has(front + "decoder.conv_out.weight");
}

bool isClipText(const NameIndex& names)
{
    return names.has("text_model.embeddings.token_embedding.weight") || names.has("embeddings.token_embedding.weight")
        || names.has("cond_stage_model.transformer.text_model.embeddings.token_embedding.weight")
        || (names.has("token_embedding.weight") && names.hasPrefix("transformer.resblocks."));
}

// Text states of a UNet's cross attention; 0 where there is none.
int64_t contextWidth(const NameIndex& names, const std::string& prefix)
{
    const NamedShape* keys = names.findIf([&](const NamedShape& t) {
        return t.name.starts_with(prefix) && t.name.ends_with(".attn2.to_k.weight") && t.shape.size() == 2;
    });
    return keys ? keys->shape[1] : 0;
}

// `prefix` stands in front of a UNet's (or transformer's) names. Unknown if there is none.
Architecture diffusionArchitecture(const NameIndex& names, const std::string& prefix)
{
    if (names.hasPrefix(prefix + "double_blocks."))
        return Architecture::Flux;
    const bool isJoint = names.has(prefix + "pos_embed.proj.weight")
        && names.has(prefix + "transformer_blocks.0.attn.add_q_proj.weight");
    if (names.hasPrefix(prefix + "joint_blocks.") || isJoint)
        return Architecture::StableDiffusion3;
    const bool ldm = names.has(prefix + "input_blocks.0.0.weight");
    const bool diffusers = names.has(prefix + "conv_in.weight") && names.hasPrefix(prefix + "down_blocks.");
    if (!ldm && !diffusers)
        return Architecture::Unknown;
    // SD 2 reads open_clip states 1,024 wide and projects with linear layers where SD 1 has 1×1 convolutions.
    const NamedShape* projection = names.findIf(
        [&](const NamedShape& t) { return t.name.starts_with(prefix) && t.name.ends_with(".proj_in.weight"); });
    const int64_t context = contextWidth(names, prefix);
    const bool linear = projection && projection->shape.size() == 2;
    const bool labels = names.hasPrefix(prefix + "label_emb.") || names.hasPrefix(prefix + "add_embedding.");
    if (labels && context != 1024)
        return Architecture::Sdxl;
    if (names.hasPrefix("cond_stage_model.model.") || linear || context == 1024)
        return Architecture::StableDiffusion2;
    return context ? Architecture::StableDiffusion1 : Architecture::Unknown;
}

// SDXL's second network, which finishes pictures: it reads the larger text encoder alone.
bool isRefiner(const NameIndex& names, const std::string& prefix)
{
    constexpr int64_t largerEncoder = 1280;
    const bool readsFirst = names.hasPrefix("conditioner.embedders.0.transformer.");
    return contextWidth(names, prefix) == largerEncoder || (names.hasPrefix("conditioner.embedders.") && !readsFirst);
}

Variant variantOf(const NameIndex& names, const std::string& prefix, Architecture architecture)
{
    const NamedShape* in = names.find(prefix + "input_blocks.0.0.weight");
    if (!in)
        in = names.find(prefix + "conv_in.weight");
    const int64_t channels = in && in->shape.size() == 4 ? in->shape[1] : 4;
    switch (channels) {
    case 5:
        return Variant::Depth;
    case 8:
        return Variant::InstructPix2Pix;
    case 9:
        return Variant::Inpainting;
    default:
        return architecture == Architecture::Sdxl && isRefiner(names, prefix) ? Variant::Refiner : Variant::Base;
    }
}

// Null where nothing is said.
const std::string* toldPrediction(const std::map<std::string, std::string>& metadata)
{
    for (const char* key : {"athanor.prediction", "modelspec.prediction_type"})
        if (const auto said = metadata.find(key); said != metadata.end())
            return &said->second;
    return nullptr;
}

bool predictsV(const NameIndex& names, const std::map<std::string, std::string>& metadata)
{
    const std::string* said = toldPrediction(metadata);
    return said ? said->starts_with('v') : names.has("v_pred");
}

constexpr const char* kindName(ModelKind kind)
{
    switch (kind) {
    case ModelKind::Checkpoint:
        return "checkpoint";
    case ModelKind::UNet:
        return "diffusion model alone";
    case ModelKind::TextEncoder:
        return "CLIP text encoder";
    case ModelKind::T5Encoder:
        return "T5 text encoder";
    case ModelKind::Vae:
        return "VAE";
    case ModelKind::Lora:
        return "LoRA";
    case ModelKind::Lycoris:
        return "LyCORIS";
    case ModelKind::ControlNet:
        return "ControlNet";
    case ModelKind::ControlLora:
        return "Control-LoRA";
    case ModelKind::T2iAdapter:
        return "T2I-Adapter";
    case ModelKind::Embedding:
        return "textual-inversion embedding";
    case ModelKind::Upscaler:
        return "upscaler";
    case ModelKind::Unknown:
        break;
    }
    return "model of an unknown kind";
}

}

Family identify(std::span<const NamedShape> tensors, const std::map<std::string, std::string>& metadata)
{
    const NameIndex names(tensors);
    // Add-ons first: their names may contain pieces of the network they belong to.
    if (names.has("lora_controlnet"))
        return {.kind = ModelKind::ControlLora};
    if (isT2iAdapter(names))
        return {.kind = ModelKind::T2iAdapter};
    if (isLycoris(names))
        return {.kind = ModelKind::Lycoris};
    if (isLora(names))
        return {.kind = ModelKind::Lora};
    if (isControlNet(names)) {
        const bool prefixed = names.hasPrefix("control_model.");
        return {.kind = ModelKind::ControlNet,
            .architecture = diffusionArchitecture(names, prefixed ? "control_model." : "")};
    }
    if (isEmbedding(names))
        return {.kind = ModelKind::Embedding};
    for (const std::string prefix : {"model.diffusion_model.", ""}) {
        Family family;
        family.architecture = diffusionArchitecture(names, prefix);
        if (family.architecture == Architecture::Unknown)
            continue;
        family.kind = prefix.empty() ? ModelKind::UNet : ModelKind::Checkpoint;
        family.variant = variantOf(names, prefix, family.architecture);
        family.vPrediction = predictsV(names, metadata);
        return family;
    }
    if (names.hasPrefix("model.diffusion_model."))
        return {.kind = ModelKind::Checkpoint};
    if (isVae(names, "first_stage_model.") || isVae(names, ""))
        return {.kind = ModelKind::Vae};
    if (isClipText(names))
        return {.kind = ModelKind::TextEncoder};
    if (names.has("encoder.block.0.layer.0.SelfAttention.q.weight"))
        return {.kind = ModelKind::T5Encoder};
    if (isUpscaler(names))
        return {.kind = ModelKind::Upscaler};
    return {};
}

bool tellsPrediction(const std::map<std::string, std::string>& metadata)
{
    return toldPrediction(metadata) != nullptr;
}

Family identifyPipelineClass(std::string_view className)
{
    static constexpr std::pair<std::string_view, Architecture> fronts[] = {
        {"StableDiffusionXL", Architecture::Sdxl},
        {"StableDiffusion3", Architecture::StableDiffusion3},
        {"Flux", Architecture::Flux},
        {"StableDiffusion", Architecture::StableDiffusion1},
        {"LatentConsistencyModel", Architecture::StableDiffusion1},
    };
    if (className.ends_with("Pipeline"))
        for (const auto& [front, architecture] : fronts)
            if (className.starts_with(front))
                return {.kind = ModelKind::Checkpoint, .architecture = architecture};
    return {};
}

std::string_view architectureName(Architecture architecture)
{
    static constexpr std::string_view names[] = {
        "unknown", "Stable Diffusion 1.x", "Stable Diffusion 2", "SDXL", "Stable Diffusion 3", "Flux"};
    return names[size_t(architecture)];
}

std::string describe(Family family)
{
    const std::string kind = kindName(family.kind);
    const std::string architecture(architectureName(family.architecture));
    std::string text;
    if (family.architecture != Architecture::Unknown)
        text = (architecture == "SDXL" ? "an " : "a ") + architecture + " " + kind;
    else
        text = (kind == "upscaler" ? "an " : "a ") + kind;
    if (family.variant == Variant::Inpainting)
        text += " for inpainting (9 input channels)";
    if (family.variant == Variant::InstructPix2Pix)
        text += " for InstructPix2Pix editing (8 input channels)";
    if (family.variant == Variant::Depth)
        text += " that is shown depth (5 input channels)";
    if (family.variant == Variant::Refiner)
        text += " that refines pictures of another";
    if (family.vPrediction)
        text += " with v prediction";
    return text;
}

}
