#include "inference/diffusion/conditioning.h"
#include "inference/diffusion/device_stage.h"
#include "inference/formats/comfyui_prompt.h"
#include "inference/nodes/common.h"

#include <optional>

namespace athanor {

namespace {

constexpr double usualScore = -1;

Values runEncodePromptXl(NodeRun& run)
{
    const bool asComfy = run.text("syntax") == "comfyui";
    const auto text = [&](const char* param) { return asComfy ? promptFromComfy(run.text(param)) : run.text(param); };
    const std::string first = text("first_text");
    const DeviceStage stage(run.host.gpu(), run.hooks.stop);
    ConditioningValue conditioning = encodePrompt(run.input<TextEncoderValue>("text_encoder"), text("text"),
        run.hooks.onWarning, asComfy ? WeightRule::FromEmpty : WeightRule::KeepMean, &first);
    const double score = run.number("aesthetic_score");
    conditioning.sizes = {run.integer("original_width"), run.integer("original_height"), run.integer("crop_left"),
        run.integer("crop_top"), run.integer("target_width"), run.integer("target_height"),
        score == usualScore ? std::nullopt : std::optional(score)};
    return {shared(std::move(conditioning))};
}

Param sizeParam(std::string_view name, std::string_view text)
{
    return {name, ParamKind::Int, int64_t(0), text, 0, 16'384, 8};
}

}

// ComfyUI's CLIPTextEncodeSDXL and CLIPTextEncodeSDXLRefiner.
NodeType encodePromptXlNode()
{
    return {
        .id = "encode_prompt_xl",
        .title = "Encode prompt for SDXL",
        .category = "Prompt",
        .text = "A prompt for each of SDXL's two text encoders, and the picture's size as the model is told it.",
        .inputs = {{"text_encoder", PortType::TextEncoder, "The model's own, or one with clip skip"}},
        .params = {{"text", ParamKind::Prompt, std::string(), "What the larger encoder reads, a refiner's only one"},
            {"first_text", ParamKind::Prompt, std::string(), "What the smaller encoder reads, mostly the same"},
            {"syntax", ParamKind::Choice, std::string("a1111"), "As in Encode prompt", 0, 0, 1, {"a1111", "comfyui"}},
            sizeParam("original_width", "Of pictures that it shall be like, before training scaled them; 0: its own"),
            sizeParam("original_height", "Of pictures that it shall be like, before training scaled them; 0: its own"),
            sizeParam("crop_left", "What training cut off at their left"),
            sizeParam("crop_top", "What training cut off at their top"),
            sizeParam("target_width", "Of such pictures in training; 0: the original's"),
            sizeParam("target_height", "Of such pictures in training; 0: the original's"),
            {"aesthetic_score", ParamKind::Float, usualScore,
                "A refiner's, from 0 to 10; -1: 6, of a negative prompt 2.5", -1, 1000, 0.5}},
        .outputs = {{"conditioning", PortType::Conditioning, "What steers the sampler"}},
        .run = runEncodePromptXl,
    };
}

}
