#include "inference/weights/families.h"

#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <set>
#include <utility>

namespace athanor {

namespace {

constexpr std::string_view diffusersStem = "diffusion_pytorch_model";

constexpr PartRow textPart(std::string_view prefix)
{
    return {Part::TextEncoder, prefix, "text_encoder", "CLIPTextModel", "model", "pytorch_model", "tokenizer"};
}

constexpr PartRow text2Part(std::string_view prefix)
{
    return {Part::TextEncoder2, prefix, "text_encoder_2", "CLIPTextModelWithProjection", "model", "pytorch_model",
        "tokenizer_2"};
}

constexpr PartRow clipLPart = textPart("cond_stage_model.transformer.");
constexpr PartRow unetPart{
    Part::UNet, "model.diffusion_model.", "unet", "UNet2DConditionModel", diffusersStem, diffusersStem};
constexpr PartRow vaePart{Part::Vae, "first_stage_model.", "vae", "AutoencoderKL", diffusersStem, diffusersStem};
constexpr PartRow controlNetPart{
    Part::ControlNet, "control_model.", "", "ControlNetModel", diffusersStem, diffusersStem};
constexpr PartRow partsAlone[] = {clipLPart, unetPart, vaePart, controlNetPart};

// The numbers are those of ComfyUI: comfy/latent_formats.py, and comfy/model_base.py for grey.
const LatentFormat stableDiffusionLatent{.channels = 4,
    .downsamplings = 3,
    .scale = 0.18215,
    .colours = {{{0.3512f, 0.2297f, 0.3227f}, {0.3250f, 0.4974f, 0.2350f}, {-0.2829f, 0.1762f, 0.2721f},
        {-0.2120f, -0.2616f, -0.7177f}}},
    .grey = {0.8223f, -0.6876f, 0.6364f, 0.1380f}};

const LatentFormat sdxlLatent{.channels = 4,
    .downsamplings = 3,
    .scale = 0.13025,
    .colours = {{{0.3651f, 0.4232f, 0.4341f}, {-0.2533f, -0.0042f, 0.1068f}, {0.1076f, 0.1111f, -0.0362f},
                    {-0.3165f, -0.2492f, -0.2188f}},
        {0.1084f, -0.0175f, -0.0011f}},
    .grey = stableDiffusionLatent.grey};

FamilyRow stableDiffusion1(Variant variant, std::vector<ExtraInput> extraInputs)
{
    return {.architecture = Architecture::StableDiffusion1,
        .variant = variant,
        .parts = {clipLPart, unetPart, vaePart},
        .latent = stableDiffusionLatent,
        .extraInputs = std::move(extraInputs)};
}

// Its text encoder has OpenCLIP's names, or CLIP's.
FamilyRow stableDiffusion2(Variant variant, std::vector<ExtraInput> extraInputs)
{
    return {.architecture = Architecture::StableDiffusion2,
        .variant = variant,
        .parts = {textPart("cond_stage_model.model."), textPart("conditioner.embedders.0.model."), clipLPart, unetPart,
            vaePart},
        .latent = stableDiffusionLatent,
        .texts = {{.openClip = true, .lastUnused = true}},
        .extraInputs = std::move(extraInputs),
        .headChannels = 64,
        .velocityBias =
            variant == Variant::Base ? "output_blocks.11.1.transformer_blocks.0.norm1.bias" : std::string_view(),
        .velocityDeviation = 0.09,
        .velocitySide = 96};
}

constexpr TextRow bigG{
    .part = Part::TextEncoder2, .openClip = true, .lastUnused = true, .normed = false, .pooled = true};

FamilyRow sdxl(Variant variant, std::vector<ExtraInput> extraInputs)
{
    return {.architecture = Architecture::Sdxl,
        .variant = variant,
        .parts = {textPart("conditioner.embedders.0.transformer."), text2Part("conditioner.embedders.1.model."),
            unetPart, vaePart},
        .latent = sdxlLatent,
        .texts = {{.lastUnused = true, .normed = false}, bigG},
        .extraInputs = std::move(extraInputs),
        .sizeInputs = {SizeInput::OriginalHeight, SizeInput::OriginalWidth, SizeInput::CropTop, SizeInput::CropLeft,
            SizeInput::TargetHeight, SizeInput::TargetWidth},
        .headChannels = 64,
        .side = 128,
        .velocitySide = 128};
}

FamilyRow sdxlRefiner()
{
    FamilyRow row = sdxl(Variant::Refiner, {});
    row.parts = {text2Part("conditioner.embedders.0.model."), unetPart, vaePart};
    row.texts = {bigG};
    row.sizeInputs = {SizeInput::OriginalHeight, SizeInput::OriginalWidth, SizeInput::CropTop, SizeInput::CropLeft,
        SizeInput::AestheticScore};
    return row;
}

const std::vector<FamilyRow> familyRows{
    stableDiffusion1(Variant::Base, {}),
    stableDiffusion1(Variant::Inpainting, {ExtraInput::Mask, ExtraInput::MaskedLatent}),
    stableDiffusion2(Variant::Base, {}),
    stableDiffusion2(Variant::Inpainting, {ExtraInput::Mask, ExtraInput::MaskedLatent}),
    sdxl(Variant::Base, {}),
    sdxl(Variant::Inpainting, {ExtraInput::Mask, ExtraInput::MaskedLatent}),
    sdxlRefiner(),
};

// Where a file of this kind belongs; empty for whole checkpoints.
std::string placeFor(ModelKind kind)
{
    switch (kind) {
    case ModelKind::Vae:
        return "; a VAE is given beside the checkpoint (--vae, or the node Load VAE)";
    case ModelKind::Lora:
    case ModelKind::Lycoris:
        return "; it goes into the node Load LoRA (--lora)";
    case ModelKind::ControlNet:
        return "; it goes into the node Load ControlNet";
    case ModelKind::ControlLora:
    case ModelKind::T2iAdapter:
        return "; these are not supported, take the ControlNet for the same kind of map";
    case ModelKind::Embedding:
        return "; embeddings in prompts are not supported";
    case ModelKind::Upscaler:
        return "; it goes into the node Upscale image with model";
    case ModelKind::UNet:
    case ModelKind::TextEncoder:
        return "; open the whole checkpoint or diffusers folder it belongs to";
    default:
        return "";
    }
}

[[noreturn]] void refuse(Family family, const std::string& path, const std::string& wanted)
{
    throw Error(ErrorKind::BadFile,
        printable(path) + ": this is " + describe(family) + ", this command takes " + wanted + placeFor(family.kind));
}

// "4 or 9": of the family's variants that run.
std::string inputChannels(Architecture architecture)
{
    std::set<int> counts;
    for (const FamilyRow& row : familyRows)
        if (row.architecture == architecture)
            counts.insert(row.latent.channels + channelsOf(row.extraInputs, row.latent.channels));
    std::string text;
    for (const int count : counts)
        text += (text.empty() ? "" : " or ") + std::to_string(count);
    return text;
}

}

const FamilyRow* findFamily(Architecture architecture, Variant variant)
{
    const auto at = std::ranges::find_if(
        familyRows, [&](const FamilyRow& row) { return row.architecture == architecture && row.variant == variant; });
    return at == familyRows.end() ? nullptr : &*at;
}

const FamilyRow* nearestFamily(Family family)
{
    const FamilyRow* row = findFamily(family.architecture, family.variant);
    return row ? row : findFamily(family.architecture);
}

std::string familyTitles(std::string_view lastComma)
{
    std::vector<std::string_view> titles;
    for (const FamilyRow& row : familyRows)
        if (row.variant == Variant::Base)
            titles.push_back(architectureName(row.architecture));
    std::string text;
    for (size_t i = 0; i < titles.size(); ++i)
        text.append(i == 0 ? "" : i + 1 < titles.size() ? ", " : lastComma).append(titles[i]);
    return text;
}

const TextRow* findText(const FamilyRow& family, Part part)
{
    const auto at = std::ranges::find(family.texts, part, &TextRow::part);
    return at == family.texts.end() ? nullptr : &*at;
}

const LatentFormat& latentOf(Family family)
{
    const FamilyRow* row = nearestFamily(family);
    return (row ? *row : familyRows.front()).latent;
}

std::span<const PartRow> loneParts()
{
    return partsAlone;
}

const PartRow& lonePart(Part part)
{
    return *std::ranges::find(partsAlone, part, &PartRow::part);
}

const FamilyRow& requireCheckpoint(Family family, const std::string& path)
{
    if (family.kind != ModelKind::Checkpoint || !findFamily(family.architecture))
        refuse(family, path, "a checkpoint of " + familyTitles(" or "));
    const FamilyRow* row = findFamily(family.architecture, family.variant);
    if (!row)
        refuse(family, path,
            describe({.kind = ModelKind::Checkpoint, .architecture = family.architecture}) + " with "
                + inputChannels(family.architecture) + " input channels");
    return *row;
}

void requireVae(Family family, const std::string& path)
{
    const bool standsAlone = family.kind == ModelKind::Vae;
    const bool inside = family.kind == ModelKind::Checkpoint && findFamily(family.architecture);
    if (!standsAlone && !inside)
        refuse(family, path, "a VAE of " + familyTitles(" or "));
}

void requireControlNet(Family family, const std::string& path)
{
    if (family.kind != ModelKind::ControlNet || !findFamily(family.architecture))
        refuse(family, path, "a ControlNet of " + familyTitles(" or "));
}

void requireUpscaler(Family family, const std::string& path)
{
    if (family.kind != ModelKind::Upscaler)
        refuse(family, path, "an upscaler");
}

}
