#include "inference/diffusion/conditioning.h"

#include "inference/models/layers.h"
#include "inference/text/chunks.h"
#include "inference/values/text_net.h"
#include "render/error.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace athanor {

namespace {

// What one encoder gives.
struct Encoded {
    std::vector<float> states; // of whole chunks; empty of one that is absent: zeros
    std::vector<float> pooled; // of the first chunk
    int64_t tokens = 0, width = 0;
};

bool isPlain(const PromptChunk& chunk)
{
    return std::ranges::all_of(chunk.weights, [](float weight) { return weight == 1; });
}

// Weights onto the states of a chunk. empty: those of the empty prompt, for FromEmpty.
void weigh(std::span<float> states, const PromptChunk& chunk, WeightRule rule, std::span<const float> empty)
{
    if (rule == WeightRule::FromEmpty)
        applyWeightsFrom(empty, states, chunk.weights);
    else
        applyWeights(states, chunk.weights);
}

Encoded encoded(const ClipNet& net, int clipSkip, const ParsedPrompt& parsed, WeightRule rule)
{
    const auto positions = size_t(net.text->config.positions);
    const std::vector<PromptChunk> chunks = toChunks(*net.tokenizer, parsed, positions);
    std::vector<int32_t> ids;
    for (const PromptChunk& chunk : chunks)
        ids.insert(ids.end(), chunk.ids.begin(), chunk.ids.end());
    const ClipStates states = encodeText(*net.text, ids, clipSkip);
    Encoded result{toHost(states.tokens), {}, int64_t(ids.size()), states.tokens.dim(2)};
    if (states.pooled) {
        result.pooled = toHost(states.pooled);
        result.pooled.resize(size_t(states.pooled.dim(1)));
    }
    const size_t chunkSize = result.states.size() / chunks.size();
    const bool fromEmpty = rule == WeightRule::FromEmpty && !std::ranges::all_of(chunks, isPlain);
    const Encoded empty = fromEmpty ? encoded(net, clipSkip, parsePrompt(""), rule) : Encoded();
    for (size_t i = 0; i < chunks.size(); ++i) {
        const std::span<float> chunk{result.states.data() + i * chunkSize, chunkSize};
        weigh(chunk, chunks[i], fromEmpty ? rule : WeightRule::KeepMean, empty.states);
    }
    return result;
}

Encoded encoded(const T5Net& net, const ParsedPrompt& parsed, WeightRule rule)
{
    const PromptChunk chunk = toT5Chunk(*net.tokenizer, parsed);
    Encoded result{toHost(encodeText(*net.text, chunk.ids)), {}, int64_t(chunk.ids.size())};
    result.width = int64_t(result.states.size()) / result.tokens;
    if (isPlain(chunk))
        return result;
    std::vector<float> empty;
    if (rule == WeightRule::FromEmpty)
        empty = toHost(encodeText(*net.text, toT5Chunk(*net.tokenizer, parsePrompt(""), chunk.ids.size()).ids));
    weigh(result.states, chunk, rule, empty);
    return result;
}

Encoded absent(const AbsentText& text)
{
    return {{}, std::vector<float>(size_t(text.pooledWidth)), 0, text.width};
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
            if (one.states.empty()) {
                states.insert(states.end(), size_t(one.width), 0.f);
                continue;
            }
            const auto begin = one.states.begin() + ptrdiff_t(token * one.width);
            states.insert(states.end(), begin, begin + ptrdiff_t(one.width));
        }
    return states;
}

int64_t widthOf(const ConditioningValue& conditioning)
{
    return int64_t(conditioning.states->size()) / conditioning.tokens;
}

