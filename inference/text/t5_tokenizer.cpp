#include "inference/text/t5_tokenizer.h"

#include "render/error.h"

#include <algorithm>
#include <memory>
#include <unicode/brkiter.h>
#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>
#include <unicode/utf8.h>
#include <utility>

namespace athanor {

namespace {

constexpr size_t replacedWhole = 5; // bytes of a grapheme
constexpr size_t longestToken = 13; // "<extra_id_99>"
constexpr std::string_view wordMark = "\u2581";

UChar32 nextCharacter(std::string_view text, size_t& at)
{
    UChar32 c;
    U8_NEXT(text.data(), at, text.size(), c);
    return c;
}

size_t characterBytes(std::string_view text)
{
    size_t at = 0;
    nextCharacter(text, at);
    return at;
}

std::string validUtf8(std::string_view bytes, bool* invalidUtf8)
{
    std::string text;
    bool invalid = false;
    for (size_t at = 0; at < bytes.size();) {
        const size_t from = at;
        const bool valid = nextCharacter(bytes, at) >= 0;
        text += valid ? bytes.substr(from, at - from) : "\ufffd";
        invalid |= !valid;
    }
    if (invalidUtf8)
        *invalidUtf8 = invalid;
    return text;
}

// Of the white space at the front.
size_t spaceBytes(std::string_view text)
{
    size_t end = 0;
    for (size_t at = 0; at < text.size() && u_isUWhiteSpace(nextCharacter(text, at)); end = at)
        ;
    return end;
}

std::string_view withoutSpaceBehind(std::string_view text)
{
    size_t end = 0;
    for (size_t at = 0; at < text.size();)
        if (!u_isUWhiteSpace(nextCharacter(text, at)))
            end = at;
    return text.substr(0, end);
}

// Of the unit of a double array: the byte that leads to it (none for a value), whether a value follows it, what its
// children's places are made of.
uint32_t labelOf(uint32_t unit)
{
    return unit & 0x800000ff;
}
bool hasValue(uint32_t unit)
{
    return unit & 0x100;
}
uint32_t offsetOf(uint32_t unit)
{
    return unit >> 10 << ((unit & 0x200) >> 6);
}

// What the shortest text in the trie that `text` begins with is replaced by; null for none, as where the trie is
// damaged.
const char* replacementOf(const T5Tokenizer& tokenizer, std::string_view text)
{
    const std::vector<uint32_t>& trie = tokenizer.trie;
    if (trie.empty())
        return nullptr;
    uint32_t place = offsetOf(trie[0]);
    for (const char c : text) {
        const auto byte = uint8_t(c);
        place ^= byte;
        if (!byte || place >= trie.size() || labelOf(trie[place]) != byte)
            return nullptr;
        const uint32_t unit = trie[place];
        place ^= offsetOf(unit);
        if (!hasValue(unit))
            continue;
        const uint32_t at = place < trie.size() ? trie[place] & 0x7fffffff : UINT32_MAX;
        return at < tokenizer.replacements.size() ? tokenizer.replacements.c_str() + at : nullptr;
    }
    return nullptr;
}

// Text between added tokens → ids.
class PlainText {
public:
    explicit PlainText(const T5Tokenizer& tokenizer)
        : m_tokenizer(tokenizer)
    {
        UErrorCode status = U_ZERO_ERROR;
        m_graphemes.reset(icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), status));
        requireIcu(status);
    }

    void append(std::string_view text, std::vector<int32_t>& ids)
    {
        const std::string normal = normalized(text);
        for (size_t at = 0, wordStart = 0; wordStart < normal.size();) {
            const size_t from = at;
            const bool separates = at == normal.size() || u_isUWhiteSpace(nextCharacter(normal, at));
            if (!separates)
                continue;
            if (from > wordStart)
                appendWord(std::string_view(normal).substr(wordStart, from - wordStart), ids);
            wordStart = std::max(at, from);
        }
    }

private:
    static void requireIcu(UErrorCode status)
    {
        if (U_FAILURE(status))
            throw Error(ErrorKind::OutOfMemory, std::string("ICU cannot cut the text: ") + u_errorName(status));
    }

    std::string normalized(std::string_view text)
    {
        UErrorCode status = U_ZERO_ERROR;
        const std::unique_ptr<UText, UText* (*)(UText*)> view(
            utext_openUTF8(nullptr, text.data(), int64_t(text.size()), &status), utext_close);
        m_graphemes->setText(view.get(), status);
        requireIcu(status);
        std::string result;
        for (int32_t from = m_graphemes->first(), to; (to = m_graphemes->next()) != icu::BreakIterator::DONE; from = to)
            appendGrapheme(text.substr(size_t(from), size_t(to - from)), result);
        return result;
    }

