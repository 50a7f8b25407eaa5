#include "inference/diffusion/conditioning.h"

#include "inference/models/clip_text.h"
#include "inference/text/chunks.h"
#include "render/error.h"

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

namespace athanor {

namespace {

int64_t widthOf(const ConditioningValue& conditioning)
{
    return int64_t(conditioning.states->size()) / conditioning.tokens;
}

// The states with those of empty chunks behind them. `tokens` is a multiple of the encoder's positions.
std::vector<float> lengthened(const ConditioningValue& conditioning, int64_t tokens)
{
    std::vector<float> states = *conditioning.states;
    if (conditioning.tokens == tokens)
        return states;
    const ConditioningValue empty = encodePrompt(conditioning.encoder, "", {});
    for (int64_t at = conditioning.tokens; at < tokens; at += empty.tokens)
        states.insert(states.end(), empty.states->begin(), empty.states->end());
    return states;
}

void requireFit(const ConditioningValue& conditioning, int64_t positions, int contextWidth)
{
    if (widthOf(conditioning) != contextWidth)
        throw Error(ErrorKind::BadArgument,
            "the text encoder gives " + std::to_string(widthOf(conditioning)) + " numbers a token, the UNet takes "
                + std::to_string(contextWidth) + "; they belong to different models");
    if (conditioning.encoder.text->config.positions != positions)
        throw Error(ErrorKind::BadArgument,
            "the two prompts were encoded by text encoders of " + std::to_string(positions) + " and "
                + std::to_string(conditioning.encoder.text->config.positions) + " tokens; use one for both");
}

}

ConditioningValue encodePrompt(const TextEncoderValue& encoder, const std::string& prompt,
    const std::function<void(const std::string&)>& onWarning, WeightRule rule)
{
    const ClipText& network = *encoder.text;
    const ParsedPrompt parsed = parsePrompt(prompt);
    for (const std::string& warning : parsed.warnings)
        if (onWarning)
            onWarning(warning);
    const std::vector<PromptChunk> chunks = toChunks(*encoder.tokenizer, parsed, size_t(network.config.positions));
    std::vector<int32_t> ids;
    for (const PromptChunk& chunk : chunks)
        ids.insert(ids.end(), chunk.ids.begin(), chunk.ids.end());
    std::vector<float> states = toHost(encodeText(network, ids, encoder.clipSkip));
    const size_t chunkSize = states.size() / chunks.size();
    const auto isPlain = [](const PromptChunk& chunk) {
        return std::ranges::all_of(chunk.weights, [](float weight) { return weight == 1; });
    };
    const bool fromEmpty = rule == WeightRule::FromEmpty && !std::ranges::all_of(chunks, isPlain);
    const auto empty = fromEmpty ? encodePrompt(encoder, "", {}).states : nullptr;
    for (size_t i = 0; i < chunks.size(); ++i) {
        const std::span<float> chunk{states.data() + i * chunkSize, chunkSize};
        if (fromEmpty)
            applyWeightsFrom(*empty, chunk, chunks[i].weights);
        else
            applyWeights(chunk, chunks[i].weights);
    }
    return {std::make_shared<const std::vector<float>>(std::move(states)), int64_t(ids.size()), encoder, prompt};
}

std::vector<GuidanceTerm> guidanceTerms(
    const ConditioningValue& positive, const ConditioningValue* negative, double cfg, int contextWidth)
{
    const int64_t tokens = std::max(positive.tokens, negative ? negative->tokens : 0);
    std::vector<GuidanceTerm> terms;
    const auto add = [&](const ConditioningValue& prompt, double weight) {
        requireFit(prompt, positive.encoder.text->config.positions, contextWidth);
        terms.push_back(
            {lengthened(prompt, tokens), weight, prompt.controls, prompt.inpaint ? prompt.inpaint : positive.inpaint});
    };
    if (negative)
        add(*negative, 1 - cfg);
    add(positive, negative ? cfg : 1);
    return terms;
}

}
