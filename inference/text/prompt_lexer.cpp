#include "inference/text/prompt_lexer.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace athanor {

namespace {

constexpr char spaces[] = " \t\r\n\f\v";
constexpr double roundWeight = 1.1;
constexpr double squareWeight = 1 / 1.1;
// Products of nested brackets stay within this, so that round × square is never 0 × infinity.
constexpr double maxProduct = 1e30;

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

    LexedPrompt run()
    {
        while (m_at < m_text.size()) {
            switch (m_text[m_at]) {
            case '\\':
                escape();
                break;
            case '(':
                open(m_openRound, {PromptPiece::Kind::OpenRound, m_at, 1, roundWeight});
                break;
            case '[':
                open(m_openSquare, {PromptPiece::Kind::OpenSquare, m_at, 1, squareWeight});
                break;
            case ')':
                close(m_openRound, PromptPiece::Kind::CloseRound);
                break;
            case ']':
                close(m_openSquare, PromptPiece::Kind::CloseSquare);
                break;
            case ':':
                if (m_openRound.empty() || !closeWithWeight())
                    addText(1);
                break;
            default:
                words();
            }
        }
        for (const PromptPiece& piece : m_lexed.pieces)
            if (piece.isOpen() && piece.partner == piece.none)
                fault(PromptFault::Kind::NeverClosed, piece.at, piece.length);
        return std::move(m_lexed);
    }

private:
    void fault(PromptFault::Kind kind, size_t at, size_t length) { m_lexed.faults.push_back({kind, at, length}); }

    void addText(size_t length)
    {
        if (length == 0)
            return;
        m_lexed.pieces.push_back({PromptPiece::Kind::Text, m_at, length});
        m_at += length;
    }

    void escape()
    {
        ++m_at;
        if (m_at < m_text.size() && std::string_view("()[]\\").find(m_text[m_at]) != std::string_view::npos)
            addText(1);
    }

    void open(std::vector<size_t>& stack, const PromptPiece& piece)
    {
        stack.push_back(m_lexed.pieces.size());
        m_lexed.pieces.push_back(piece);
        ++m_at;
    }

    void close(std::vector<size_t>& stack, PromptPiece::Kind kind, size_t length = 1)
    {
        if (stack.empty()) {
            fault(PromptFault::Kind::NeverOpened, m_at, 1);
            return addText(1);
        }
        std::vector<PromptPiece>& pieces = m_lexed.pieces;
        pieces[stack.back()].partner = pieces.size();
        pieces.push_back({kind, m_at, length, pieces[stack.back()].multiplier, stack.back()});
        stack.pop_back();
        m_at += length;
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
            if ((isNumber || isPlain) && !shown.empty())
                fault(PromptFault::Kind::NoNumber, size_t(shown.data() - m_text.data()), shown.size());
            return false;
        }
        m_lexed.pieces[m_openRound.back()].multiplier = weight;
        close(m_openRound, PromptPiece::Kind::CloseRound, end + 2);
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
            m_lexed.pieces.push_back({PromptPiece::Kind::Break, at, breakWord.size()});
            m_at = std::min(m_text.find_first_not_of(spaces, after), end);
            at = m_at - 1;
        }
        addText(end - m_at);
    }

    const std::string_view m_text;
    size_t m_at = 0;
    LexedPrompt m_lexed;
    std::vector<size_t> m_openRound, m_openSquare; // pieces not closed yet
};

double limited(double product)
{
    return std::clamp(product, -maxProduct, maxProduct);
}

}

LexedPrompt lexPrompt(std::string_view utf8)
{
    return Lexer(utf8).run();
}

// A bracket pair that crosses another of the other kind, "([)]", is why there is one stack for each.
std::vector<double> weightsOf(const std::vector<PromptPiece>& pieces)
{
    std::vector<double> weights;
    std::vector<double> round{1}, square{1}; // products of the open brackets
    for (const PromptPiece& piece : pieces) {
        using enum PromptPiece::Kind;
        if (piece.kind == CloseRound)
            round.pop_back();
        if (piece.kind == CloseSquare)
            square.pop_back();
        weights.push_back(round.back() * square.back());
        if (piece.kind == OpenRound)
            round.push_back(limited(round.back() * piece.multiplier));
        if (piece.kind == OpenSquare)
            square.push_back(square.back() * piece.multiplier);
    }
    return weights;
}

}
