#include "inference/weights/families.h"

#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <cstdint>
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
constexpr PartRow transformerPart{
    Part::Transformer, "model.diffusion_model.", "transformer", "SD3Transformer2DModel", diffusersStem, diffusersStem};
constexpr PartRow vaePart{Part::Vae, "first_stage_model.", "vae", "AutoencoderKL", diffusersStem, diffusersStem};
constexpr PartRow controlNetPart{
    Part::ControlNet, "control_model.", "", "ControlNetModel", diffusersStem, diffusersStem};
constexpr PartRow t5Part{Part::TextEncoder3, "text_encoders.t5xxl.transformer.", "text_encoder_3", "T5EncoderModel",
    "model", "pytorch_model", "tokenizer_3"};
constexpr PartRow partsAlone[] = {clipLPart, text2Part(""), t5Part, unetPart, transformerPart, vaePart, controlNetPart};

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

const LatentFormat sd3Latent{.channels = 16,
    .downsamplings = 3,
    .scale = 1.5305,
    .shift = 0.0609,
    .quantConvs = false,
    .colours = {{{-0.0922f, -0.0175f, 0.0749f}, {0.0311f, 0.0633f, 0.0954f}, {0.1994f, 0.0927f, 0.0458f},
                    {0.0856f, 0.0339f, 0.0902f}, {0.0587f, 0.0272f, -0.0496f}, {-0.0006f, 0.1104f, 0.0309f},
                    {0.0978f, 0.0306f, 0.0427f}, {-0.0042f, 0.1038f, 0.1358f}, {-0.0194f, 0.0020f, 0.0669f},
                    {-0.0488f, 0.0130f, -0.0268f}, {0.0922f, 0.0988f, 0.0951f}, {-0.0278f, 0.0524f, -0.0542f},
                    {0.0332f, 0.0456f, 0.0895f}, {-0.0069f, -0.0030f, -0.0810f}, {-0.0596f, -0.0465f, -0.0293f},
                    {-0.1448f, -0.1463f, -0.1189f}},
        {0.2394f, 0.2135f, 0.1925f}},
    .grey = std::vector<float>(16)};

FamilyRow stableDiffusion1(Variant variant, std::vector<ExtraInput> extraInputs)
{
    return {.architecture = Architecture::StableDiffusion1,
        .variant = variant,
        .id = variant == Variant::Base ? "sd1" : "",
        .parts = {clipLPart, unetPart, vaePart},
        .latent = stableDiffusionLatent,
        .texts = {{.width = 768}},
        .extraInputs = std::move(extraInputs)};
}

// Its text encoder has OpenCLIP's names, or CLIP's.
FamilyRow stableDiffusion2(Variant variant, std::vector<ExtraInput> extraInputs)
{
    return {.architecture = Architecture::StableDiffusion2,
        .variant = variant,
        .id = variant == Variant::Base ? "sd2" : "",
        .parts = {textPart("cond_stage_model.model."), textPart("conditioner.embedders.0.model."), clipLPart, unetPart,
            vaePart},
        .latent = stableDiffusionLatent,
        .texts = {{.openClip = true, .lastUnused = true, .width = 1024}},
        .extraInputs = std::move(extraInputs),
        .headChannels = 64,
        .velocityBias =
            variant == Variant::Base ? "output_blocks.11.1.transformer_blocks.0.norm1.bias" : std::string_view(),
        .velocityDeviation = 0.09,
        .velocitySide = 96};
}

constexpr TextRow bigG{
    .part = Part::TextEncoder2, .openClip = true, .lastUnused = true, .normed = false, .pooled = true, .width = 1280};

