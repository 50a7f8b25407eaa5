// What prompts mean in other programs and not here yet: found, so that it is told, and cut out where it is no words.
#pragma once
#include "inference/text/prompt_lexer.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

enum class LaterSyntax {
    Lora, // <lora:name:0.8>, <lyco:…>
    Hypernet, // <hypernet:name:0.8>
    OtherTag, // <name:…>, which A1111 cuts out too
    Embedding, // embedding:name, as ComfyUI has it
    Schedule, // [a:b:0.5], [a:0.5], [a::0.5]
    Alternate, // [a|b]
    And, // a AND b
    Choice, // {a|b}
    Wildcard, // __name__
};

struct LaterPart {
    LaterSyntax kind;
    size_t at = 0, length = 0; // bytes
};

// Up to Embedding: in order, none in another. Of valid UTF-8, linear time, as all here.
std::vector<LaterPart> findTags(std::string_view utf8);
std::string withoutTags(std::string_view utf8, std::span<const LaterPart> tags);
// The others, of a prompt without tags, and what lexPrompt makes of it.
std::vector<LaterPart> findLaterSyntax(std::string_view utf8, const LexedPrompt& lexed);

// What is done instead, with %1 for the part of the prompt.
std::string_view laterSentence(LaterSyntax kind);
constexpr int laterSyntaxCount = int(LaterSyntax::Wildcard) + 1;

// One sentence for each kind among the parts, with up to three of them.
std::vector<std::string> laterWarnings(std::string_view utf8, std::span<const LaterPart> parts);

}
