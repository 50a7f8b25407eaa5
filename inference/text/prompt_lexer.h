// What a prompt consists of in the order in which it stands, by the rules of prompt_syntax.h, and where it is wrong.
#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

namespace athanor {

struct PromptPiece {
    enum class Kind { Text, Break, OpenRound, CloseRound, OpenSquare, CloseSquare, Weight };
    static constexpr size_t none = size_t(-1);

    Kind kind;
    size_t at = 0, length = 0; // bytes of the prompt; Text may have none
    double weight = 1; // Text: what it counts; brackets, and the Weight in front of one: what they multiply it by
    size_t partner = none; // of brackets: which piece is the other one; none: it is never closed

    bool isOpen() const { return kind == Kind::OpenRound || kind == Kind::OpenSquare; }
    bool isBracket() const { return isOpen() || kind == Kind::CloseRound || kind == Kind::CloseSquare; }
};

struct PromptFault {
    enum class Kind {
        NeverOpened, // a closing bracket, taken as text
        NeverClosed, // an opening bracket: reaches to the end
        NoNumber, // a weight, taken as text
        NotYet, // what means more elsewhere: left out, or taken as words
    };
    Kind kind;
    size_t at = 0, length = 0; // bytes
    std::string_view sentence = {}; // NotYet: what is done instead, in English, with %1 for the part
};

struct LexedPrompt {
    std::vector<PromptPiece> pieces; // without the backslashes of escapes and the white space around BREAK
    std::vector<PromptFault> faults;
};

// Of valid UTF-8; without NotYet. Linear time, no recursion.
LexedPrompt lexPrompt(std::string_view utf8);

// True if no letter, digit or underscore touches utf8[start, end).
bool isWholeWord(std::string_view utf8, size_t start, size_t end);

}
