#include "inference/nodes/common.h"
#include "inference/pipeline/conditioning.h"
#include "inference/pipeline/device_stage.h"

namespace athanor {

namespace {

Values runEncodePrompt(NodeRun& run)
{
    const auto& encoder = run.input<TextEncoderValue>("text_encoder");
    const DeviceStage stage(run.host.gpu(), run.hooks.stop);
    return {shared(encodePrompt(encoder, run.text("text"), run.hooks.onWarning))};
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
        .params = {{"text", ParamKind::Prompt, std::string(), "Words; weights as (word:1.3), [word]; BREAK"}},
        .outputs = {{"conditioning", PortType::Conditioning, "What steers the sampler"}},
        .run = runEncodePrompt,
    };
}

}
