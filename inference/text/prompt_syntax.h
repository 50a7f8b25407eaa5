// Prompt text to weighted spans, by A1111's rules (modules/prompt_parser.py). It knows no tokens and no schedules.
//
//   (x)        weight × 1.1            [x]      weight ÷ 1.1          (x:1.3)  weight × 1.3
//   \( \) \[ \] \\   the character itself; any other backslash is dropped
//   BREAK      as a word of its own, in capitals, also inside brackets: the text after it starts a new chunk
// Nested brackets multiply. Round and square ones are matched separately. A bracket never closed reaches to the end; a
// closing one never opened, and ":1.3)" outside round brackets, are text. A number is [+-]digits with one decimal
// point, of any script, with white space of any kind around it; anything else after a colon ("1e9", "nan", nothing) is
// text too, and its bracket counts as ×1.1.
// White space is kept as it is: the tokenizer takes any run of it (tab, CRLF, no-break space …) as one word boundary.
// Tags as <lora:…> and names as embedding:x are left out, and what means more elsewhere (later_syntax.h) is read as
// words, each with a warning. HTML, %n and whatever else has no meaning above is text.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

constexpr size_t maxPromptBytes = 64 << 10;
constexpr float maxPromptWeight = 10;

struct PromptSpan {
    std::string text; // well-formed UTF-8; may be empty
    float weight = 1; // finite, within ±maxPromptWeight
    bool startsChunk = false; // a BREAK stood before it
};

struct ParsedPrompt {
    std::vector<PromptSpan> spans; // at least one; two neighbours differ in weight, if only in a double's last bit, or
                                   // are divided by a BREAK
    std::vector<std::string> warnings; // one sentence each
};

// Control characters (but white space) and bytes that are not UTF-8 become U+FFFD, with a warning.
std::string cleanPrompt(std::string_view utf8, std::vector<std::string>& warnings);

// Cleans the text; weights beyond ±maxPromptWeight become that, with a warning. Throws BadArgument over maxPromptBytes.
// Linear time, no recursion.
ParsedPrompt parsePrompt(std::string_view utf8);

}
