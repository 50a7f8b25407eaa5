#include "inference/text/clip_added_tokens.h"

#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <set>

namespace athanor {

namespace {

using Json = nlohmann::json;

constexpr size_t maxAddedBytes = 256, maxAddedTokens = 1 << 20;

// In transformers' order, in which what is missing gets its id.
constexpr const char* attributes[] = {
    "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"};

// A token as a file has it: a text alone, or an object that says more.
struct NamedToken {
    std::string content;
    bool isObject = false, special = false, normalized = true, singleWord = false;

    bool operator==(const NamedToken&) const = default;
};

[[noreturn]] void refuseToken(const std::string& place, const std::string& what, const std::string& sentence)
{
    throw Error(ErrorKind::BadFile, printable(place) + ": " + printable(what, 80) + " " + sentence);
}

const Json* valueOf(const Json& object, const std::string& key)
{
    const auto at = object.is_object() ? object.find(key) : object.end();
    return at == object.end() || at->is_null() ? nullptr : &*at;
}

// special: what the key says the token is. Nothing where the value is of another kind.
std::optional<NamedToken> tokenOf(const Json& value, bool special, const std::string& place, const std::string& what)
{
    const Json* content = value.is_object() ? valueOf(value, "content") : &value;
    if (!content || !content->is_string())
        return std::nullopt;
    NamedToken token{.content = content->get<std::string>(), .isObject = value.is_object(), .special = special};
    if (token.content.empty() || token.content.size() > maxAddedBytes)
        refuseToken(place, what,
            "has " + std::to_string(token.content.size()) + " bytes, 1 to " + std::to_string(maxAddedBytes)
                + " are allowed");
    const auto flag = [&](const char* key, bool standard) {
        const Json* told = valueOf(value, key);
        if (told && !told->is_boolean())
            refuseToken(place, what, std::string("has a value of ") + key + " that is not true or false");
        return told ? told->get<bool>() : standard;
    };
    token.special = special || flag("special", false);
    token.normalized = flag("normalized", !token.special);
    token.singleWord = flag("single_word", false);
    return token;
}

using Decoder = std::map<int64_t, NamedToken>; // by id

void addDecoder(Decoder& decoder, const Json& object, const std::string& place)
{
    if (!object.is_object())
        refuseToken(place, "added_tokens_decoder", "is not an object of id and token");
    for (const auto& [id, value] : object.items()) {
        int64_t number = 0;
        const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
        const std::optional<NamedToken> token = tokenOf(value, false, place, "added token " + id);
        if (error != std::errc() || end != id.data() + id.size() || !token || !token->isObject)
            refuseToken(place, "added_tokens_decoder", "has an entry \"" + printable(id, 40) + "\" that is no token");
        decoder.insert_or_assign(number, *token);
    }
}

// What every named token is, and the special ones without a name.
struct Specials {
    std::map<std::string, NamedToken> named;
    std::vector<std::string> others; // names that are not among the attributes, in the files' order
    std::vector<NamedToken> extra;
    // The map's additional_special_tokens. The reference notices them after it has read added_tokens.json, so that a
    // token of that file stays what it is without them.
    std::vector<NamedToken> late;

