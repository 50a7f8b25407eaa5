#include "inference/text/prompt_syntax.h"

#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <charconv>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace athanor {

namespace {

constexpr char spaces[] = " \t\r\n\f\v";
constexpr double roundWeight = 1.1;
constexpr double squareWeight = 1 / 1.1;
// Products of nested brackets stay within this, so that round × square is never 0 × infinity.
constexpr double maxProduct = 1e30;

struct Piece {
    enum class Kind { Text, Break, OpenRound, CloseRound, OpenSquare, CloseSquare };
    Kind kind;
    std::string_view text; // of Text
    double multiplier = 1; // of OpenRound, OpenSquare
};

bool isWordCharacter(UChar32 c)
{
    return c == '_' || u_isalnum(c);
}

// True if no letter, digit or underscore touches text[start, end).
bool isWholeWord(std::string_view text, size_t start, size_t end)
{
    UChar32 before = ' ', after = ' ';
    int32_t left = int32_t(start), right = int32_t(end);
    if (left > 0)
        U8_PREV(text.data(), 0, left, before);
    if (end < text.size())
        U8_NEXT(text.data(), right, int32_t(text.size()), after);
    return !isWordCharacter(before) && !isWordCharacter(after);
}

std::string_view trimmed(std::string_view text)
{
    const size_t start = std::min(text.find_first_not_of(spaces), text.size());
    return text.substr(start, text.find_last_not_of(spaces) + 1 - start);
}

// Cuts a prompt into pieces from left to right and matches its brackets.
class Lexer {
public:
    explicit Lexer(std::string_view text)
        : m_text(text)
    {
    }

    std::vector<Piece> run()
    {
        while (m_at < m_text.size()) {
            switch (m_text[m_at]) {
            case '\\':
                escape();
                break;
            case '(':
                open(m_openRound, {Piece::Kind::OpenRound, {}, roundWeight});
                break;
            case '[':
                open(m_openSquare, {Piece::Kind::OpenSquare, {}, squareWeight});
                break;
            case ')':
                close(m_openRound, Piece::Kind::CloseRound);
                break;
            case ']':
                close(m_openSquare, Piece::Kind::CloseSquare);
                break;
            case ':':
                if (m_openRound.empty() || !closeWithWeight())
                    addText(1);
                break;
            default:
                words();
            }
        }
        return std::move(m_pieces);
    }

    // How many weights were no numbers, and the first of them.
    size_t badWeights() const { return m_badWeights; }
    const std::string& firstBadWeight() const { return m_firstBadWeight; }

private:
    void addText(size_t length)
    {
        if (length == 0)
            return;
        m_pieces.push_back({Piece::Kind::Text, m_text.substr(m_at, length)});
        m_at += length;
    }

    void escape()
    {
        ++m_at;
        if (m_at < m_text.size() && std::string_view("()[]\\").find(m_text[m_at]) != std::string_view::npos)
            addText(1);
    }

    void open(std::vector<size_t>& stack, const Piece& piece)
    {
        stack.push_back(m_pieces.size());
        m_pieces.push_back(piece);
        ++m_at;
    }

    void close(std::vector<size_t>& stack, Piece::Kind kind)
    {
        if (stack.empty())
            return addText(1);
        stack.pop_back();
        m_pieces.push_back({kind});
        ++m_at;
    }

    // At a colon inside round brackets: ":number)" closes the innermost. False, and nothing moves, for anything else.
    bool closeWithWeight()
    {
        constexpr size_t longest = 64; // keeps a row of colons linear
        const std::string_view rest = m_text.substr(m_at + 1, longest);
        const size_t end = rest.find(')');
        if (end == rest.npos)
            return false;
        const std::string_view shown = trimmed(rest.substr(0, end));
        const std::string_view digits = shown.substr(shown.starts_with('+') ? 1 : 0);
        const bool isPlain = digits.find_first_not_of("-.0123456789") == digits.npos && shown.find("+-") == shown.npos;
        double weight = 0;
        const char* stop = std::from_chars(digits.data(), digits.data() + digits.size(), weight).ptr;
        const bool isNumber = !digits.empty() && stop == digits.data() + digits.size();
        if (!isNumber || !isPlain) {
            if ((isNumber || isPlain) && !shown.empty() && m_badWeights++ == 0)
                m_firstBadWeight = shown;
            return false;
        }
        m_pieces[m_openRound.back()].multiplier = weight;
        m_at += 1 + end;
        close(m_openRound, Piece::Kind::CloseRound);
        return true;
    }

