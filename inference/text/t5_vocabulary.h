// Makes T5 tokenizers of what files hold. It trusts no file and tokenizes nothing.
#pragma once
#include "inference/text/t5_tokenizer.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace athanor {

constexpr uint64_t largestT5Vocabulary = 16 << 20; // bytes; T5's files have 0.8 and 2.4 MB

// The bytes of a spiece.model, as SentencePiece writes it. Throws Error(BadFile) for what is too large, malformed, out
// of range or not T5's.
T5Tokenizer readSentencePieces(const std::string& path, std::span<const std::byte> bytes);
// The text of a tokenizer.json, as transformers writes it of the same vocabulary. Throws as the other.
T5Tokenizer readT5Json(const std::string& path, std::string_view text);

}
