#include "inference/text/prompt_lexer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace athanor {

namespace {

constexpr char spaces[] = " \t\r\n\f\v";
constexpr double roundWeight = 1.1;
constexpr double squareWeight = 1 / 1.1;
// Products of nested brackets stay within this and one by it: none is infinite, and few differ.
constexpr double maxProduct = 1e30;

bool isWordCharacter(UChar32 c)
{
    return c == '_' || u_isalnum(c);
}

// The character at `at`, which is moved behind it; -1 at the end.
UChar32 takeCharacter(std::string_view text, size_t& at)
{
    if (at >= text.size())
        return -1;
    int32_t next = int32_t(at);
    UChar32 c;
    U8_NEXT(text.data(), next, int32_t(text.size()), c);
    at = size_t(next);
    return c;
}

// As Python's \s and \d have it, which A1111 reads weights by: of any script, a no-break space too.
size_t pastSpaces(std::string_view text, size_t at)
{
    for (size_t next = at; u_isUWhiteSpace(std::max(0, takeCharacter(text, next)));)
        at = next;
    return at;
}

// A sign, digits and points, in ASCII. Moves `at` behind them.
std::string takeNumber(std::string_view text, size_t& at)
{
    std::string number;
    for (size_t next = at;; at = next) {
        const UChar32 c = takeCharacter(text, next);
        if ((c == '+' || c == '-') && number.empty())
            number += char(c);
        else if (c == '.')
            number += '.';
        else if (c >= 0 && u_charType(c) == U_DECIMAL_DIGIT_NUMBER)
            number += char('0' + u_charDigitValue(c));
        else
            return number;
    }
}

// Of what takeNumber gives; nothing for ".", "1.2.3" and a sign alone. Beyond what a double holds as Python's float().
std::optional<double> numberOf(std::string_view text)
{
    const bool isNegative = text.starts_with('-');
    text.remove_prefix(isNegative || text.starts_with('+') ? 1 : 0);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::invalid_argument || end != text.data() + text.size())
        return {};
    if (error == std::errc::result_out_of_range)
        value = text.substr(0, text.find('.')).find_first_not_of('0') == text.npos ? 0 : HUGE_VAL;
    return isNegative ? -value : value;
}

std::string_view withoutSpaces(std::string_view text)
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
        else // no text, but it divides what stands around it
            m_lexed.pieces.push_back({PromptPiece::Kind::Text, m_at, 0});
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
        const size_t opened = stack.back();
        const double weight = pieces[opened].weight;
        stack.pop_back();
        m_at += length;
        if (length > 1)
            pieces.push_back({PromptPiece::Kind::Weight, m_at - length, length - 1, weight});
        pieces[opened].partner = pieces.size();
        pieces.push_back({kind, m_at - 1, 1, weight, opened});
    }

    // At a colon inside round brackets: ":number)" closes the innermost. False, and nothing moves, for anything else.
    // No colon is looked at twice, so a row of them stays linear.
    bool closeWithWeight()
    {
        size_t at = pastSpaces(m_text, m_at + 1);
        const size_t begin = at;
        const std::string number = takeNumber(m_text, at);
        const size_t end = at;
        at = pastSpaces(m_text, at);
        if (number.empty() || at >= m_text.size() || m_text[at] != ')') {
            tellOfNoNumber();
            return false;
        }
        const std::optional<double> weight = numberOf(number);
        if (!weight) {
            fault(PromptFault::Kind::NoNumber, begin, end - begin);
            return false;
        }
        m_lexed.pieces[m_openRound.back()].weight = *weight;
        close(m_openRound, PromptPiece::Kind::CloseRound, at + 1 - m_at);
        return true;
    }

    // At a colon: what is a number elsewhere but no weight, "nan" or "1e9", or two signs.
    void tellOfNoNumber()
    {
        constexpr size_t longest = 64; // keeps a row of colons linear
        const std::string_view rest = m_text.substr(m_at + 1, longest);
        const size_t end = rest.find(')');
        if (end == rest.npos)
            return;
        const std::string_view shown = withoutSpaces(rest.substr(0, end));
        const std::string_view digits = shown.substr(shown.starts_with('+') ? 1 : 0);
        double value = 0;
        const char* stop = std::from_chars(digits.data(), digits.data() + digits.size(), value).ptr;
        const bool isNumber = !digits.empty() && stop == digits.data() + digits.size();
        if (!shown.empty() && (isNumber || digits.find_first_not_of("-.0123456789") == digits.npos))
            fault(PromptFault::Kind::NoNumber, size_t(shown.data() - m_text.data()), shown.size());
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
    if (product == 0)
        return 0;
    return std::copysign(std::clamp(std::abs(product), 1 / maxProduct, maxProduct), product);
}

