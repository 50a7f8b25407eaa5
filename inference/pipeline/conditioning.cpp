#include "inference/pipeline/conditioning.h"

#include "inference/text/chunks.h"

namespace athanor {

namespace {

std::vector<PromptChunk> chunksOf(
    const StableDiffusion& model, const std::string& prompt, const std::function<void(const std::string&)>& onWarning)
{
    const ParsedPrompt parsed = parsePrompt(prompt);
    for (const std::string& warning : parsed.warnings)
        if (onWarning)
            onWarning(warning);
    return toChunks(model.tokenizer, parsed, size_t(model.text.config.positions));
}

// chunks × positions × width.
std::vector<float> encodeChunks(const StableDiffusion& model, const std::vector<PromptChunk>& chunks, int clipSkip)
{
    std::vector<int32_t> ids;
    for (const PromptChunk& chunk : chunks)
        ids.insert(ids.end(), chunk.ids.begin(), chunk.ids.end());
    std::vector<float> states = toHost(encodeText(model.text, ids, clipSkip));
    const size_t chunkSize = states.size() / chunks.size();
    for (size_t i = 0; i < chunks.size(); ++i)
        applyWeights({states.data() + i * chunkSize, chunkSize}, chunks[i].weights);
    return states;
}

}

Conditioning encodePrompts(
    const StableDiffusion& model, const TextToImage& request, const std::function<void(const std::string&)>& onWarning)
{
    std::vector<std::vector<PromptChunk>> branches{chunksOf(model, request.prompt, onWarning)};
    if (request.cfg != 1) {
        branches.insert(branches.begin(), chunksOf(model, request.negativePrompt, onWarning));
        padToSameCount(model.tokenizer, branches[0], branches[1]);
    }
    std::vector<PromptChunk> all;
    for (const auto& chunks : branches)
        all.insert(all.end(), chunks.begin(), chunks.end());
    const std::vector<float> states = encodeChunks(model, all, request.clipSkip);

    Conditioning result{int(branches.size()), {}};
    const auto branchSize = std::ptrdiff_t(states.size() / branches.size());
    for (int branch = 0; branch < result.branches; ++branch)
        for (int image = 0; image < request.batch; ++image)
            result.states.insert(
                result.states.end(), states.begin() + branch * branchSize, states.begin() + (branch + 1) * branchSize);
    return result;
}

}
