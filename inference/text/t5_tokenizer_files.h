// Loads T5 tokenizers: the built-in one and those of model folders. It trusts no file and tokenizes nothing.
#pragma once
#include "inference/text/t5_tokenizer.h"

#include <string>
#include <vector>

namespace athanor {

// The vocabulary of T5 1.1, which Stable Diffusion 3 uses: 32,000 pieces and 100 <extra_id_N>.
// Throws FileMissing if the program's resources are not there.
T5Tokenizer builtInT5Tokenizer();

// A model's tokenizer_3/ folder: spiece.model, else tokenizer.json (all that transformers 5 writes).
// Throws FileMissing, or BadFile for what is too large, malformed, out of range or no vocabulary in T5's form.
// Keys of tokenizer_config.json that nobody asks for are told in warnings, which may be null.
T5Tokenizer loadT5Tokenizer(const std::string& folder, std::vector<std::string>* warnings = nullptr);

}
