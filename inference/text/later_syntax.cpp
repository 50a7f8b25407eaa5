#include "inference/text/later_syntax.h"

#include "inference/weights/printable.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>

namespace athanor {

namespace {

constexpr std::string_view tagBlanks = " \t\r\n\f\v";

bool isNameByte(char c)
{
    return uint8_t(c) >= 0x80 || std::isalnum(uint8_t(c)) || c == '_';
}

LaterSyntax tagKind(std::string_view name)
{
    if (name == "lora" || name == "lyco")
        return LaterSyntax::Lora;
    return name == "hypernet" ? LaterSyntax::Hypernet : LaterSyntax::OtherTag;
}

// The length of a name in front of a colon and something more; 0 if there is none.
size_t tagNameLength(std::string_view text)
{
    const size_t end = size_t(std::ranges::find_if_not(text, isNameByte) - text.begin());
    return end + 1 < text.size() && text[end] == ':' && text[end + 1] != '>' ? end : 0;
}

// "embedding:name", the name up to what cannot be in one.
size_t embeddingLength(std::string_view text, size_t at)
{
    constexpr std::string_view front = "embedding:";
    if (!text.substr(at).starts_with(front) || (at > 0 && isNameByte(text[at - 1])))
        return 0;
    const size_t name = at + front.size(), end = text.find_first_of(" \t\r\n\f\v,:()[]{}<>|\\", name);
    const size_t length = std::min(end, text.size()) - name;
    return length == 0 ? 0 : front.size() + length;
}

bool isStepNumber(std::string_view text)
{
    text.remove_prefix(std::min(text.find_first_not_of(tagBlanks), text.size()));
    text = text.substr(0, text.find_last_not_of(tagBlanks) + 1);
    text.remove_prefix(text.starts_with('+') ? 1 : 0);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return !text.empty() && end == text.data() + text.size() && text.find_first_of("in") == text.npos;
}

// What square brackets that are open hold at their own level.
struct OpenBracket {
    size_t piece = 0;
    size_t colon = std::string_view::npos; // the last one
    bool hasBar = false;
};

void addSquares(std::string_view text, const LexedPrompt& lexed, std::vector<LaterPart>& parts)
{
    using Kind = PromptPiece::Kind;
    std::vector<OpenBracket> open;
    for (size_t i = 0; i < lexed.pieces.size(); ++i) {
        const PromptPiece& piece = lexed.pieces[i];
        if (piece.isOpen())
            open.push_back({i});
        else if (piece.kind == Kind::Text && !open.empty()) {
            const std::string_view words = text.substr(piece.at, piece.length);
            const bool isEscaped = piece.at > 0 && text[piece.at - 1] == '\\';
            open.back().hasBar |= words.find('|', isEscaped ? 1 : 0) != words.npos;
            if (words == ":")
                open.back().colon = piece.at;
        }
        if (piece.kind != Kind::CloseRound && piece.kind != Kind::CloseSquare)
            continue;
        while (!open.empty() && open.back().piece > piece.partner) // crossed by this pair
            open.pop_back();
        if (open.empty() || open.back().piece != piece.partner)
            continue;
        const OpenBracket bracket = open.back();
        open.pop_back();
        const size_t at = lexed.pieces[piece.partner].at, length = piece.at + 1 - at;
        if (piece.kind != Kind::CloseSquare)
            continue;
        if (bracket.colon != text.npos && isStepNumber(text.substr(bracket.colon + 1, piece.at - bracket.colon - 1)))
            parts.push_back({LaterSyntax::Schedule, at, length});
        else if (bracket.hasBar)
            parts.push_back({LaterSyntax::Alternate, at, length});
    }
}

void addAnds(std::string_view text, std::vector<LaterPart>& parts)
{
    constexpr std::string_view word = "AND";
    for (size_t at = text.find(word); at != text.npos; at = text.find(word, at + word.size()))
        if (isWholeWord(text, at, at + word.size()))
            parts.push_back({LaterSyntax::And, at, word.size()});
}

void addChoices(std::string_view text, std::vector<LaterPart>& parts)
{
    std::vector<OpenBracket> open;
    for (size_t at = text.find_first_of("{|}\\"); at != text.npos; at = text.find_first_of("{|}\\", at + 1)) {
        if (text[at] == '\\') {
            ++at;
        } else if (text[at] == '{') {
            open.push_back({at});
        } else if (text[at] == '|' && !open.empty()) {
            open.back().hasBar = true;
        } else if (text[at] == '}' && !open.empty()) {
            if (open.back().hasBar)
                parts.push_back({LaterSyntax::Choice, open.back().piece, at + 1 - open.back().piece});
            open.pop_back();
        }
    }
}

// "__name__", also "__folder/name__".
void addWildcards(std::string_view text, std::vector<LaterPart>& parts)
{
    constexpr std::string_view mark = "__", others = "-/*.";
    for (size_t at = text.find(mark); at != text.npos;) {
        size_t end = at + mark.size();
        while (end < text.size() && !text.substr(end).starts_with(mark)
            && (isNameByte(text[end]) || others.find(text[end]) != others.npos))
            ++end;
        const bool isWildcard = end > at + mark.size() && text.substr(end).starts_with(mark);
        if (isWildcard)
            parts.push_back({LaterSyntax::Wildcard, at, end + mark.size() - at});
        at = text.find(mark, isWildcard ? end + mark.size() : std::max(end, at + 1));
    }
}

}

std::vector<LaterPart> findTags(std::string_view text)
{
    std::vector<LaterPart> tags;
    size_t close = 0; // the next ">"
    for (size_t at = text.find_first_of("<e"); at != text.npos; at = text.find_first_of("<e", at + 1)) {
        size_t length = 0;
        LaterSyntax kind = LaterSyntax::Embedding;
        if (text[at] == 'e') {
            length = embeddingLength(text, at);
        } else if (const size_t name = tagNameLength(text.substr(at + 1))) {
            if (close != text.npos && close < at + name + 2)
                close = text.find('>', at + name + 2);
            kind = tagKind(text.substr(at + 1, name));
            length = close == text.npos ? 0 : close + 1 - at;
        }
        if (length == 0)
            continue;
        tags.push_back({kind, at, length});
        at += length - 1;
    }
    return tags;
}

std::string withoutTags(std::string_view text, std::span<const LaterPart> tags)
{
    std::string rest;
    size_t from = 0;
    for (const LaterPart& tag : tags) {
        rest += text.substr(from, tag.at - from);
        from = tag.at + tag.length;
    }
    return rest += text.substr(from);
}

std::vector<LaterPart> findLaterSyntax(std::string_view text, const LexedPrompt& lexed)
{
    std::vector<LaterPart> parts;
    addSquares(text, lexed, parts);
    addAnds(text, parts);
    addChoices(text, parts);
    addWildcards(text, parts);
    return parts;
}

std::string_view laterSentence(LaterSyntax kind)
{
    switch (kind) {
    case LaterSyntax::Lora:
        return "a LoRA that acts by the node Load LoRA or --lora, not here; left out: %1";
    case LaterSyntax::Hypernet:
        return "hypernetworks are not applied; left out of the prompt: %1";
    case LaterSyntax::OtherTag:
        return "a tag that is not known here; left out of the prompt: %1";
    case LaterSyntax::Embedding:
        return "embeddings are not read yet; left out of the prompt: %1";
    case LaterSyntax::Schedule:
        return "prompts that change at a step are not done yet; read as words: %1";
    case LaterSyntax::Alternate:
        return "prompts that alternate from step to step are not done yet; read as words: %1";
    case LaterSyntax::And:
        return "prompts joined by AND are not done yet; read as one prompt with the word: %1";
    case LaterSyntax::Choice:
        return "choices by chance are not done yet; read as words: %1";
    case LaterSyntax::Wildcard:
        return "wildcards, lines of a file by chance, are not done yet; read as words: %1";
    }
    return {};
}

std::vector<std::string> laterWarnings(std::string_view text, std::span<const LaterPart> parts)
{
    constexpr size_t mostShown = 3, mostBytes = 80;
    std::vector<std::string> warnings;
    for (int kind = 0; kind < laterSyntaxCount; ++kind) {
        std::string shown;
        size_t count = 0;
        for (const LaterPart& part : parts)
            if (part.kind == LaterSyntax(kind) && ++count <= mostShown)
                shown += (count > 1 ? ", " : "") + printable(text.substr(part.at, part.length), mostBytes);
        if (count == 0)
            continue;
        std::string sentence(laterSentence(LaterSyntax(kind)));
        warnings.push_back(sentence.replace(sentence.find("%1"), 2, shown + (count > mostShown ? ", …" : "")));
    }
    return warnings;
}

}
