#include "inference/diffusion/conditioning.h"

#include "inference/models/clip_text.h"
#include "inference/models/layers.h"
#include "inference/text/chunks.h"
#include "render/error.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace athanor {

namespace {

// What one encoder gives.
struct Encoded {
    std::vector<float> states; // of whole chunks
    std::vector<float> pooled; // of the first chunk
    int64_t tokens = 0;

    int64_t width() const { return int64_t(states.size()) / tokens; }
};

bool isPlain(const PromptChunk& chunk)
{
    return std::ranges::all_of(chunk.weights, [](float weight) { return weight == 1; });
}

Encoded encoded(const TextNet& net, int clipSkip, const ParsedPrompt& parsed, WeightRule rule)
{
    const auto positions = size_t(net.text->config.positions);
    const std::vector<PromptChunk> chunks = toChunks(*net.tokenizer, parsed, positions);
    std::vector<int32_t> ids;
    for (const PromptChunk& chunk : chunks)
        ids.insert(ids.end(), chunk.ids.begin(), chunk.ids.end());
    const ClipStates states = encodeText(*net.text, ids, clipSkip);
    Encoded result{toHost(states.tokens), {}, int64_t(ids.size())};
    if (states.pooled) {
        result.pooled = toHost(states.pooled);
        result.pooled.resize(size_t(states.pooled.dim(1)));
    }
    const size_t chunkSize = result.states.size() / chunks.size();
    const bool fromEmpty = rule == WeightRule::FromEmpty && !std::ranges::all_of(chunks, isPlain);
    const Encoded empty = fromEmpty ? encoded(net, clipSkip, parsePrompt(""), rule) : Encoded();
    for (size_t i = 0; i < chunks.size(); ++i) {
        const std::span<float> chunk{result.states.data() + i * chunkSize, chunkSize};
        if (fromEmpty)
            applyWeightsFrom(empty.states, chunk, chunks[i].weights);
        else
            applyWeights(chunk, chunks[i].weights);
    }
    return result;
}

// With the states of empty chunks behind them. `tokens` is a multiple of the encoder's positions.
void lengthen(std::vector<float>& states, int64_t from, int64_t tokens, const std::vector<float>& empty, int64_t chunk)
{
    for (int64_t at = from; at < tokens; at += chunk)
        states.insert(states.end(), empty.begin(), empty.end());
}

// Side by side.
std::vector<float> joined(const std::vector<Encoded>& all, int64_t tokens)
{
    std::vector<float> states;
    for (int64_t token = 0; token < tokens; ++token)
        for (const Encoded& one : all) {
            const auto begin = one.states.begin() + ptrdiff_t(token * one.width());
            states.insert(states.end(), begin, begin + ptrdiff_t(one.width()));
        }
    return states;
}

int64_t widthOf(const ConditioningValue& conditioning)
{
    return int64_t(conditioning.states->size()) / conditioning.tokens;
}

int positionsOf(const ConditioningValue& conditioning)
{
    return conditioning.encoder.nets.front().text->config.positions;
}

std::vector<float> lengthened(const ConditioningValue& conditioning, int64_t tokens)
{
    std::vector<float> states = *conditioning.states;
    if (conditioning.tokens != tokens) {
        const ConditioningValue empty = encodePrompt(conditioning.encoder, "", {});
        lengthen(states, conditioning.tokens, tokens, *empty.states, empty.tokens);
    }
    return states;
}

void requireFit(const ConditioningValue& conditioning, int positions, int contextWidth)
{
    if (widthOf(conditioning) != contextWidth)
        throw Error(ErrorKind::BadArgument,
            "the text encoder gives " + std::to_string(widthOf(conditioning)) + " numbers a token, the UNet takes "
                + std::to_string(contextWidth) + "; they belong to different models");
    if (positionsOf(conditioning) != positions)
        throw Error(ErrorKind::BadArgument,
            "the two prompts were encoded by text encoders of " + std::to_string(positions) + " and "
                + std::to_string(positionsOf(conditioning)) + " tokens; use one for both");
}

float sizeValue(SizeInput input, const PictureSizes& sizes, Size picture, bool isNegative)
{
    const int64_t width = sizes.originalWidth ? sizes.originalWidth : picture.width,
                  height = sizes.originalHeight ? sizes.originalHeight : picture.height;
    switch (input) {
    case SizeInput::OriginalHeight:
        return float(height);
    case SizeInput::OriginalWidth:
        return float(width);
    case SizeInput::CropTop:
        return float(sizes.cropTop);
    case SizeInput::CropLeft:
        return float(sizes.cropLeft);
    case SizeInput::TargetHeight:
        return float(sizes.targetHeight ? sizes.targetHeight : height);
    case SizeInput::TargetWidth:
        return float(sizes.targetWidth ? sizes.targetWidth : width);
    case SizeInput::AestheticScore:
        break;
    }
    return float(sizes.aestheticScore.value_or(isNegative ? 2.5 : 6));
}

// The pooled prompt and the waves of each size. Source: comfy/model_base.py (SDXL, SDXLRefiner).
std::vector<float> addedValues(const ConditioningValue& prompt, const ModelValue& model, Size picture, bool isNegative)
{
    const UNetConfig& network = model.unet->config;
    std::vector<float> values;
    if (network.addedWidth == 0)
        return values;
    const int64_t left = network.addedWidth - int64_t(prompt.pooled.size()), count = int64_t(model.sizeInputs.size());
    if (prompt.pooled.empty() || left <= 0 || left % (2 * count))
        throw Error(ErrorKind::BadArgument,
            "the text encoder gives " + std::to_string(prompt.pooled.size())
                + " numbers of the whole prompt, the UNet takes " + std::to_string(network.addedWidth)
                + " of it and of " + std::to_string(count) + " sizes; they belong to different models");
    values = prompt.pooled;
    std::vector<float> sizes;
    for (const SizeInput input : model.sizeInputs)
        sizes.push_back(sizeValue(input, prompt.sizes, picture, isNegative));
    const std::vector<float> waves =
        timestepEmbedding(sizes, int(left / count), network.cosinesFirst, network.frequencyShift);
    values.insert(values.end(), waves.begin(), waves.end());
    return values;
}

}