FamilyRow sdxl(Variant variant, std::vector<ExtraInput> extraInputs)
{
    return {.architecture = Architecture::Sdxl,
        .variant = variant,
        .id = variant == Variant::Base ? "sdxl" : "",
        .parts = {textPart("conditioner.embedders.0.transformer."), text2Part("conditioner.embedders.1.model."),
            unetPart, vaePart},
        .latent = sdxlLatent,
        .texts = {{.lastUnused = true, .normed = false, .width = 768}, bigG},
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
    row.id = "sdxl_refiner";
    row.parts = {text2Part("conditioner.embedders.0.model."), unetPart, vaePart};
    row.texts = {bigG};
    row.sizeInputs = {SizeInput::OriginalHeight, SizeInput::OriginalWidth, SizeInput::CropTop, SizeInput::CropLeft,
        SizeInput::AestheticScore};
    return row;
}

// 3 and 3.5. Each of its encoders may be missing, as in the files that are sold without.
FamilyRow stableDiffusion3()
{
    PartRow clipL = textPart("text_encoders.clip_l.transformer.");
    clipL.className = "CLIPTextModelWithProjection";
    return {.architecture = Architecture::StableDiffusion3,
        .variant = Variant::Base,
        .id = "sd3",
        .parts = {clipL, text2Part("text_encoders.clip_g.transformer."), t5Part, transformerPart, vaePart},
        .latent = sd3Latent,
        .denoiser = Part::Transformer,
        .texts =
            {{.lastUnused = true, .normed = false, .pooled = true, .optional = true, .width = 768, .pooledWidth = 768},
                {.part = Part::TextEncoder2,
                    .openClip = true,
                    .lastUnused = true,
                    .normed = false,
                    .pooled = true,
                    .optional = true,
                    .width = 1280,
                    .pooledWidth = 1280},
                {.part = Part::TextEncoder3, .kind = TextKind::T5, .optional = true}},
        .side = 128,
        .flowShift = 3,
        .padsText = true,
        .preset = {28, 4.5, "euler", "normal"}};
}

const std::vector<FamilyRow> familyRows{
    stableDiffusion1(Variant::Base, {}),
    stableDiffusion1(Variant::Inpainting, {ExtraInput::Mask, ExtraInput::MaskedLatent}),
    stableDiffusion2(Variant::Base, {}),
    stableDiffusion2(Variant::Inpainting, {ExtraInput::Mask, ExtraInput::MaskedLatent}),
    sdxl(Variant::Base, {}),
    sdxl(Variant::Inpainting, {ExtraInput::Mask, ExtraInput::MaskedLatent}),
    sdxlRefiner(),
    stableDiffusion3(),
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
        return "; it goes into the node Load diffusion model (--model, beside --text-encoder and --vae)";
    case ModelKind::TextEncoder:
    case ModelKind::T5Encoder:
        return "; it goes into the node Load text encoder (--text-encoder)";
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

bool hasControlNets(Architecture architecture)
{
    const FamilyRow* row = findFamily(architecture);
    return row && row->denoiser == Part::UNet;
}

std::string familyTitles(std::string_view lastComma, bool ofControlNets)
{
    std::vector<std::string_view> titles;
    for (const FamilyRow& row : familyRows)
        if (row.variant == Variant::Base && (!ofControlNets || hasControlNets(row.architecture)))
            titles.push_back(architectureName(row.architecture));
    std::string text;
    for (size_t i = 0; i < titles.size(); ++i)
        text.append(i == 0 ? "" : i + 1 < titles.size() ? ", " : lastComma).append(titles[i]);
    return text;
}

std::vector<std::string_view> textFamilyNames()
{
    std::vector<std::string_view> names{"auto"};
    for (const FamilyRow& row : familyRows)
        if (!row.id.empty())
            names.push_back(row.id);
    return names;
}

const FamilyRow* findFamily(std::string_view id)
{
    const auto at = std::ranges::find_if(familyRows, [&](const FamilyRow& row) { return !id.empty() && row.id == id; });
    return at == familyRows.end() ? nullptr : &*at;
}

const FamilyRow* familyOfTexts(std::span<const Part> parts, int64_t firstWidth)
{
    const FamilyRow* first = nullptr;
    for (const FamilyRow& row : familyRows) {
        const auto isGiven = [&](const TextRow& text) {
            return text.optional || std::ranges::find(parts, text.part) != parts.end();
        };
        if (row.id.empty() || !std::ranges::all_of(parts, [&](Part part) { return findText(row, part) != nullptr; })
            || !std::ranges::all_of(row.texts, isGiven))
            continue;
        if (findText(row, parts.front())->width == firstWidth)
            return &row;
        first = first ? first : &row;
    }
    return first;
}

std::string presetTexts(const std::function<std::string(const Preset&)>& text)
{
    const std::string usual = text(familyRows.front().preset);
    std::string all = usual;
    for (const FamilyRow& row : familyRows)
        if (const std::string own = text(row.preset); row.variant == Variant::Base && own != usual)
            all += "; " + std::string(architectureName(row.architecture)) + " " + own;
    return all;
}

const TextRow* findText(const FamilyRow& family, Part part)
{
    const auto at = std::ranges::find(family.texts, part, &TextRow::part);
    return at == family.texts.end() ? nullptr : &*at;
}

const LatentFormat& latentOf(Family family, int channels)
{
    if (const FamilyRow* row = nearestFamily(family))
        return row->latent;
    const auto at = std::ranges::find(familyRows, channels, [](const FamilyRow& row) { return row.latent.channels; });
    return (at == familyRows.end() ? familyRows.front() : *at).latent;
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

const FamilyRow& requireDenoiser(Family family, const std::string& path)
{
    if (family.kind != ModelKind::UNet)
        return requireCheckpoint(family, path);
    const FamilyRow* row = findFamily(family.architecture, family.variant);
    if (!row)
        refuse(family, path, "what denoises of " + familyTitles(" or "));
    return *row;
}

void requireText(Family family, const std::string& path)
{
    if (family.kind != ModelKind::TextEncoder && family.kind != ModelKind::T5Encoder)
        refuse(family, path, "a text encoder in a file of its own");
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
    if (family.kind != ModelKind::ControlNet || !hasControlNets(family.architecture))
        refuse(family, path, "a ControlNet of " + familyTitles(" or ", true));
}

void requireUpscaler(Family family, const std::string& path)
{
    if (family.kind != ModelKind::Upscaler)
        refuse(family, path, "an upscaler");
}

}