    // Text up to the next character with a meaning, and the BREAKs in it without the spaces around them.
    void words()
    {
        const size_t end = std::min(m_text.find_first_of("()[]\\:", m_at), m_text.size());
        constexpr std::string_view breakWord = "BREAK";
        for (size_t at = m_at; at + breakWord.size() <= end; ++at) {
            const size_t after = at + breakWord.size();
            if (!m_text.substr(at).starts_with(breakWord) || !isWholeWord(m_text, at, after))
                continue;
            addText(m_text.substr(m_at, at - m_at).find_last_not_of(spaces) + 1);
            m_pieces.push_back({Piece::Kind::Break});
            m_at = std::min(m_text.find_first_not_of(spaces, after), end);
            at = m_at - 1;
        }
        addText(end - m_at);
    }

    const std::string_view m_text;
    size_t m_at = 0;
    std::vector<Piece> m_pieces;
    std::vector<size_t> m_openRound, m_openSquare; // pieces not closed yet
    size_t m_badWeights = 0;
    std::string m_firstBadWeight;
};

double limited(double product)
{
    return std::clamp(product, -maxProduct, maxProduct);
}

void append(std::vector<PromptSpan>& spans, std::string_view text, float weight)
{
    PromptSpan& last = spans.back();
    if (last.text.empty())
        last.weight = weight;
    if (last.weight == weight)
        last.text += text;
    else
        spans.push_back({std::string(text), weight});
}

// The weight of each text is the product of the brackets around it; a bracket pair that crosses another of the other
// kind, "([)]", is why there is one stack for each.
std::vector<PromptSpan> spansOf(const std::vector<Piece>& pieces, size_t& limitedWeights)
{
    std::vector<PromptSpan> spans(1);
    std::vector<double> round{1}, square{1}; // products of the open brackets
    for (const Piece& piece : pieces) {
        switch (piece.kind) {
        case Piece::Kind::OpenRound:
            round.push_back(limited(round.back() * piece.multiplier));
            break;
        case Piece::Kind::OpenSquare:
            square.push_back(square.back() * piece.multiplier);
            break;
        case Piece::Kind::CloseRound:
            round.pop_back();
            break;
        case Piece::Kind::CloseSquare:
            square.pop_back();
            break;
        case Piece::Kind::Break:
            spans.push_back({.startsChunk = true});
            break;
        case Piece::Kind::Text: {
            const double weight = round.back() * square.back();
            const double allowed = std::clamp(weight, -double(maxPromptWeight), double(maxPromptWeight));
            limitedWeights += weight != allowed;
            append(spans, piece.text, float(allowed));
        }
        }
    }
    return spans;
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
    const std::string clean = cleanPrompt(utf8, prompt.warnings);
    Lexer lexer(clean);
    size_t limitedWeights = 0;
    prompt.spans = spansOf(lexer.run(), limitedWeights);
    if (lexer.badWeights())
        prompt.warnings.push_back(std::to_string(lexer.badWeights()) + " weights of the prompt, the first \""
            + printable(lexer.firstBadWeight()) + "\", are no numbers like 1.3 and were taken as text");
    if (limitedWeights)
        prompt.warnings.push_back(std::to_string(limitedWeights) + " parts of the prompt had weights beyond ±"
            + std::to_string(int(maxPromptWeight)) + "; that limit was used");
    return prompt;
}

}
