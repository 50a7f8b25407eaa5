// Loads CLIP tokenizers: the built-in one and those of model folders. It trusts no file and tokenizes nothing.
#pragma once
#include "inference/text/clip_tokenizer.h"

#include <string>
#include <vector>

namespace athanor {

// The 49,408-entry vocabulary of SD 1.x: 256 bytes, 256 bytes that end a word, 48,894 merges, bos, eos (= pad).
// Throws FileMissing if the program's resources are not there.
ClipTokenizer builtInClipTokenizer();

// A model's tokenizer/ folder: vocab.json + merges.txt, else tokenizer.json (all that transformers 5 writes).
// bos, eos, unk, pad and the tokens that training added as clip_added_tokens.h has them; without files that name them,
// <|startoftext|> and three times <|endoftext|>. Any vocabulary size up to 1,048,576; a byte without a symbol becomes
// unk. Throws FileMissing, or BadFile for what is too large, malformed, out of range or no CLIP-style BPE.
// Keys of tokenizer_config.json that nobody asks for are told in warnings, which may be null.
ClipTokenizer loadClipTokenizer(const std::string& folder, std::vector<std::string>* warnings = nullptr);

}