ConditioningValue encodePrompt(const TextEncoderValue& encoder, const std::string& prompt,
    const std::function<void(const std::string&)>& onWarning, WeightRule rule, const std::string* first)
{
    const auto parse = [&](const std::string& text) {
        ParsedPrompt parsed = parsePrompt(text);
        for (const std::string& warning : parsed.warnings)
            if (onWarning)
                onWarning(warning);
        return parsed;
    };
    const bool areTwo = first && *first != prompt && encoder.nets.size() > 1;
    const ParsedPrompt parsed = parse(prompt), firstParsed = areTwo ? parse(*first) : parsed;
    std::vector<Encoded> all;
    ConditioningValue result{.encoder = encoder, .prompt = prompt};
    for (const TextNet& net : encoder.nets) {
        all.push_back(encoded(net, encoder.clipSkip, all.empty() && areTwo ? firstParsed : parsed, rule));
        result.tokens = std::max(result.tokens, all.back().tokens);
        result.pooled.insert(result.pooled.end(), all.back().pooled.begin(), all.back().pooled.end());
    }
    for (size_t i = 0; i < all.size(); ++i) // vocabularies may differ
        if (all[i].tokens < result.tokens) {
            const Encoded empty = encoded(encoder.nets[i], encoder.clipSkip, parsePrompt(""), rule);
            const int64_t width = all[i].width();
            lengthen(all[i].states, all[i].tokens, result.tokens, empty.states, empty.tokens);
            all[i].tokens = int64_t(all[i].states.size()) / width;
        }
    result.states = std::make_shared<const std::vector<float>>(
        all.size() == 1 ? std::move(all[0].states) : joined(all, result.tokens));
    return result;
}

std::vector<GuidanceTerm> guidanceTerms(const ConditioningValue& positive, const ConditioningValue* negative,
    double cfg, const ModelValue& model, Size picture)
{
    const int64_t tokens = std::max(positive.tokens, negative ? negative->tokens : 0);
    std::vector<GuidanceTerm> terms;
    const auto add = [&](const ConditioningValue& prompt, double weight) {
        requireFit(prompt, positionsOf(positive), model.unet->config.contextWidth);
        terms.push_back(
            {lengthened(prompt, tokens), weight, prompt.controls, prompt.inpaint ? prompt.inpaint : positive.inpaint,
                addedValues(prompt, model, picture, &prompt == negative)});
    };
    if (negative)
        add(*negative, 1 - cfg);
    add(positive, negative ? cfg : 1);
    return terms;
}

}
