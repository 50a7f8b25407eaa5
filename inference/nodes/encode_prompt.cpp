#include "inference/diffusion/conditioning.h"
#include "inference/diffusion/device_stage.h"
#include "inference/formats/comfyui_prompt.h"
#include "inference/nodes/common.h"

namespace athanor {

namespace {

Values runEncodePrompt(NodeRun& run)
{
    const auto& encoder = run.input<TextEncoderValue>("text_encoder");
    const bool asComfy = run.text("syntax") == "comfyui";
    const DeviceStage stage(run.host.gpu(), run.hooks.stop);
    return {shared(encodePrompt(encoder, asComfy ? promptFromComfy(run.text("text")) : run.text("text"),
        run.hooks.onWarning, asComfy ? WeightRule::FromEmpty : WeightRule::KeepMean))};
}

}

NodeType encodePromptNode()
{
    return {
        .id = "encode_prompt",
        .title = "Encode prompt",
        .category = "Prompt",
        .text = "What a picture shall show, or be kept away from, in words.",
        .inputs = {{"text_encoder", PortType::TextEncoder, "The model's own, or one with clip skip"}},
        .params = {{"text", ParamKind::Prompt, std::string(), "Words; weights as (word:1.3), [word]; BREAK"},
            {"syntax", ParamKind::Choice, std::string("a1111"),
                "a1111: as above, weights are factors; comfyui: (word:1.3) alone, weights lead away from the empty "
                "prompt",
                0, 0, 1, {"a1111", "comfyui"}}},
        .outputs = {{"conditioning", PortType::Conditioning, "What steers the sampler"}},
        .run = runEncodePrompt,
    };
}

}
