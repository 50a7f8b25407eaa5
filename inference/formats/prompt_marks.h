// A prompt as an editor shows it: what each part of it means, and where it is wrong.
#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

namespace athanor {

struct PromptMark {
    enum class Kind { Text, Bracket, Weight, Break };
    static constexpr size_t none = size_t(-1);

    Kind kind = Kind::Text;
    size_t at = 0, length = 0; // bytes
    double weight = 1; // Text: what it counts; Bracket: what it multiplies what is within it by
    size_t partner = none; // Bracket: the mark that is the other one
    bool opens = false; // Bracket
};

struct PromptFlaw {
    enum class Kind {
        NeverOpened, // a closing bracket, taken as text
        NeverClosed, // an opening bracket: reaches to the end
        NoNumber, // a weight, taken as text
        NotYet, // what means more elsewhere: left out, or taken as words
    };
    Kind kind = Kind::NeverOpened;
    size_t at = 0, length = 0; // bytes
    std::string_view sentence = {}; // NotYet: what is done instead, in English, with %1 for the part
};

struct MarkedPrompt {
    std::vector<PromptMark> marks; // in order; what is not in them does not count, as the backslash of "\("
    std::vector<PromptFlaw> flaws;
};

// Of any text that is UTF-8.
MarkedPrompt markPrompt(std::string_view utf8);

}
