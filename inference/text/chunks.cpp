#include "inference/text/chunks.h"

#include "render/error.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>
#include <string>

namespace athanor {

namespace {

constexpr size_t commaBacktrack = 20; // tokens, A1111's default

struct Token {
    int32_t id;
    float weight;
};

PromptChunk closed(const ClipTokenizer& tokenizer, std::span<const Token> tokens, size_t contextLength)
{
    PromptChunk chunk;
    chunk.ids.assign(contextLength, tokenizer.pad);
    chunk.weights.assign(contextLength, 1.0f);
    chunk.ids[0] = tokenizer.bos;
    for (size_t i = 0; i < tokens.size(); ++i) {
        chunk.ids[i + 1] = tokens[i].id;
        chunk.weights[i + 1] = tokens[i].weight;
    }
    chunk.ids[tokens.size() + 1] = tokenizer.eos;
    return chunk;
}

// Cuts the tokens between two BREAKs into parts of at most `capacity`; none for no tokens.
std::vector<std::span<const Token>> cutAtCommas(std::span<const Token> tokens, size_t capacity, int32_t comma)
{
    std::vector<std::span<const Token>> parts;
    while (tokens.size() > capacity) {
        size_t length = capacity;
        if (tokens[capacity].id != comma)
            for (size_t i = capacity; i-- > 0 && i + commaBacktrack >= capacity;)
                if (tokens[i].id == comma) {
                    length = i + 1;
                    break;
                }
        parts.push_back(tokens.first(length));
        tokens = tokens.subspan(length);
    }
    if (!tokens.empty())
        parts.push_back(tokens);
    return parts;
}

[[noreturn]] void refuse(size_t count, const char* what, size_t limit)
{
    throw Error(ErrorKind::BadArgument,
        "the prompt has " + std::to_string(count) + " " + what + ", at most " + std::to_string(limit)
            + " are allowed; shorten it");
}

double mean(std::span<const float> values)
{
    return std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
}

}

std::vector<PromptChunk> toChunks(const ClipTokenizer& tokenizer, const ParsedPrompt& prompt, size_t contextLength)
{
    if (contextLength < 3)
        throw Error(ErrorKind::BadFile,
            "the text encoder takes " + std::to_string(contextLength) + " tokens, at least 3 are needed for a prompt");
    std::vector<std::vector<Token>> sections(1); // between BREAKs
    size_t count = 0;
    for (const PromptSpan& span : prompt.spans) {
        if (span.startsChunk)
            sections.emplace_back();
        for (int32_t id : tokenize(tokenizer, span.text)) {
            sections.back().push_back({id, span.weight});
            ++count;
        }
    }
    if (count > maxPromptTokens)
        refuse(count, "tokens", maxPromptTokens);

    std::vector<PromptChunk> chunks;
    for (const auto& section : sections) {
        const auto parts = cutAtCommas(section, contextLength - 2, tokenizer.comma);
        for (std::span<const Token> part : parts)
            chunks.push_back(closed(tokenizer, part, contextLength));
        const bool endsInBreak = &section != &sections.back();
        if (parts.empty() && (endsInBreak || chunks.empty()))
            chunks.push_back(closed(tokenizer, {}, contextLength));
    }
    if (chunks.size() > maxPromptChunks)
        refuse(chunks.size(), "chunks", maxPromptChunks);
    return chunks;
}

PromptChunk toT5Chunk(const T5Tokenizer& tokenizer, const ParsedPrompt& prompt, size_t atLeast)
{
    PromptChunk chunk;
    for (const PromptSpan& span : prompt.spans)
        for (const int32_t id : tokenize(tokenizer, span.text)) {
            chunk.ids.push_back(id);
            chunk.weights.push_back(span.weight);
        }
    if (chunk.ids.size() > maxPromptTokens)
        refuse(chunk.ids.size(), "tokens", maxPromptTokens);
    chunk.ids.push_back(T5Tokenizer::eos);
    chunk.ids.resize(std::max(chunk.ids.size(), atLeast), T5Tokenizer::pad);
    chunk.weights.resize(chunk.ids.size(), 1);
    return chunk;
}

void padToSameCount(const ClipTokenizer& tokenizer, std::vector<PromptChunk>& a, std::vector<PromptChunk>& b)
{
    assert(!a.empty() && !b.empty() && a[0].ids.size() == b[0].ids.size());
    const size_t count = std::max(a.size(), b.size());
    const PromptChunk empty = closed(tokenizer, {}, a[0].ids.size());
    a.resize(count, empty);
    b.resize(count, empty);
}

void applyWeights(std::span<float> states, std::span<const float> weights)
{
    assert(!weights.empty() && states.size() % weights.size() == 0);
    if (std::ranges::all_of(weights, [](float weight) { return weight == 1; }))
        return;
    const size_t width = states.size() / weights.size();
    const double before = mean(states);
    for (size_t i = 0; i < states.size(); ++i)
        states[i] *= weights[i / width];
    const double factor = before / mean(states);
    if (std::isfinite(factor))
        for (float& state : states)
            state = float(state * factor);
}

void applyWeightsFrom(std::span<const float> empty, std::span<float> states, std::span<const float> weights)
{
    const std::size_t width = states.size() / weights.size();
    for (std::size_t i = 0; i < states.size(); ++i)
        if (const float weight = weights[i / width]; weight != 1)
            states[i] = (states[i] - empty[i]) * weight + empty[i];
}

}
