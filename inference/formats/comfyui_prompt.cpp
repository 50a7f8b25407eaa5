#include "inference/formats/comfyui_prompt.h"

#include "inference/sampling/names.h"
#include "inference/text/prompt_syntax.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

namespace athanor {

namespace {

struct WeightedText {
    std::string text;
    double weight = 1;
};
using WeightedTexts = std::vector<WeightedText>;

// Stand for \( and \) while brackets are matched; no UTF-8 holds them.
constexpr char escapedOpen = '\xfe', escapedClose = '\xff';
constexpr int deepestBrackets = 64;

std::string withEscapesMarked(std::string_view text)
{
    std::string marked;
    for (size_t i = 0; i < text.size(); ++i)
        if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '(' || text[i + 1] == ')'))
            marked += text[++i] == '(' ? escapedOpen : escapedClose;
        else
            marked += text[i];
    return marked;
}

void append(WeightedTexts& texts, std::string_view text, double weight)
{
    if (text.empty())
        return;
    if (texts.empty() || std::abs(texts.back().weight - weight) > 1e-6)
        texts.push_back({"", weight});
    for (const char c : text)
        texts.back().text += c == escapedOpen ? '(' : c == escapedClose ? ')' : c;
}

// As Python's float() reads it, but for words.
std::optional<double> weightIn(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n";
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    text = text.substr(0, text.find_last_not_of(blanks) + 1);
    text.remove_prefix(text.starts_with('+') ? 1 : 0);
    double weight = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), weight);
    const bool good = error == std::errc() && end == text.data() + text.size() && std::isfinite(weight);
    return good ? std::optional(weight) : std::nullopt;
}

// Pieces between brackets and whole brackets of one level.
std::vector<std::string_view> bracketPieces(std::string_view text)
{
    std::vector<std::string_view> pieces;
    size_t begin = 0;
    int depth = 0; // below 0: brackets were closed that no one had opened
    const auto cut = [&](size_t end) {
        if (end > begin)
            pieces.push_back(text.substr(begin, end - begin));
        begin = end;
    };
    for (size_t i = 0; i < text.size(); ++i)
        if (text[i] == '(') {
            if (depth++ == 0)
                cut(i);
        } else if (text[i] == ')' && --depth == 0) {
            cut(i + 1);
        }
    cut(text.size());
    return pieces;
}

// False: brackets are too deep.
bool addPieces(WeightedTexts& texts, std::string_view marked, double weight, int depth)
{
    if (depth > deepestBrackets)
        return false;
    for (std::string_view piece : bracketPieces(marked)) {
        if (piece.size() < 2 || piece.front() != '(' || piece.back() != ')') {
            append(texts, piece, weight);
            continue;
        }
        piece = piece.substr(1, piece.size() - 2);
        const size_t colon = piece.rfind(':');
        const auto own = colon != piece.npos && colon > 0 ? weightIn(piece.substr(colon + 1)) : std::nullopt;
        if (!addPieces(texts, own ? piece.substr(0, colon) : piece, own.value_or(weight * 1.1), depth + 1))
            return false;
    }
    return true;
}

// What a text of ComfyUI means; nothing: brackets are too deep.
std::optional<WeightedTexts> comfyMeaning(std::string_view text)
{
    WeightedTexts texts;
    if (text.size() > maxPromptBytes || !addPieces(texts, withEscapesMarked(text), 1, 0))
        return {};
    for (WeightedText& part : texts)
        part.weight = std::clamp(part.weight, -double(maxPromptWeight), double(maxPromptWeight));
    return texts;
}

// What it means here; nothing: more than weights.
std::optional<WeightedTexts> ownMeaning(std::string_view text)
{
    if (text.size() > maxPromptBytes)
        return {};
    WeightedTexts texts;
    for (const PromptSpan& span : parsePrompt(text).spans) {
        if (span.startsChunk)
            return {};
        append(texts, span.text, span.weight);
    }
    return texts;
}

bool sameMeaning(const std::optional<WeightedTexts>& a, const std::optional<WeightedTexts>& b)
{
    return a && b && std::ranges::equal(*a, *b, [](const WeightedText& x, const WeightedText& y) {
        return x.text == y.text && std::abs(x.weight - y.weight) <= 1e-6;
    });
}

std::string written(const WeightedTexts& texts, std::string_view escaped)
{
    std::string all;
    for (const auto& [text, weight] : texts) {
        const bool weighted = std::abs(weight - 1) > 1e-6;
        all += weighted ? "(" : "";
        for (const char c : text)
            all += escaped.find(c) == escaped.npos ? std::string(1, c) : std::string("\\") + c;
        all += weighted ? ":" + numberText(std::round(weight * 1e6) / 1e6) + ")" : "";
    }
    return all;
}

}

std::string promptFromComfy(std::string_view text)
{
    const auto meaning = comfyMeaning(text);
    if (!meaning || sameMeaning(meaning, ownMeaning(text)))
        return std::string(text);
    std::string own = written(*meaning, "()[]\\");
    constexpr std::string_view breakWord = "BREAK"; // for the text encoder the same in small letters
    for (size_t at; (at = own.find(breakWord)) != own.npos;)
        own.replace(at, breakWord.size(), "break");
    return own;
}

std::string promptToComfy(const std::string& text)
{
    const auto meaning = ownMeaning(text);
    return !meaning || sameMeaning(meaning, comfyMeaning(text)) ? text : written(*meaning, "()");
}

}