int positionsOf(const ConditioningValue& conditioning)
{
    for (const TextNet& net : conditioning.encoder.nets)
        if (const ClipText* clip = clipOf(net))
            return clip->config.positions;
    return int(clipContextLength);
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

// Each token's states filled up with zeros to what the network reads, and behind them the later tokens'.
std::vector<float> padded(const ConditioningValue& conditioning, int64_t contextWidth)
{
    std::vector<float> states(size_t((conditioning.tokens + conditioning.laterTokens) * contextWidth));
    const int64_t width = conditioning.tokens ? widthOf(conditioning) : 0;
    for (int64_t token = 0; token < conditioning.tokens; ++token)
        std::copy_n(conditioning.states->begin() + ptrdiff_t(token * width), width,
            states.begin() + ptrdiff_t(token * contextWidth));
    if (conditioning.laterStates)
        std::ranges::copy(*conditioning.laterStates, states.begin() + ptrdiff_t(conditioning.tokens * contextWidth));
    return states;
}

[[noreturn]] void refuseWidth(int64_t width, int contextWidth)
{
    throw Error(ErrorKind::BadArgument,
        "the text encoder gives " + std::to_string(width) + " numbers a token, the network takes "
            + std::to_string(contextWidth) + "; they belong to different models");
}

// What the network reads of a prompt. tokens: of the longest prompt.
std::vector<float> statesFor(const ConditioningValue& prompt, const ModelValue& model, int64_t tokens)
{
    const int contextWidth = inputsOf(*model.net).contextWidth;
    const int64_t width = prompt.tokens ? widthOf(prompt) : 0,
                  later = prompt.laterStates ? int64_t(prompt.laterStates->size()) / prompt.laterTokens : contextWidth;
    if (model.padsText ? width > contextWidth : width != contextWidth)
        refuseWidth(width, contextWidth);
    if (prompt.laterTokens && !model.padsText)
        throw Error(ErrorKind::BadArgument,
            "the prompt was read with text encoders of another kind of model, which reads more of them than this one");
    if (later != contextWidth)
        refuseWidth(later, contextWidth);
    return model.padsText ? padded(prompt, contextWidth) : lengthened(prompt, tokens);
}

void requireFit(const ConditioningValue& conditioning, int positions)
{
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
    const int addedWidth = inputsOf(*model.net).addedWidth;
    if (addedWidth == 0)
        return {};
    const int64_t left = addedWidth - int64_t(prompt.pooled.size()), count = int64_t(model.sizeInputs.size());
    if (prompt.pooled.empty() || (count == 0 ? left != 0 : left <= 0 || left % (2 * count)))
        throw Error(ErrorKind::BadArgument,
            "the text encoder gives " + std::to_string(prompt.pooled.size())
                + " numbers of the whole prompt, the network takes " + std::to_string(addedWidth)
                + (count ? " of it and of " + std::to_string(count) + " sizes" : std::string(" of it"))
                + "; they belong to different models");
    std::vector<float> values = prompt.pooled;
    if (count == 0)
        return values;
    std::vector<float> sizes;
    for (const SizeInput input : model.sizeInputs)
        sizes.push_back(sizeValue(input, prompt.sizes, picture, isNegative));
    const UNetConfig& network = std::get<UNet>(*model.net).config; // no other is told sizes
    const std::vector<float> waves =
        timestepEmbedding(sizes, int(left / count), network.cosinesFirst, network.frequencyShift);
    values.insert(values.end(), waves.begin(), waves.end());
    return values;
}

}

ConditioningValue encodePrompt(const TextEncoderValue& encoder, const std::string& prompt,
    const std::function<void(const std::string&)>& onWarning, WeightRule rule, const std::string* first)
{
    if (std::ranges::all_of(encoder.nets, [](const TextNet& net) { return std::holds_alternative<AbsentText>(net); }))
        throw Error(ErrorKind::BadFile,
            "the model's file holds no text encoder; load its text encoders with Load text encoder (--text-encoder)");
    const auto parse = [&](const std::string& text) {
        ParsedPrompt parsed = parsePrompt(text);
        for (const std::string& warning : parsed.warnings)
            if (onWarning)
                onWarning(warning);
        return parsed;
    };
    const bool areTwo = first && *first != prompt && encoder.nets.size() > 1;
    const ParsedPrompt parsed = parse(prompt), firstParsed = areTwo ? parse(*first) : parsed;
    std::vector<Encoded> all; // CLIP's
    ConditioningValue result{.encoder = encoder, .prompt = prompt};
    for (const TextNet& net : encoder.nets) {
        const auto* left = std::get_if<AbsentText>(&net);
        if (const auto* t5 = std::get_if<T5Net>(&net)) {
            Encoded later = encoded(*t5, parsed, rule);
            result.laterTokens = later.tokens;
            result.laterStates = std::make_shared<const std::vector<float>>(std::move(later.states));
        } else if (left && left->kind == TextKind::T5) {
            result.laterTokens = int64_t(leastT5Tokens);
        } else {
            all.push_back(left ? absent(*left)
                               : encoded(std::get<ClipNet>(net), encoder.clipSkip,
                                   all.empty() && areTwo ? firstParsed : parsed, rule));
            result.tokens = std::max(result.tokens, all.back().tokens);
            result.pooled.insert(result.pooled.end(), all.back().pooled.begin(), all.back().pooled.end());
        }
    }
    for (size_t i = 0; i < all.size(); ++i) // vocabularies may differ
        if (!all[i].states.empty() && all[i].tokens < result.tokens) {
            const Encoded empty = encoded(std::get<ClipNet>(encoder.nets[i]), encoder.clipSkip, parsePrompt(""), rule);
            lengthen(all[i].states, all[i].tokens, result.tokens, empty.states, empty.tokens);
            all[i].tokens = int64_t(all[i].states.size()) / all[i].width;
        }
    if (result.tokens)
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
        requireFit(prompt, positionsOf(positive));
        terms.push_back({statesFor(prompt, model, tokens), weight, prompt.controls,
            prompt.inpaint ? prompt.inpaint : positive.inpaint,
            addedValues(prompt, model, picture, &prompt == negative)});
    };
    if (negative)
        add(*negative, 1 - cfg);
    add(positive, negative ? cfg : 1);
    return terms;
}

}
