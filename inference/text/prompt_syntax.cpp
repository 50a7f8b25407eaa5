#include "inference/text/prompt_syntax.h"

#include "inference/text/later_syntax.h"
#include "inference/text/prompt_lexer.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <iterator>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace athanor {

namespace {

// Spans one after another. Neighbours are one if their weights are equal as A1111 computes them, in doubles: "((a))"
// and
// "(b:1.21)" differ in the last bit.
class SpanList {
public:
    void startChunk()
    {
        spans.push_back({.startsChunk = true});
        m_last = 1;
    }

    void add(std::string_view text, double weight)
    {
        PromptSpan& last = spans.back();
        if (!last.text.empty() && m_last != weight) {
            spans.push_back({std::string(text), float(weight)});
        } else {
            last.weight = float(weight);
            last.text += text;
        }
        m_last = weight;
    }

    std::vector<PromptSpan> spans = std::vector<PromptSpan>(1);

private:
    double m_last = 1;
};

std::vector<PromptSpan> spansOf(std::string_view text, const std::vector<PromptPiece>& pieces, size_t& limitedWeights)
{
    SpanList list;
    for (const PromptPiece& piece : pieces) {
        if (piece.kind == PromptPiece::Kind::Break)
            list.startChunk();
        if (piece.kind != PromptPiece::Kind::Text)
            continue;
        const double allowed = std::clamp(piece.weight, -double(maxPromptWeight), double(maxPromptWeight));
        limitedWeights += piece.weight != allowed && piece.length > 0;
        list.add(text.substr(piece.at, piece.length), allowed);
    }
    return std::move(list.spans);
}

}

std::string cleanPrompt(std::string_view utf8, std::vector<std::string>& warnings)
{
    std::string clean;
    size_t invalid = 0, controls = 0;
    for (size_t i = 0; i < utf8.size();) {
        const size_t start = i;
        UChar32 c;
        U8_NEXT(utf8.data(), i, utf8.size(), c);
        const bool isControl = c >= 0 && u_charType(c) == U_CONTROL_CHAR && !u_isUWhiteSpace(c);
        invalid += c < 0;
        controls += isControl;
        if (c < 0 || isControl)
            clean += "\ufffd";
        else
            clean += utf8.substr(start, i - start);
    }
    if (invalid || controls)
        warnings.push_back("the prompt has " + std::to_string(invalid) + " byte sequences that are not UTF-8 and "
            + std::to_string(controls) + " control characters; each was replaced by U+FFFD");
    return clean;
}

ParsedPrompt parsePrompt(std::string_view utf8)
{
    if (utf8.size() > maxPromptBytes)
        throw Error(ErrorKind::BadArgument,
            "the prompt has " + std::to_string(utf8.size()) + " bytes, at most " + std::to_string(maxPromptBytes)
                + " are allowed; shorten it");
    ParsedPrompt prompt;
    const std::string whole = cleanPrompt(utf8, prompt.warnings);
    const std::vector<LaterPart> tags = findTags(whole);
    const std::string clean = withoutTags(whole, tags);
    const LexedPrompt lexed = lexPrompt(clean);
    std::ranges::move(laterWarnings(whole, tags), std::back_inserter(prompt.warnings));
    std::ranges::move(laterWarnings(clean, findLaterSyntax(clean, lexed)), std::back_inserter(prompt.warnings));
    size_t limitedWeights = 0;
    prompt.spans = spansOf(clean, lexed.pieces, limitedWeights);
    const auto isBad = [](const PromptFault& fault) { return fault.kind == PromptFault::Kind::NoNumber; };
    const auto bad = std::ranges::find_if(lexed.faults, isBad);
    if (bad != lexed.faults.end())
        prompt.warnings.push_back(std::to_string(std::ranges::count_if(lexed.faults, isBad))
            + " weights of the prompt, the first \"" + printable(clean.substr(bad->at, bad->length))
            + "\", are no numbers like 1.3 and were taken as text");
    if (limitedWeights)
        prompt.warnings.push_back(std::to_string(limitedWeights) + " parts of the prompt had weights beyond ±"
            + std::to_string(int(maxPromptWeight)) + "; that limit was used");
    return prompt;
}

}
