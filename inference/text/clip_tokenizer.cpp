#include "inference/text/clip_tokenizer.h"

#include "render/error.h"

#include <algorithm>
#include <queue>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uniset.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

namespace athanor {

namespace {

enum class CharacterClass { Space, Letter, Number, Other };

CharacterClass classOf(char32_t c)
{
    const uint32_t category = U_GET_GC_MASK(UChar32(c));
    if (category & U_GC_L_MASK)
        return CharacterClass::Letter;
    if (category & U_GC_N_MASK)
        return CharacterClass::Number;
    return u_isUWhiteSpace(UChar32(c)) ? CharacterClass::Space : CharacterClass::Other;
}

void requireSuccess(UErrorCode status)
{
    if (U_FAILURE(status))
        throw Error(ErrorKind::OutOfMemory, std::string("ICU cannot normalise the text: ") + u_errorName(status));
}

// The reference normalises by the tables of Unicode 9.0: a newer combining mark is neither reordered nor composed.
icu::UnicodeString toNfc(const icu::UnicodeString& text)
{
    static const icu::UnicodeSet unicode9 = [] {
        UErrorCode status = U_ZERO_ERROR;
        icu::UnicodeSet set(u"[:Age=9.0:]", status);
        requireSuccess(status);
        return set;
    }();
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(status);
    requireSuccess(status);
    icu::UnicodeString composed;
    icu::FilteredNormalizer2(*nfc, unicode9).normalize(text, composed, status);
    requireSuccess(status);
    return composed;
}

// What a single word may not touch: the \w of the reference's regular expressions.
bool isWordCharacter(char32_t c)
{
    const auto known = UChar32(c);
    return u_hasBinaryProperty(known, UCHAR_ALPHABETIC) || u_hasBinaryProperty(known, UCHAR_JOIN_CONTROL)
        || (U_GET_GC_MASK(known) & (U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK));
}

// Length of the word at the front of `text`, which does not start with a space.
size_t wordLength(std::u32string_view text)
{
    for (std::u32string_view contraction : {U"'s", U"'t", U"'re", U"'ve", U"'m", U"'ll", U"'d"})
        if (text.starts_with(contraction))
            return contraction.size();
    const CharacterClass kind = classOf(text[0]);
    if (kind == CharacterClass::Number)
        return 1;
    size_t length = 1;
    while (length < text.size() && classOf(text[length]) == kind)
        ++length;
    return length;
}

// One word's symbols as a linked list; the joins waiting are ordered by rank, then from left to right.
class WordMerger {
public:
    explicit WordMerger(const ClipTokenizer& tokenizer)
        : m_tokenizer(tokenizer)
    {
    }

    // Appends the ids of a word of at least one byte. O(n log n).
    void append(std::string_view word, std::vector<int32_t>& ids)
    {
        m_symbols.clear();
        for (size_t i = 0; i < word.size(); ++i) {
            const auto& table = i + 1 < word.size() ? m_tokenizer.byteIds : m_tokenizer.lastByteIds;
            m_symbols.push_back({table[uint8_t(word[i])], int32_t(i) - 1, int32_t(i) + 1});
        }
        m_symbols.back().next = -1;
        for (size_t i = 0; i + 1 < m_symbols.size(); ++i)
            propose(int32_t(i));
        while (!m_joins.empty()) {
            const Join join = m_joins.top();
            m_joins.pop();
            apply(join);
        }
        for (int32_t i = 0; i >= 0; i = m_symbols[size_t(i)].next)
            ids.push_back(m_symbols[size_t(i)].id);
    }

private:
    struct Symbol {
        int32_t id; // -1 once swallowed by its left neighbour
        int32_t previous;
        int32_t next;
    };
    struct Join {
        int32_t rank;
        int32_t left;
        int32_t result;
        bool operator<(const Join& other) const // the heap's top is its largest
        {
            return rank != other.rank ? rank > other.rank : left > other.left;
        }
    };

    const ClipTokenizer::Merge* mergeAt(int32_t left) const
    {
        const Symbol& symbol = m_symbols[size_t(left)];
        if (symbol.id < 0 || symbol.next < 0)
            return nullptr;
        const auto found = m_tokenizer.merges.find(mergeKey(symbol.id, m_symbols[size_t(symbol.next)].id));
        return found == m_tokenizer.merges.end() ? nullptr : &found->second;
    }

    void propose(int32_t left)
    {
        if (const ClipTokenizer::Merge* merge = mergeAt(left))
            m_joins.push({merge->rank, left, merge->result});
    }

