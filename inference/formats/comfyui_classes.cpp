#include "inference/formats/comfyui_classes.h"

#include "inference/formats/sampler_names.h"

#include <algorithm>
#include <cmath>
#include <variant>

namespace athanor {

namespace {

using enum ComfyKind;

const std::vector<ComfyClass>& table()
{
    static const std::vector<ComfyWidget> scaleTo{
        {"upscale_method", "method", Method}, {"width", "width", Int}, {"height", "height", Int}, {"crop", "crop"}};
    static const std::vector<ComfyFixed> byFactor{{"width", int64_t(0)}, {"height", int64_t(0)}};
    static const std::vector<ComfyFixed> asThere{
        {"strength_mode", std::string("all"), false}, {"batch_noise", std::string("one"), false}};
    static const std::vector<ComfyFixed> inTiles{{"tiling", std::string("on")}};
    static const std::vector<ComfyWidget> tiles{
        {"tile_size", "tile", Int}, {"overlap", "overlap", Int}, {"temporal_size", ""}, {"temporal_overlap", ""}};
    static const std::vector<ComfyClass> rows{
        // Loaders
        {"CheckpointLoaderSimple", "load_checkpoint", {}, {{"ckpt_name", "file"}}, {"model", "text_encoder", "vae"}},
        {"CheckpointLoader", "load_checkpoint", {}, {{"config_name", ""}, {"ckpt_name", "file"}},
            {"model", "text_encoder", "vae"}},
        {"UNETLoader", "load_diffusion_model", {}, {{"unet_name", "file"}, {"weight_dtype", ""}}, {"model"}},
        {"CLIPLoader", "load_text_encoder", {}, {{"clip_name", "file"}, {"type", "family", TextFamily}, {"device", ""}},
            {"text_encoder"}},
        {"DualCLIPLoader", "load_text_encoder", {},
            {{"clip_name1", "file"}, {"clip_name2", "second_file"}, {"type", "family", TextFamily}, {"device", ""}},
            {"text_encoder"}},
        {"TripleCLIPLoader", "load_text_encoder", {},
            {{"clip_name1", "file"}, {"clip_name2", "second_file"}, {"clip_name3", "third_file"}}, {"text_encoder"},
            {{"family", std::string("sd3"), false}}},
        {"VAELoader", "load_vae", {}, {{"vae_name", "file"}}, {"vae"}},
        {"LoraLoader", "load_lora", {{"model", "model"}, {"clip", "text_encoder"}},
            {{"lora_name", "file"}, {"strength_model", "model_strength"}, {"strength_clip", "text_strength"}},
            {"model", "text_encoder"}},
        {"LoraLoaderModelOnly", "load_lora", {{"model", "model"}},
            {{"lora_name", "file"}, {"strength_model", "model_strength"}}, {"model"}},
        {"ModelSamplingSD3", "set_flow_shift", {{"model", "model"}}, {{"shift", "shift"}}, {"model"}},
        {"ControlNetLoader", "load_controlnet", {}, {{"control_net_name", "file"}}, {"control_net"}},
        {"DiffControlNetLoader", "load_controlnet", {{"model", "model"}}, {{"control_net_name", "file"}},
            {"control_net"}},
        {"LoadImage", "load_image", {}, {{"image", "file", Picture}, {"upload", ""}}, {"image", "mask"}},
        // Conditioning
        {"CLIPTextEncode", "encode_prompt", {{"clip", "text_encoder"}}, {{"text", "text"}}, {"conditioning"},
            {{"syntax", std::string("comfyui"), false}}},
        {"CLIPTextEncodeSDXL", "encode_prompt_xl", {{"clip", "text_encoder"}},
            {{"width", "original_width", Int}, {"height", "original_height", Int}, {"crop_w", "crop_left", Int},
                {"crop_h", "crop_top", Int}, {"target_width", "target_width", Int},
                {"target_height", "target_height", Int}, {"text_g", "text"}, {"text_l", "first_text"}},
            {"conditioning"}, {{"syntax", std::string("comfyui"), false}}},
        {"CLIPTextEncodeSDXLRefiner", "encode_prompt_xl", {{"clip", "text_encoder"}},
            {{"ascore", "aesthetic_score"}, {"width", "original_width", Int}, {"height", "original_height", Int},
                {"text", "text"}},
            {"conditioning"}, {{"syntax", std::string("comfyui"), false}}},
        {"CLIPSetLastLayer", "set_clip_skip", {{"clip", "text_encoder"}}, {{"stop_at_clip_layer", "layer", ClipLayer}},
            {"text_encoder"}},
        {"ControlNetApplyAdvanced", "apply_controlnet",
            {{"positive", "positive"}, {"negative", "negative"}, {"control_net", "control_net"}, {"image", "image"},
                {"vae", ""}},
            {{"strength", "strength"}, {"start_percent", "start"}, {"end_percent", "end"}}, {"positive", "negative"}},
        {"ControlNetApply", "apply_controlnet",
            {{"conditioning", "positive"}, {"control_net", "control_net"}, {"image", "image"}},
            {{"strength", "strength"}}, {"positive"}},
        // Latents
        {"EmptyLatentImage", "empty_latent", {},
            {{"width", "width", Int}, {"height", "height", Int}, {"batch_size", "batch", Int}}, {"latent"}},
        {"EmptySD3LatentImage", "empty_latent", {},
            {{"width", "width", Int}, {"height", "height", Int}, {"batch_size", "batch", Int}}, {"latent"}},
        {"KSampler", "sample",
            {{"model", "model"}, {"positive", "positive"}, {"negative", "negative"}, {"latent_image", "latent"}},
            {{"seed", "seed", Seed}, {"steps", "steps", Int}, {"cfg", "cfg"}, {"sampler_name", "sampler", SamplerId},
                {"scheduler", "schedule", ScheduleId}, {"denoise", "strength"}},
            {"latent"}, asThere},
        {"KSamplerAdvanced", "sample",
            {{"model", "model"}, {"positive", "positive"}, {"negative", "negative"}, {"latent_image", "latent"}},
            {{"add_noise", "add_noise", Switch}, {"noise_seed", "seed", Seed}, {"steps", "steps", Int}, {"cfg", "cfg"},
                {"sampler_name", "sampler", SamplerId}, {"scheduler", "schedule", ScheduleId},
                {"start_at_step", "start_step", Int}, {"end_at_step", "end_step", LastStep},
                {"return_with_leftover_noise", "keep_noise", Switch}},
            {"latent"}, asThere},
        {"VAEDecode", "decode_latent", {{"samples", "latent"}, {"vae", "vae"}}, {}, {"image"}},
        {"VAEDecodeTiled", "decode_latent", {{"samples", "latent"}, {"vae", "vae"}}, tiles, {"image"}, inTiles},
        {"VAEEncode", "encode_image", {{"pixels", "image"}, {"vae", "vae"}}, {}, {"latent"}},
        {"VAEEncodeTiled", "encode_image", {{"pixels", "image"}, {"vae", "vae"}}, tiles, {"latent"}, inTiles},
        {"VAEEncodeForInpaint", "encode_image", {{"pixels", "image"}, {"vae", "vae"}, {"mask", "mask"}},
            {{"grow_mask_by", "grow_mask", Int}}, {"latent"}},
        {"InpaintModelConditioning", "inpaint_conditioning",
            {{"positive", "positive"}, {"negative", "negative"}, {"vae", "vae"}, {"pixels", "image"}, {"mask", "mask"}},
            {{"noise_mask", "noise_mask"}}, {"positive", "negative", "latent"}},
        {"SetLatentNoiseMask", "set_latent_mask", {{"samples", "latent"}, {"mask", "mask"}}, {}, {"latent"}},
        {"LatentUpscale", "scale_latent", {{"samples", "latent"}}, scaleTo, {"latent"}},
        {"LatentUpscaleBy", "scale_latent", {{"samples", "latent"}},
            {{"upscale_method", "method", Method}, {"scale_by", "factor"}}, {"latent"}, byFactor},
        {"RepeatLatentBatch", "repeat_latent", {{"samples", "latent"}}, {{"amount", "amount", Int}}, {"latent"}},
        // Pictures
        {"SaveImage", "save_image", {{"images", "image"}}, {{"filename_prefix", "name"}}, {}},
        {"PreviewImage", "preview_image", {{"images", "image"}}, {}, {}},
        {"ImageScale", "resize_image", {{"image", "image"}}, scaleTo, {"image"}},
        {"ImageUpscaleWithModel", "upscale_image", {{"image", "image"}}, {{"upscale_model", "file"}}, {"image"}},
        {"ImageScaleBy", "resize_image", {{"image", "image"}},
            {{"upscale_method", "method", Method}, {"scale_by", "factor"}}, {"image"}, byFactor},
        {"ImageCrop", "crop_image", {{"image", "image"}},
            {{"width", "width", Int}, {"height", "height", Int}, {"x", "x", Int}, {"y", "y", Int}}, {"image"}},
        {"ImagePadForOutpaint", "pad_image", {{"image", "image"}},
            {{"left", "left", Int}, {"top", "top", Int}, {"right", "right", Int}, {"bottom", "bottom", Int},
                {"feathering", "feathering", Int}},
            {"image", "mask"}},
        {"ImageInvert", "invert_image", {{"image", "image"}}, {}, {"image"}},
        {"ImageBlend", "blend_images", {{"image1", "image1"}, {"image2", "image2"}},
            {{"blend_factor", "factor"}, {"blend_mode", "mode"}}, {"image"}},
        {"ImageBatch", "batch_images", {{"image1", "image1"}, {"image2", "image2"}}, {}, {"image"}},
        {"RepeatImageBatch", "repeat_image", {{"image", "image"}}, {{"amount", "amount", Int}}, {"image"}},
        {"ImageToMask", "mask_from_image", {{"image", "image"}}, {{"channel", "channel"}}, {"mask"}},
        // Values and what only structures a graph
        {"PrimitiveInt", "int_value", {}, {{"value", "value", Seed}}, {"value"}},
        {"PrimitiveFloat", "float_value", {}, {{"value", "value"}}, {"value"}},
        {"PrimitiveString", "text_value", {}, {{"value", "value"}}, {"value"}},
        {"PrimitiveStringMultiline", "text_value", {}, {{"value", "value"}}, {"value"}},
        {"UpscaleModelLoader", "text_value", {}, {{"model_name", "value"}}, {"value"}}, // the file's name
        {"PrimitiveBoolean", "bool_value", {}, {{"value", "value"}}, {"value"}},
        {"Reroute", "reroute", {{"", "value"}}, {}, {"value"}, {}, false},
        {"Note", "note", {}, {{"text", "text"}}, {}, {}, false},
        {"MarkdownNote", "note", {}, {{"text", "text"}}, {}, {}, false},
    };
    return rows;
}

// Names that are not the same. Those with a remark are not written back.
struct OtherName {
    ComfyKind kind;
    std::string_view theirs, ours, remark;
};
constexpr OtherName otherNames[] = {
    {SamplerId, "uni_pc_bh2", "unipc", ""}, // to write it; samplerByName reads
    {TextFamily, "stable_diffusion", "auto", ""},
    {TextFamily, "stable_diffusion", "sd1", ""},
    {TextFamily, "stable_diffusion", "sd2", ""},
    {TextFamily, "sdxl", "sdxl_refiner", ""},
    {Method, "bislerp", "bicubic", "bislerp becomes bicubic; the picture will differ slightly"},
};

int64_t wholeOr(const ParamValue& value, int64_t otherwise)
{
    const auto* whole = std::get_if<int64_t>(&value);
    return whole ? *whole : otherwise;
}

// 20.0 as 20; anything else as it is.
ParamValue asWhole(ParamValue value)
{
    const auto* number = std::get_if<double>(&value);
    if (number && std::abs(*number) <= 0x1p53 && std::trunc(*number) == *number)
        return int64_t(*number);
    return value;
}

ComfyValue named(const ParamValue& value, ComfyKind kind)
{
    const auto* text = std::get_if<std::string>(&value);
    if (text && kind == SamplerId && text->starts_with("sample_")) // as files of early 2023 have it
        return named(text->substr(std::string_view("sample_").size()), kind);
    if (text && kind == SamplerId)
        if (const SamplerName known = samplerByName(*text); !known.sampler.empty() && known.schedule.empty())
            return {std::string(known.sampler), std::string(known.remark)};
    for (const OtherName& row : otherNames)
        if (text && row.kind == kind && row.theirs == *text)
            return {std::string(row.ours), std::string(row.remark)};
    return {value, {}};
}

constexpr int64_t lastStepHere = 1'000, lastStepThere = 10'000;

}

std::span<const ComfyClass> comfyClasses()
{
    return table();
}

const ComfyClass* findComfyClass(std::string_view theirs)
{
    const auto at = std::ranges::find(table(), theirs, &ComfyClass::theirs);
    return at == table().end() ? nullptr : &*at;
}

ComfyKind comfyKind(std::string_view widget)
{
    if (widget == "value")
        return Plain; // of primitives, which are of any kind
    for (const ComfyClass& row : table())
        for (const ComfyWidget& w : row.widgets)
            if (w.theirs == widget)
                return w.kind;
    return Plain;
}

ComfyValue fromComfy(ParamValue value, ComfyKind kind)
{
    switch (kind) {
    case Int:
    case Seed:
        return {asWhole(std::move(value)), {}};
    case LastStep:
        value = asWhole(std::move(value));
        return {wholeOr(value, 0) > lastStepHere ? ParamValue(lastStepHere) : value, {}};
    case ClipLayer:
        value = asWhole(std::move(value));
        return {wholeOr(value, 0) < 0 && wholeOr(value, 0) > -100 ? ParamValue(-wholeOr(value, 0)) : value, {}};
    case Switch:
        if (value == ParamValue(std::string("enable")) || value == ParamValue(std::string("disable")))
            return {std::get<std::string>(value) == "enable", {}};
        return {std::move(value), {}};
    case Picture:
        if (auto* text = std::get_if<std::string>(&value); text && text->ends_with(" [input]"))
            text->resize(text->size() - std::string_view(" [input]").size());
        return {std::move(value), {}};
    default:
        return named(value, kind);
    }
}

ParamValue toComfy(ParamValue value, ComfyKind kind)
{
    switch (kind) {
    case LastStep:
        return wholeOr(value, 0) >= lastStepHere ? ParamValue(lastStepThere) : value;
    case ClipLayer:
        return wholeOr(value, 0) > 0 ? ParamValue(-wholeOr(value, 0)) : value;
    case Switch:
        if (const auto* on = std::get_if<bool>(&value))
            return std::string(*on ? "enable" : "disable");
        return value;
    default:
        if (const auto* text = std::get_if<std::string>(&value))
            for (const OtherName& row : otherNames)
                if (row.kind == kind && row.ours == *text && row.remark.empty())
                    return std::string(row.theirs);
        return value;
    }
}

}
