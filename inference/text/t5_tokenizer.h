// T5's tokenizer, a SentencePiece vocabulary of unigrams (Kudo 2018): text to ids. It knows no prompt weights and no
// padding.
//
// Equal to transformers' T5TokenizerFast (since version 5 T5Tokenizer), which differs from SentencePiece itself in what
// it makes of graphemes and of ties: <pad>, </s>, <unk> and <extra_id_0> … <extra_id_99> are cut out of the raw text;
// each grapheme of the rest that is shorter than six bytes, else each character of it, is replaced by the vocabulary's
// own table; White_Space only separates words. A word begins with U+2581 and becomes the pieces whose scores, which are
// logarithms of their frequency, have the highest sum (in fp64).
// Graphemes are those of the ICU in use (72 in Debian 12: Unicode 15.0).
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace athanor {

// Read-only after loading (t5_tokenizer_files.h); every id is in [0, vocabularySize).
struct T5Tokenizer {
    static constexpr int32_t pad = 0, eos = 1, unk = 2; // in every vocabulary
    static constexpr int32_t extraIds = 100; // <extra_id_N> is the Nth from the end

    struct Piece {
        int32_t id = 0;
        double score = 0;
    };
    struct Hash {
        using is_transparent = void;
        size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };
    std::unordered_map<std::string, Piece, Hash, std::equal_to<>> pieces; // UTF-8
    size_t longestPiece = 0; // bytes
    double unknownScore = 0; // of a character that is no piece

    // What is replaced by what: a trie as a double array (Aoe 1989, in the form of Darts-clone), whose leaves say where
    // in `replacements` a text begins, which goes on to the next zero. Both may be empty.
    std::vector<uint32_t> trie;
    std::string replacements;

    int32_t vocabularySize = 0; // the rows a text encoder's table must have at least; files have some more
};

// Of <pad>, </s>, <unk> and <extra_id_0> … <extra_id_99>; -1 for any other text.
int32_t t5TokenId(const T5Tokenizer& tokenizer, std::string_view token);

// Ids without the end token or padding, of any number. Bytes that are not UTF-8 become U+FFFD and set *invalidUtf8.
std::vector<int32_t> tokenize(const T5Tokenizer& tokenizer, std::string_view utf8, bool* invalidUtf8 = nullptr);

}