    void apply(const Join& join)
    {
        const ClipTokenizer::Merge* merge = mergeAt(join.left);
        if (!merge || merge->result != join.result)
            return; // a neighbour has been joined elsewhere since
        Symbol& left = m_symbols[size_t(join.left)];
        Symbol& right = m_symbols[size_t(left.next)];
        left.id = join.result;
        left.next = right.next;
        right.id = -1;
        if (left.next >= 0)
            m_symbols[size_t(left.next)].previous = join.left;
        if (left.previous >= 0)
            propose(left.previous);
        propose(join.left);
    }

    const ClipTokenizer& m_tokenizer;
    std::vector<Symbol> m_symbols;
    std::priority_queue<Join> m_joins;
};

std::string toUtf8(std::u32string_view text)
{
    std::string utf8;
    for (char32_t c : text) {
        char bytes[U8_MAX_LENGTH];
        int32_t count = 0;
        U8_APPEND_UNSAFE(bytes, count, c);
        utf8.append(bytes, size_t(count));
    }
    return utf8;
}

// Normalized text without added tokens.
void appendPlain(WordMerger& merger, std::u32string_view rest, std::vector<int32_t>& ids)
{
    while (!rest.empty()) {
        size_t length = 1;
        if (rest.starts_with(U"<|startoftext|>") || rest.starts_with(U"<|endoftext|>")) {
            // Written in upper case: no special token, yet the reference cuts it free of neighbours, in three words.
            length = rest.find(U'>') + 1;
            for (std::u32string_view word : {rest.substr(0, 2), rest.substr(2, length - 4), rest.substr(length - 2, 2)})
                merger.append(toUtf8(word), ids);
        } else if (classOf(rest[0]) != CharacterClass::Space) {
            length = wordLength(rest);
            merger.append(toUtf8(rest.substr(0, length)), ids);
        }
        rest.remove_prefix(length);
    }
}

// The longest token at the front of `text`; null if there is none.
const AddedToken* tokenAtFront(const AddedTokens& tokens, std::u32string_view text)
{
    const auto candidates = tokens.find(text.front());
    if (candidates == tokens.end())
        return nullptr;
    const auto found = std::ranges::find_if(
        candidates->second, [&](const AddedToken& token) { return text.starts_with(token.content); });
    return found == candidates->second.end() ? nullptr : &*found;
}

// Cuts the text at the tokens: `plain` gets what is between them, in order with the tokens' ids.
template <class Plain>
void cutAtTokens(const AddedTokens& tokens, std::u32string_view text, std::vector<int32_t>& ids, Plain plain)
{
    size_t plainStart = 0;
    for (size_t at = 0; at < text.size();) {
        const AddedToken* token = tokenAtFront(tokens, text.substr(at));
        if (!token) {
            ++at;
            continue;
        }
        const size_t end = at + token->content.size();
        const bool touches =
            (at > 0 && isWordCharacter(text[at - 1])) || (end < text.size() && isWordCharacter(text[end]));
        if (!token->singleWord || !touches) {
            plain(text.substr(plainStart, at - plainStart));
            ids.push_back(token->id);
            plainStart = end;
        }
        at = end; // also where it was a part of a word only: nothing else is looked for inside
    }
    plain(text.substr(plainStart));
}

}

std::u32string fromUtf8(std::string_view utf8, bool* invalidUtf8)
{
    std::u32string text;
    bool invalid = false;
    for (size_t i = 0; i < utf8.size();) {
        UChar32 c;
        U8_NEXT(utf8.data(), i, utf8.size(), c);
        invalid |= c < 0;
        text += c < 0 ? U'\ufffd' : char32_t(c);
    }
    if (invalidUtf8)
        *invalidUtf8 = invalid;
    return text;
}

// NFC, then lower case without context: a final sigma stays σ, and only U+0130 becomes two characters.
std::u32string clipNormalized(std::u32string_view given)
{
    icu::UnicodeString text;
    for (const char32_t c : given)
        text.append(UChar32(c));
    text = toNfc(text);

    std::u32string lower;
    for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
        const UChar32 c = text.char32At(i);
        if (u_isUWhiteSpace(c)) {
            if (!lower.ends_with(U' '))
                lower += U' ';
            continue;
        }
        lower += char32_t(u_tolower(c));
        if (c == 0x130)
            lower += U'\u0307';
    }
    return lower;
}

std::vector<int32_t> tokenize(const ClipTokenizer& tokenizer, std::string_view utf8, bool* invalidUtf8)
{
    std::vector<int32_t> ids;
    WordMerger merger(tokenizer);
    const std::u32string text = fromUtf8(utf8, invalidUtf8);
    cutAtTokens(tokenizer.rawTokens, text, ids, [&](std::u32string_view part) {
        cutAtTokens(tokenizer.normalizedTokens, clipNormalized(part), ids,
            [&](std::u32string_view words) { appendPlain(merger, words, ids); });
    });
    return ids;
}

}
