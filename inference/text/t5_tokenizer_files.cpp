#include "inference/text/t5_tokenizer_files.h"

#include "inference/program.h"
#include "inference/text/t5_vocabulary.h"
#include "inference/weights/byte_source.h"
#include "inference/weights/config_keys.h"
#include "inference/weights/json_text.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace athanor {

namespace {

bool isThere(const std::string& path)
{
    std::error_code ignored; // what cannot be asked about is refused when it is opened
    return std::filesystem::exists(path, ignored);
}

std::vector<std::byte> readWhole(const std::string& path)
{
    const ByteSource source(path);
    if (source.size() > largestT5Vocabulary)
        source.refuse("is " + std::to_string(source.size()) + " bytes, the limit for a tokenizer file is "
            + std::to_string(largestT5Vocabulary));
    return source.read(0, source.size());
}

std::string_view asText(const std::vector<std::byte>& bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Refuses a token that is not one of T5's own. It stands as text, or as an object with the text.
void requireT5Token(const T5Tokenizer& tokenizer, const nlohmann::json& token, const std::string& path)
{
    const nlohmann::json content = token.is_object() ? token.value("content", nlohmann::json()) : token;
    if (!content.is_string() || t5TokenId(tokenizer, content.get_ref<const std::string&>()) < 0)
        throw Error(ErrorKind::BadFile,
            printable(path) + ": the token " + printable(content.dump(-1, ' ', true), 60)
                + " is added to T5's, which is not supported");
}

void checkT5Config(const T5Tokenizer& tokenizer, const std::string& path, std::vector<std::string>* warnings)
{
    const std::vector<std::byte> bytes = readWhole(path);
    const nlohmann::json config = parseJson(path, asText(bytes));
    if (!config.is_object())
        throw Error(ErrorKind::BadFile, printable(path) + ": does not hold a JSON object");
    checkConfigKeys("T5Tokenizer", config, path, warnings);
    for (const char* key : {"added_tokens_decoder", "additional_special_tokens", "extra_special_tokens"})
        if (const auto tokens = config.find(key); tokens != config.end())
            for (const nlohmann::json& token : *tokens) // an object's values too
                requireT5Token(tokenizer, token, path);
}

T5Tokenizer readPieces(const std::string& path)
{
    return readSentencePieces(path, readWhole(path));
}

}

T5Tokenizer builtInT5Tokenizer()
{
    return readPieces(resourcePath("tokenizers/t5/spiece.model"));
}

T5Tokenizer loadT5Tokenizer(const std::string& folder, std::vector<std::string>* warnings)
{
    const std::string pieces = folder + "/spiece.model", json = folder + "/tokenizer.json",
                      config = folder + "/tokenizer_config.json";
    T5Tokenizer tokenizer;
    if (isThere(pieces) || !isThere(json)) {
        tokenizer = readPieces(pieces);
    } else {
        const std::vector<std::byte> bytes = readWhole(json);
        tokenizer = readT5Json(json, asText(bytes));
    }
    if (isThere(config))
        checkT5Config(tokenizer, config, warnings);
    return tokenizer;
}

}
