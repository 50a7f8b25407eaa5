// CLIP's byte-level BPE tokenizer: text to ids. It knows no prompt weights (prompt_syntax.h) and no padding (chunks.h).
//
// Equal to transformers' CLIPTokenizer (since version 5 the same class as CLIPTokenizerFast; before that, the latter).
// Its cleaning, and so ours: added tokens are cut out of the raw text, the rest is brought to NFC and lower-cased one
// character at a time, and cut again at those that are "normalized"; White_Space only separates words, so that what a
// token strips on its sides changes nothing. No ftfy, no HTML unescaping, no accent stripping, and control
// characters stay. A word is a contraction ('s 't 're 've 'm 'll 'd), a run of \p{L}, one \p{N}, or a run of anything
// else.
// Characters added after the Unicode version of the ICU in use (72 in Debian 12: Unicode 15.0) count as unassigned.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace athanor {

// A token that is found in the text as it stands and never cut: <|endoftext|>, or a word that training added.
struct AddedToken {
    std::u32string content; // of a normalized one in the form that normalized text has
    int32_t id = 0;
    bool singleWord = false; // not inside a word
};

// By their first character, the longest first.
using AddedTokens = std::unordered_map<char32_t, std::vector<AddedToken>>;

// Read-only after loading (clip_tokenizer_files.h); every id is in [0, vocabularySize).
struct ClipTokenizer {
    struct Merge {
        int32_t rank; // lower is merged first
        int32_t result; // id of the joined symbol
    };
    std::array<int32_t, 256> byteIds; // symbol of a byte inside a word
    std::array<int32_t, 256> lastByteIds; // symbol of the byte that ends a word
    std::unordered_map<uint64_t, Merge> merges; // by mergeKey(left, right)
    AddedTokens rawTokens; // found in the text as it was written
    AddedTokens normalizedTokens; // found in what is left, once it is normalized
    int32_t bos = 0;
    int32_t eos = 0;
    int32_t pad = 0;
    int32_t comma = -1; // the word ",", or -1 if the vocabulary has none
    int64_t maxLength = INT64_MAX; // tokens that its files allow for a prompt with bos and eos
    int32_t vocabularySize = 0; // largest id + 1: the rows a text encoder's embedding must have
};

inline uint64_t mergeKey(int32_t left, int32_t right)
{
    return uint64_t(uint32_t(left)) << 32 | uint32_t(right);
}

// As text is before it is cut into words: NFC, lower case, one space for any white space.
std::u32string clipNormalized(std::u32string_view text);
// Bytes that are not UTF-8 become U+FFFD and set *invalidUtf8, which may be null.
std::u32string fromUtf8(std::string_view utf8, bool* invalidUtf8 = nullptr);

// Ids without bos, eos or padding, of any number. Bytes that are not UTF-8 become U+FFFD and set *invalidUtf8.
std::vector<int32_t> tokenize(const ClipTokenizer& tokenizer, std::string_view utf8, bool* invalidUtf8 = nullptr);

}