    void appendGrapheme(std::string_view grapheme, std::string& result) const
    {
        const char* whole = grapheme.size() <= replacedWhole ? replacementOf(m_tokenizer, grapheme) : nullptr;
        if (whole) {
            result += whole;
            return;
        }
        while (!grapheme.empty()) {
            const std::string_view character = grapheme.substr(0, characterBytes(grapheme));
            const char* replacement = replacementOf(m_tokenizer, character);
            result += replacement ? std::string_view(replacement) : character;
            grapheme.remove_prefix(character.size());
        }
    }

    // Each mark begins a word of its own.
    void appendWord(std::string_view word, std::vector<int32_t>& ids)
    {
        std::string marked(word.starts_with(wordMark) ? "" : wordMark);
        marked += word;
        for (std::string_view rest = marked; !rest.empty();) {
            const size_t length = std::min(rest.find(wordMark, wordMark.size()), rest.size());
            appendPieces(rest.substr(0, length), ids);
            rest.remove_prefix(length);
        }
    }

    // Viterbi's best path over the places between characters. Where two are equal, that which came first stays.
    void appendPieces(std::string_view word, std::vector<int32_t>& ids)
    {
        m_paths.assign(word.size() + 1, {});
        for (size_t from = 0, next; from < word.size(); from = next) {
            next = from + characterBytes(word.substr(from));
            bool isPiece = false; // the character alone
            for (size_t to = next; to - from <= m_tokenizer.longestPiece; to += characterBytes(word.substr(to))) {
                const auto piece = m_tokenizer.pieces.find(word.substr(from, to - from));
                if (piece != m_tokenizer.pieces.end()) {
                    propose(from, to, piece->second.id, piece->second.score);
                    isPiece |= to == next;
                }
                if (to == word.size())
                    break;
            }
            if (!isPiece)
                propose(from, next, T5Tokenizer::unk, m_tokenizer.unknownScore);
        }
        const size_t first = ids.size();
        for (size_t to = word.size(); to > 0; to = m_paths[to].from)
            if (m_paths[to].id != T5Tokenizer::unk || ids.size() == first || ids.back() != T5Tokenizer::unk)
                ids.push_back(m_paths[to].id); // unknown characters beside each other are one
        std::reverse(ids.begin() + std::ptrdiff_t(first), ids.end());
    }

    void propose(size_t from, size_t to, int32_t id, double score)
    {
        Path& path = m_paths[to];
        score += m_paths[from].score;
        if (path.id < 0 || score > path.score)
            path = {score, from, id};
    }

    // The best that ends at a place.
    struct Path {
        double score = 0;
        size_t from = 0;
        int32_t id = -1;
    };

    const T5Tokenizer& m_tokenizer;
    std::unique_ptr<icu::BreakIterator> m_graphemes;
    std::vector<Path> m_paths;
};

}

int32_t t5TokenId(const T5Tokenizer& tokenizer, std::string_view token)
{
    if (token == "<pad>" || token == "</s>" || token == "<unk>" || token.starts_with("<extra_id_")) {
        const auto piece = tokenizer.pieces.find(token);
        // Pieces of a vocabulary may begin as <extra_id_ does.
        if (piece != tokenizer.pieces.end()
            && (piece->second.id <= T5Tokenizer::unk
                || piece->second.id >= tokenizer.vocabularySize - T5Tokenizer::extraIds))
            return piece->second.id;
    }
    return -1;
}

std::vector<int32_t> tokenize(const T5Tokenizer& tokenizer, std::string_view utf8, bool* invalidUtf8)
{
    const std::string valid = validUtf8(utf8, invalidUtf8);
    const std::string_view text = valid;
    std::vector<int32_t> ids;
    PlainText plain(tokenizer);
    size_t plainStart = 0;
    for (size_t at = text.find('<'); at != text.npos; at = text.find('<', at + 1)) {
        const std::string_view front = text.substr(at, longestToken);
        const std::string_view token = front.substr(0, front.find('>') + 1); // empty where there is none
        const int32_t id = t5TokenId(tokenizer, token);
        if (id < 0)
            continue;
        std::string_view before = text.substr(plainStart, at - plainStart);
        plainStart = at + token.size();
        if (id > T5Tokenizer::unk) { // takes the white space around it along, with which a grapheme may begin
            before = withoutSpaceBehind(before);
            plainStart += spaceBytes(text.substr(plainStart));
        }
        plain.append(before, ids);
        ids.push_back(id);
    }
    plain.append(text.substr(plainStart), ids);
    return ids;
}

}
