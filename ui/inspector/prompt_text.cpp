#include "ui/inspector/prompt_text.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <vector>

namespace athanor {

namespace {

constexpr double mostWeight = 10; // as prompts allow

// For each byte of the text, and its end, the UTF-16 position.
std::vector<size_t> positionsOf(const QByteArray& utf8)
{
    std::vector<size_t> positions;
    size_t at = 0;
    for (const char c : utf8) {
        const auto byte = uint8_t(c);
        positions.push_back(at);
        if ((byte & 0xC0) != 0x80) // not a byte that goes on
            at += byte >= 0xF0 ? 2 : 1;
    }
    positions.push_back(at);
    return positions;
}

struct Pair {
    int open = 0, close = 0; // of the brackets
    int start = 0, end = 0; // of what is between them, without the weight
    double weight = 1;
};

std::vector<Pair> pairsOf(const LexedPrompt& prompt)
{
    std::vector<Pair> pairs;
    for (const PromptPiece& mark : prompt.pieces) {
        if (!mark.isOpen() || mark.partner == PromptPiece::none)
            continue;
        const PromptPiece& close = prompt.pieces[mark.partner];
        const PromptPiece& before = prompt.pieces[mark.partner - 1];
        const size_t end = before.kind == PromptPiece::Kind::Weight ? before.at : close.at;
        pairs.push_back({int(mark.at), int(close.at), int(mark.at) + 1, int(end), mark.weight});
    }
    return pairs;
}

bool isOfWord(QChar c)
{
    return !c.isSpace() && !QStringLiteral(".,\\/!?%^*;:{}=`~()[]|\"<>").contains(c);
}

bool isInside(size_t at, const PromptSelection& prompt)
{
    return int(at) >= prompt.start && int(at) < prompt.end;
}

void takeWordOrBrackets(PromptSelection& prompt, const std::vector<Pair>& pairs)
{
    const Pair* innermost = nullptr;
    for (const Pair& pair : pairs)
        if (pair.open <= prompt.start && prompt.start <= pair.close + 1
            && (!innermost || pair.close - pair.open < innermost->close - innermost->open))
            innermost = &pair;
    if (innermost) {
        prompt.start = innermost->start;
        prompt.end = innermost->end;
        return;
    }
    while (prompt.start > 0 && isOfWord(prompt.text[prompt.start - 1]))
        --prompt.start;
    while (prompt.end < prompt.text.size() && isOfWord(prompt.text[prompt.end]))
        ++prompt.end;
}

void trim(PromptSelection& prompt)
{
    while (prompt.start < prompt.end && prompt.text[prompt.start].isSpace())
        ++prompt.start;
    while (prompt.start < prompt.end && prompt.text[prompt.end - 1].isSpace())
        --prompt.end;
}

// Takes in the other half of each pair of which it holds one; false if there is none.
bool balance(PromptSelection& prompt, const LexedPrompt& marked, const std::vector<Pair>& pairs)
{
    const auto isBad = [&](const PromptFault& flaw) {
        const bool isBracket =
            flaw.kind == PromptFault::Kind::NeverOpened || flaw.kind == PromptFault::Kind::NeverClosed;
        return isBracket && isInside(flaw.at, prompt);
    };
    for (bool grown = true; grown;) {
        grown = false;
        for (const Pair& pair : pairs) {
            // Only a part of the weight selected counts as the bracket.
            const bool opens = isInside(size_t(pair.open), prompt);
            const bool closes = prompt.end > pair.end && prompt.start <= pair.close;
            if (opens == closes)
                continue;
            prompt.start = std::min(prompt.start, pair.open);
            prompt.end = std::max(prompt.end, pair.close + 1);
            grown = true;
        }
    }
    return std::ranges::none_of(marked.faults, isBad);
}

// From brackets that are selected as a whole to what is in them.
void goInside(PromptSelection& prompt, const std::vector<Pair>& pairs)
{
    for (bool inside = true; inside;) {
        inside = false;
        for (const Pair& pair : pairs) {
            if (pair.open != prompt.start || pair.close + 1 != prompt.end)
                continue;
            prompt.start = pair.start;
            prompt.end = pair.end;
            inside = true;
        }
    }
}

}

LexedPrompt markText(const QString& text)
{
    const QByteArray utf8 = text.toUtf8();
    LexedPrompt prompt = markPrompt(std::string_view(utf8.data(), size_t(utf8.size())));
    const std::vector<size_t> positions = positionsOf(utf8);
    const auto convert = [&](auto& part) {
        const size_t end = positions[part.at + part.length];
        part.at = positions[part.at];
        part.length = end - part.at;
    };
    std::ranges::for_each(prompt.pieces, convert);
    std::ranges::for_each(prompt.faults, convert);
    return prompt;
}

PromptSelection withWeight(PromptSelection prompt, double by)
{
    const PromptSelection before = prompt;
    const LexedPrompt marked = markText(prompt.text);
    const std::vector<Pair> pairs = pairsOf(marked);
    if (prompt.start == prompt.end)
        takeWordOrBrackets(prompt, pairs);
    trim(prompt);
    if (!balance(prompt, marked, pairs))
        return before;
    goInside(prompt, pairs);
    trim(prompt);
    if (prompt.start >= prompt.end)
        return before;

    int start = prompt.start, end = prompt.end;
    double weight = 1;
    for (bool around = true; around;) {
        around = false;
        for (const Pair& pair : pairs) {
            if (pair.start != start || pair.end != end)
                continue;
            weight *= pair.weight;
            start = pair.open;
            end = pair.close + 1;
            around = true;
        }
    }
    weight = std::clamp(std::round((weight + by) * 100) / 100, -mostWeight, mostWeight);
    const QString content = prompt.text.mid(prompt.start, prompt.end - prompt.start);
    const bool plain = weight == 1;
    PromptSelection after;
    after.text = prompt.text.left(start)
        + (plain ? content : QStringLiteral("(%1:%2)").arg(content, QString::number(weight))) + prompt.text.mid(end);
    const int first = start + (plain ? 0 : 1);
    after.start = first;
    after.end = first + int(content.size());
    if (before.start == before.end) // the cursor stays at its letter
        after.start = after.end = std::clamp(first + before.start - prompt.start, after.start, after.end);
    return after;
}

}
