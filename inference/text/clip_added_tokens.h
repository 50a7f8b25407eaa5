// The tokens that a CLIP tokenizer's files add to its vocabulary, and what they say of each, as transformers reads
// them. It tokenizes nothing.
#pragma once
#include "inference/text/clip_tokenizer.h"

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <vector>

namespace athanor {

struct AddedTokenFiles {
    std::string folder; // for messages
    // Null where there is no such file; else objects.
    nlohmann::json config, specialMap, added; // tokenizer_config.json, special_tokens_map.json, added_tokens.json
    nlohmann::json tokenizer; // the "added_tokens" of tokenizer.json, a list
};

struct AddedTokenList {
    // bos_token, eos_token, unk_token, pad_token and others → content
    std::map<std::string, std::string> names;
    // In the order in which they get their ids: that in the vocabulary, or the next behind it.
    struct Entry {
        std::string content;
        bool normalized = true, singleWord = false;
    };
    std::vector<Entry> entries; // of the same content the last counts
    size_t stated = 0; // of them, those that the files say are added; the others are names and special tokens only
};

// As transformers 5: where tokenizer_config.json has an added_tokens_decoder, that alone; else special_tokens_map.json,
// added_tokens.json and tokenizer.json, in this order. Throws BadFile naming file and token.
AddedTokenList readAddedTokens(const AddedTokenFiles& files);

}
