#include "inference/nodes/common.h"
#include "inference/values/text_net.h"

#include <string>

namespace athanor {

namespace {

Values runSetClipSkip(NodeRun& run)
{
    TextEncoderValue encoder = run.input<TextEncoderValue>("text_encoder");
    encoder.clipSkip = int(run.integer("layer"));
    for (const TextNet& net : encoder.nets)
        if (const ClipText* clip = clipOf(net); clip && encoder.clipSkip > clipSkipLimit(clip->config))
            throw Error(ErrorKind::BadArgument,
                "layer is " + std::to_string(encoder.clipSkip) + ", this text encoder has "
                    + std::to_string(clipSkipLimit(clip->config)));
    return {shared(std::move(encoder))};
}

}

// ComfyUI's CLIPSetLastLayer; its -2 is our 2. Of models whose last layer no other program uses, where its
// -1 is that layer, 1 is 2.
NodeType setClipSkipNode()
{
    return {
        .id = "set_clip_skip",
        .title = "Set clip skip",
        .category = "Prompt",
        .text = "Takes what an earlier layer of the text encoder says, as some models were trained to.",
        .inputs = {{"text_encoder", PortType::TextEncoder, "The model's own"}},
        .params = {{"layer", ParamKind::Int, int64_t(2), "1: the last, 2: the one before, …", 1, 24, 1}},
        .outputs = {{"text_encoder", PortType::TextEncoder, "The same, read out earlier"}},
        .run = runSetClipSkip,
    };
}

}
