// The marks of a prompt in the order in which they stand, by the rules of prompt_syntax.h, and where it is wrong.
#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

namespace athanor {

struct PromptPiece {
    enum class Kind { Text, Break, OpenRound, CloseRound, OpenSquare, CloseSquare };
    static constexpr size_t none = size_t(-1);

    Kind kind;
    size_t at = 0, length = 0; // bytes of the prompt; of a CloseRound with its weight, ":1.3)"; Text may have none
    double multiplier = 1; // of brackets
    size_t partner = none; // of brackets: which piece is the other one; none: it is never closed

    bool isOpen() const { return kind == Kind::OpenRound || kind == Kind::OpenSquare; }
};

struct PromptFault {
    enum class Kind {
        NeverOpened,
        NeverClosed,
        NoNumber, // a weight that is none
    };
    Kind kind;
    size_t at = 0, length = 0;
};

struct LexedPrompt {
    std::vector<PromptPiece> pieces; // without the backslashes of escapes and the white space around BREAK
    std::vector<PromptFault> faults;
};

// Of valid UTF-8. Linear time, no recursion.
LexedPrompt lexPrompt(std::string_view utf8);

// For each piece the product of the brackets around it, multiplied as A1111 does, the innermost first.
std::vector<double> weightsOf(const std::vector<PromptPiece>& pieces);

// True if no letter, digit or underscore touches utf8[start, end).
bool isWholeWord(std::string_view utf8, size_t start, size_t end);

}