    void set(const std::string& key, const NamedToken& token)
    {
        const bool isAttribute = std::ranges::find(attributes, key) != std::end(attributes);
        if (!isAttribute && !named.contains(key))
            others.push_back(key);
        named.insert_or_assign(key, token);
    }
};

void addExtra(std::vector<NamedToken>& extra, const Json& list, const std::string& place)
{
    for (const Json& value : list) {
        const std::optional<NamedToken> token = tokenOf(value, value.is_object(), place, "a special token");
        if (token && std::ranges::find(extra, *token) == extra.end())
            extra.push_back(*token);
    }
}

// isMap: special_tokens_map.json, all whose tokens are special.
void addSpecials(Specials& specials, const Json& file, const std::string& place, bool isMap)
{
    if (!file.is_object())
        return;
    for (const auto& [key, value] : file.items())
        if (key.ends_with("_token"))
            if (const std::optional<NamedToken> token = tokenOf(value, isMap && value.is_object(), place, key))
                specials.set(key, *token);
    const Json* extra = valueOf(file, "extra_special_tokens");
    const bool isLate = isMap && !extra;
    if (!extra)
        extra = valueOf(file, "additional_special_tokens");
    if (extra && extra->is_array())
        addExtra(isLate ? specials.late : specials.extra, *extra, place);
    else if (extra && extra->is_object())
        for (const auto& [key, value] : extra->items())
            if (const std::optional<NamedToken> token = tokenOf(value, false, place, key))
                specials.set(key, *token);
}

// The files of transformers before 4.34.
void addLegacy(Decoder& decoder, const Specials& specials, const AddedTokenFiles& files)
{
    std::set<std::string> special;
    for (const char* key : attributes)
        if (const auto it = specials.named.find(key); it != specials.named.end())
            special.insert(it->second.content);
    for (const NamedToken& token : specials.extra)
        special.insert(token.content);
    const std::string place = files.folder + "/added_tokens.json";
    if (files.added.is_object())
        for (const auto& [content, id] : files.added.items()) {
            const std::optional<NamedToken> token = tokenOf(Json(content), special.contains(content), place, "a token");
            if (!token || !id.is_number_integer())
                refuseToken(place, content, "has no number");
            NamedToken added = *token;
            added.isObject = true;
            added.normalized = !added.special;
            decoder.insert_or_assign(id.get<int64_t>(), added);
        }
    if (files.tokenizer.is_array())
        for (const Json& value : files.tokenizer) {
            const std::string tokenizer = files.folder + "/tokenizer.json";
            const auto token = tokenOf(value, false, tokenizer, "an added token");
            const Json* id = valueOf(value, "id");
            if (!token || !id || !id->is_number_integer())
                refuseToken(tokenizer, token ? token->content : "an added token", "has no number");
            decoder.insert_or_assign(id->get<int64_t>(), *token);
        }
}

}

AddedTokenList readAddedTokens(const AddedTokenFiles& files)
{
    const std::string configPlace = files.folder + "/tokenizer_config.json";
    Specials specials;
    addSpecials(specials, files.config, configPlace, false);
    Decoder decoder;
    if (const Json* told = valueOf(files.config, "added_tokens_decoder")) {
        addDecoder(decoder, *told, configPlace);
    } else {
        addSpecials(specials, files.specialMap, files.folder + "/special_tokens_map.json", true);
        addLegacy(decoder, specials, files);
    }
    if (decoder.size() > maxAddedTokens)
        refuseToken(files.folder, "its files",
            "add " + std::to_string(decoder.size()) + " tokens, the limit is " + std::to_string(maxAddedTokens));
    for (const auto& [key, content] : {std::pair("bos_token", "<|startoftext|>"), {"eos_token", "<|endoftext|>"},
             {"unk_token", "<|endoftext|>"}, {"pad_token", "<|endoftext|>"}})
        if (!specials.named.contains(key))
            specials.named[key] = {.content = content};

    std::set<std::string> inDecoder, namedContents;
    for (const auto& [id, token] : decoder)
        inDecoder.insert(token.content);
    AddedTokenList list;
    for (const auto& [key, token] : specials.named) {
        list.names[key] = token.content;
        namedContents.insert(token.content);
    }
    const auto add = [&](const NamedToken& token) {
        // A name alone stands for a special token, which is not normalized.
        list.entries.push_back({token.content, token.isObject && token.normalized, token.singleWord});
    };
    for (const auto& [id, token] : decoder)
        add(token);
    list.stated = list.entries.size();
    std::vector<std::string> keys(std::begin(attributes), std::end(attributes));
    keys.insert(keys.end(), specials.others.begin(), specials.others.end());
    for (const std::string& key : keys)
        if (const auto it = specials.named.find(key); it != specials.named.end())
            if (!inDecoder.contains(it->second.content))
                add(it->second);
    for (const NamedToken& token : specials.extra.empty() ? specials.late : specials.extra)
        if (!inDecoder.contains(token.content))
            add(token);
    return list;
}

}
