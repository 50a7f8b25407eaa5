// A prompt as an editor shows it: what each part of it means, and where it is wrong.
#pragma once
#include "inference/text/prompt_lexer.h"

#include <string_view>

namespace athanor {

// Of any text that is UTF-8. What is in no piece does not count, as the backslash of "\(" and tags, which are faults.
LexedPrompt markPrompt(std::string_view utf8);

}
