#include "app/engine/token_count.h"

#include "inference/text/chunks.h"
#include "inference/text/clip_tokenizer_files.h"
#include "inference/weights/model_files.h"
#include "render/error.h"

#include <algorithm>
#include <vector>

namespace athanor {

namespace {

size_t tokensOf(const ClipTokenizer& tokenizer, const QString& text)
{
    size_t count = 0;
    for (const PromptSpan& span : parsePrompt(text.toStdString()).spans)
        count += tokenize(tokenizer, span.text).size();
    return count;
}

// Tokens between the first one and the one that ends the chunk.
size_t tokensOf(const ClipTokenizer& tokenizer, const PromptChunk& chunk)
{
    return size_t(std::find(chunk.ids.begin() + 1, chunk.ids.end(), tokenizer.eos) - chunk.ids.begin()) - 1;
}

std::vector<int> wordStarts(const QString& text)
{
    std::vector<int> starts;
    for (int i = 1; i < text.size(); ++i)
        if (text[i - 1].isSpace() && !text[i].isSpace())
            starts.push_back(i);
    return starts;
}

}

TokenCount countTokens(const ClipTokenizer& tokenizer, const QString& text)
{
    TokenCount count;
    count.chunk = int(clipContextLength) - 2;
    try {
        const std::vector<PromptChunk> chunks = toChunks(tokenizer, parsePrompt(text.toStdString()));
        const std::vector<int> starts = wordStarts(text);
        for (const PromptChunk& chunk : chunks) {
            if (&chunk != chunks.data()) { // the first word that all tokens so far stand before
                const auto start = std::ranges::partition_point(
                    starts, [&](int place) { return tokensOf(tokenizer, text.left(place)) < size_t(count.used); });
                if (start != starts.end())
                    count.boundaries.push_back(*start);
            }
            count.used += int(tokensOf(tokenizer, chunk));
        }
    } catch (const Error&) { // too long: the run says so
        return {};
    }
    return count;
}

ClipTokenizer tokenizerOf(const std::string& modelPath)
{
    try {
        const ModelFiles model = openModel(modelPath);
        for (const Part part : {Part::TextEncoder, Part::TextEncoder2})
            if (const std::string& folder = partOf(model, part).tokenizer; !folder.empty())
                return loadClipTokenizer(folder);
    } catch (const Error&) { // its loader says what is wrong
    }
    return builtInClipTokenizer();
}

}
