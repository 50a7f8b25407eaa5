// From a parsed prompt to the text encoder's inputs, and the weights onto its outputs; it runs no network.
#pragma once
#include "inference/text/clip_tokenizer.h"
#include "inference/text/prompt_syntax.h"
#include "inference/text/t5_tokenizer.h"

#include <cstdint>
#include <span>
#include <vector>

namespace athanor {

constexpr size_t maxPromptTokens = 4800;
constexpr size_t maxPromptChunks = 256; // a BREAK costs an encoder run without any token
constexpr size_t clipContextLength = 77;

// One run of the text encoder: bos, up to contextLength - 2 tokens, eos, padding.
struct PromptChunk {
    std::vector<int32_t> ids; // [contextLength]
    std::vector<float> weights; // [contextLength]; 1 for bos, eos and padding
    bool operator==(const PromptChunk&) const = default;
};

// As A1111 (modules/sd_hijack_clip.py): a token that finds its chunk full starts the next one, and takes along what
// follows the chunk's last comma if that comma is among its last 20 tokens. BREAK ends a chunk, even an empty one.
// At least one chunk; the states of all chunks are joined along the tokens. contextLength is the encoder's own length.
// Throws BadArgument over maxPromptTokens or maxPromptChunks, BadFile for a contextLength below 3.
std::vector<PromptChunk> toChunks(
    const ClipTokenizer& tokenizer, const ParsedPrompt& prompt, size_t contextLength = clipContextLength);

// Of a T5, which reads a prompt of any length as one: all tokens, the one that ends it, padding to at least so many. A
// BREAK means nothing to it. Throws BadArgument over maxPromptTokens.
constexpr size_t leastT5Tokens = 77;
PromptChunk toT5Chunk(const T5Tokenizer& tokenizer, const ParsedPrompt& prompt, size_t atLeast = leastT5Tokens);

// Appends empty chunks to the shorter one, so that both branches of classifier-free guidance have one shape.
void padToSameCount(const ClipTokenizer& tokenizer, std::vector<PromptChunk>& a, std::vector<PromptChunk>& b);

// How weights act (A1111's "Original"): each token's state is multiplied by its weight, then everything is scaled so
// that the mean over the whole chunk is what it was. Call it once a chunk. states is [weights.size()][width].
// If no finite factor restores the mean (the new one is 0), the products stay as they are.
void applyWeights(std::span<float> states, std::span<const float> weights);

// The same as ComfyUI has it (comfy/sd1_clip.py): each token's state is moved by its weight away from that of its place
// in the empty prompt. empty is of the size of states.
void applyWeightsFrom(std::span<const float> empty, std::span<float> states, std::span<const float> weights);

}
