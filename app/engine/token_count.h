// How many tokens a prompt has, as the model's tokenizer sees it, and where its chunks begin.
#pragma once
#include "inference/text/clip_tokenizer.h"
#include "ui/common/token_count.h"

#include <QString>

#include <string>

namespace athanor {

// Of a text that cannot be a prompt: none used.
TokenCount countTokens(const ClipTokenizer& tokenizer, const QString& text);
// The tokenizer of a model by its path, or the usual one where it has none of its own or cannot be read.
ClipTokenizer tokenizerOf(const std::string& modelPath);

}