// The weights of pieces, of which many neighbours have the same.
class WeightRuns {
public:
    // As A1111: each pair multiplies what is in it when it closes, so a weight is a product in the order of the closing
    // brackets, to the last bit.
    void multiply(size_t first, size_t end, double by)
    {
        const size_t begin = cutAt(first);
        size_t stop = cutAt(end), kept = begin;
        Run* runs = m_runs.data();
        for (size_t i = begin; i < stop; ++i) {
            const double weight = limited(runs[i].weight * by);
            if (kept == 0 || runs[kept - 1].weight != weight)
                runs[kept++] = {runs[i].first, weight};
        }
        if (kept > 0 && runs[kept - 1].weight == runs[stop].weight)
            ++stop;
        m_runs.erase(m_runs.begin() + ptrdiff_t(kept), m_runs.begin() + ptrdiff_t(stop));
    }

    std::vector<double> all(size_t count) const
    {
        std::vector<double> weights(count);
        for (size_t i = 0; i < m_runs.size(); ++i) {
            const size_t end = i + 1 < m_runs.size() ? m_runs[i + 1].first : count;
            std::fill(weights.begin() + ptrdiff_t(m_runs[i].first), weights.begin() + ptrdiff_t(end), m_runs[i].weight);
        }
        return weights;
    }

private:
    struct Run {
        size_t first; // piece; it ends where the next begins
        double weight;
    };

    // The number of the run that begins at this piece.
    size_t cutAt(size_t piece)
    {
        const auto after = std::ranges::upper_bound(m_runs, piece, {}, &Run::first);
        const auto number = size_t(after - m_runs.begin());
        const Run before = m_runs[number - 1];
        if (before.first == piece)
            return number - 1;
        m_runs.insert(after, {piece, before.weight});
        return number;
    }

    std::vector<Run> m_runs{{0, 1}};
};

// Gives each text the product of the brackets around it, multiplied as A1111 does, the innermost first. A bracket pair
// that crosses another of the other kind, "([)]", is matched as A1111 does, each kind by itself.
void weigh(std::vector<PromptPiece>& pieces)
{
    using enum PromptPiece::Kind;
    WeightRuns runs;
    for (size_t i = 0; i < pieces.size(); ++i)
        if (pieces[i].kind == CloseRound || pieces[i].kind == CloseSquare)
            runs.multiply(pieces[i].partner + 1, i, pieces[i].weight);
    for (const PromptPiece::Kind kind : {OpenRound, OpenSquare}) // those that are never closed
        for (size_t i = 0; i < pieces.size(); ++i)
            if (pieces[i].kind == kind && pieces[i].partner == PromptPiece::none)
                runs.multiply(i + 1, pieces.size(), pieces[i].weight);
    const std::vector<double> weights = runs.all(pieces.size());
    for (size_t i = 0; i < pieces.size(); ++i)
        if (pieces[i].kind == Text)
            pieces[i].weight = weights[i];
}

}

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

LexedPrompt lexPrompt(std::string_view utf8)
{
    LexedPrompt lexed = Lexer(utf8).run();
    weigh(lexed.pieces);
    return lexed;
}

}
