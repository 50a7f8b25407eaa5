#include "inference/text/clip_tokenizer_files.h"

#include "inference/program.h"
#include "inference/text/clip_added_tokens.h"
#include "inference/weights/byte_source.h"
#include "inference/weights/config_keys.h"
#include "inference/weights/json_text.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <system_error>
#include <unordered_map>
#include <vector>

namespace athanor {

namespace {

using Json = nlohmann::json;

constexpr uint64_t maxFileBytes = 8 << 20; // SD 1.x: vocab.json 0.9 MB, merges.txt 0.5 MB, tokenizer.json 3.6 MB
constexpr int64_t maxVocabulary = 1 << 20; // also the most merges

// What a tokenizer's files say, before ids replace strings.
struct BpeTable {
    std::string path; // for messages: the file the vocabulary came from
    std::unordered_map<std::string, int32_t> vocabulary;
    std::vector<std::pair<std::string, std::string>> merges; // in rank order
    AddedTokenList added;
};

[[noreturn]] void refuse(const std::string& path, const std::string& sentence)
{
    throw Error(ErrorKind::BadFile, printable(path) + ": " + sentence);
}

bool exists(const std::string& path)
{
    std::error_code ignored; // what cannot be asked about is refused when it is opened
    return std::filesystem::exists(path, ignored);
}

std::string readText(const std::string& path)
{
    const ByteSource source(path);
    if (source.size() > maxFileBytes)
        source.refuse("is " + std::to_string(source.size()) + " bytes, the limit for a tokenizer file is "
            + std::to_string(maxFileBytes));
    std::string text(source.size(), '\0');
    source.read(0, std::as_writable_bytes(std::span(text)));
    return text;
}

Json readJson(const std::string& path)
{
    Json json = parseJson(path, readText(path));
    if (!json.is_object())
        refuse(path, "does not hold a JSON object");
    return json;
}

const Json* member(const Json& object, const char* key)
{
    const auto found = object.find(key);
    return found == object.end() ? nullptr : &*found;
}

void addToken(BpeTable& table, const std::string& token, const Json& id)
{
    if (!id.is_number_integer() || id < 0 || id >= maxVocabulary)
        refuse(table.path,
            "token \"" + printable(token) + "\" has the id " + printable(id.dump(-1, ' ', true), 40)
                + ", not a number below " + std::to_string(maxVocabulary));
    table.vocabulary[token] = id.get<int32_t>();
}

void addVocabulary(BpeTable& table, const Json& vocabulary)
{
    if (!vocabulary.is_object())
        refuse(table.path, "its vocabulary is not a JSON object of token and id");
    for (const auto& [token, id] : vocabulary.items())
        addToken(table, token, id);
}

void addMerge(BpeTable& table, std::string_view left, std::string_view right, const std::string& path)
{
    if (table.merges.size() >= size_t(maxVocabulary))
        refuse(path, "has more than " + std::to_string(maxVocabulary) + " merges");
    table.merges.emplace_back(left, right);
}

// One line "left right".
void addMergeLine(BpeTable& table, std::string_view line, const std::string& path)
{
    const size_t space = line.find(' ');
    if (space == line.npos || space == 0 || space + 1 == line.size() || line.find(' ', space + 1) != line.npos)
        refuse(path,
            "merge " + std::to_string(table.merges.size() + 1) + " is \"" + printable(line, 80)
                + "\", not two symbols with a space between");
    addMerge(table, line.substr(0, space), line.substr(space + 1), path);
}

void addMergeLines(BpeTable& table, const std::string& path)
{
    const std::string text = readText(path);
    for (std::string_view rest = text; !rest.empty();) {
        const size_t end = std::min(rest.find('\n'), rest.size());
        std::string_view line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (!line.empty() && !line.starts_with("#version"))
            addMergeLine(table, line, path);
    }
}

// The "model" of a tokenizer.json; merges are "left right" or ["left", "right"]. Returns its "added_tokens".
Json addTokenizerJson(BpeTable& table)
{
    const Json json = readJson(table.path);
    const Json* model = member(json, "model");
    const Json* merges = model && model->is_object() ? member(*model, "merges") : nullptr;
    const Json* vocabulary = merges ? member(*model, "vocab") : nullptr;
    if (!vocabulary || !merges->is_array() || model->value("end_of_word_suffix", Json()) != "</w>")
        refuse(
            table.path, "is not a CLIP tokenizer: its model must have vocab, merges and the end_of_word_suffix </w>");
    addVocabulary(table, *vocabulary);
    for (const Json& merge : *merges) {
        if (merge.is_string())
            addMergeLine(table, merge.get_ref<const std::string&>(), table.path);
        else if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string())
            addMerge(table, merge[0].get<std::string>(), merge[1].get<std::string>(), table.path);
        else
            refuse(table.path, "merge " + std::to_string(table.merges.size() + 1) + " is not a pair of symbols");
    }
    const Json* added = member(json, "added_tokens");
    return added ? *added : Json();
}

Json readIfThere(const std::string& path)
{
    return exists(path) ? readJson(path) : Json();
}

// Without the key, or with the huge number that stands for it, prompts may be of any length.
int64_t maxLengthOf(const AddedTokenFiles& files)
{
    const Json* told = files.config.is_object() ? member(files.config, "model_max_length") : nullptr;
    if (!told || told->is_null() || (told->is_number() && *told >= 1e9))
        return INT64_MAX;
    if (!told->is_number_integer() || *told < 1)
        refuse(files.folder + "/tokenizer_config.json",
            "model_max_length is " + printable(told->dump(-1, ' ', true), 40) + ", expected a whole number above 0");
    return told->get<int64_t>();
}

std::optional<int32_t> idOf(const BpeTable& table, const std::string& token)
{
    const auto found = table.vocabulary.find(token);
    return found == table.vocabulary.end() ? std::nullopt : std::optional(found->second);
}

int32_t requireId(const BpeTable& table, const std::string& token)
{
    const auto id = idOf(table, token);
    if (!id)
        refuse(table.path, "the vocabulary has no \"" + printable(token, 80) + "\", which the tokenizer needs");
    return *id;
}

// The character that stands for each byte in vocabularies: printable Latin-1 stands for itself, the other 68 bytes in
// turn for U+0100 and up. `order` gets the bytes in the built-in vocabulary's order.
std::array<std::string, 256> byteSymbols(std::vector<int>* order = nullptr)
{
    std::array<std::string, 256> symbols;
    std::vector<int> printableBytes, otherBytes;
    for (int byte = 0; byte < 256; ++byte) {
        const bool isPrintable = (byte >= '!' && byte <= '~') || (byte >= 0xa1 && byte != 0xad);
        const int c = isPrintable ? byte : 0x100 + int(otherBytes.size());
        (isPrintable ? printableBytes : otherBytes).push_back(byte);
        std::string& symbol = symbols[size_t(byte)];
        if (c < 0x80)
            symbol = char(c);
        else
            symbol = {char(0xc0 | c >> 6), char(0x80 | (c & 0x3f))};
    }
    if (order) {
        *order = printableBytes;
        order->insert(order->end(), otherBytes.begin(), otherBytes.end());
    }
    return symbols;
}

// Gives the added tokens their ids: those they have in the vocabulary, or the next behind it.
void addIds(BpeTable& table)
{
    const auto stated = std::span(table.added.entries).first(table.added.stated);
    for (const char* name : {"bos_token", "eos_token", "unk_token", "pad_token"}) {
        const std::string& content = table.added.names[name];
        if (std::ranges::find(stated, content, &AddedTokenList::Entry::content) == stated.end())
            requireId(table, content);
    }
    auto next = int64_t(table.vocabulary.size());
    for (const AddedTokenList::Entry& entry : table.added.entries)
        if (table.vocabulary.emplace(entry.content, int32_t(next)).second && ++next > maxVocabulary)
            refuse(table.path, "has more than " + std::to_string(maxVocabulary) + " tokens with those that are added");
}

// In the tables by which tokens are found in text.
void addTokens(ClipTokenizer& tokenizer, const BpeTable& table)
{
    std::map<std::string, const AddedTokenList::Entry*> last;
    for (const AddedTokenList::Entry& entry : table.added.entries)
        last[entry.content] = &entry;
    for (const auto& [content, entry] : last) {
        const std::u32string raw = fromUtf8(content);
        AddedToken token{
            entry->normalized ? clipNormalized(raw) : raw, table.vocabulary.at(content), entry->singleWord};
        auto& tokens = entry->normalized ? tokenizer.normalizedTokens : tokenizer.rawTokens;
        tokens[token.content.front()].push_back(std::move(token));
    }
    for (AddedTokens* tokens : {&tokenizer.rawTokens, &tokenizer.normalizedTokens})
        for (auto& [first, list] : *tokens)
            std::ranges::stable_sort(list, std::greater(), [](const AddedToken& t) { return t.content.size(); });
}

ClipTokenizer build(BpeTable& table)
{
    addIds(table);
    ClipTokenizer tokenizer;
    const auto idOfName = [&](const char* name) { return requireId(table, table.added.names[name]); };
    const int32_t unk = idOfName("unk_token");
    tokenizer.bos = idOfName("bos_token");
    tokenizer.eos = idOfName("eos_token");
    tokenizer.pad = idOfName("pad_token");
    tokenizer.comma = idOf(table, ",</w>").value_or(-1);
    addTokens(tokenizer, table);

    const auto symbols = byteSymbols();
    for (size_t byte = 0; byte < 256; ++byte) {
        tokenizer.byteIds[byte] = idOf(table, symbols[byte]).value_or(unk);
        tokenizer.lastByteIds[byte] = idOf(table, symbols[byte] + "</w>").value_or(unk);
    }
    tokenizer.merges.reserve(table.merges.size());
    for (size_t rank = 0; rank < table.merges.size(); ++rank) {
        const auto& [left, right] = table.merges[rank];
        const int32_t leftId = requireId(table, left);
        const int32_t rightId = requireId(table, right);
        tokenizer.merges[mergeKey(leftId, rightId)] = {int32_t(rank), requireId(table, left + right)};
    }
    for (const auto& [token, id] : table.vocabulary)
        tokenizer.vocabularySize = std::max(tokenizer.vocabularySize, id + 1);
    return tokenizer;
}

}

ClipTokenizer builtInClipTokenizer()
{
    BpeTable table;
    table.path = resourcePath("tokenizers/clip_bpe/merges.txt");
    addMergeLines(table, table.path);
    table.vocabulary.reserve(2 * 256 + table.merges.size() + 2);

    std::vector<int> order;
    const auto symbols = byteSymbols(&order);
    int32_t id = 0;
    for (const char* suffix : {"", "</w>"})
        for (int byte : order)
            table.vocabulary[symbols[size_t(byte)] + suffix] = id++;
    for (const auto& [left, right] : table.merges)
        table.vocabulary[left + right] = id++;
    table.added = readAddedTokens({});
    for (const char* name : {"bos_token", "eos_token"})
        table.vocabulary[table.added.names[name]] = id++;
    return build(table);
}

ClipTokenizer loadClipTokenizer(const std::string& folder, std::vector<std::string>* warnings)
{
    BpeTable table;
    AddedTokenFiles files{folder, readIfThere(folder + "/tokenizer_config.json"),
        readIfThere(folder + "/special_tokens_map.json"), readIfThere(folder + "/added_tokens.json"), Json()};
    checkConfigKeys("CLIPTokenizer", files.config, folder + "/tokenizer_config.json", warnings);
    table.path = folder + "/tokenizer.json";
    const std::string vocabulary = folder + "/vocab.json";
    if (exists(vocabulary) || !exists(table.path)) {
        table.path = vocabulary;
        addVocabulary(table, readJson(table.path));
        addMergeLines(table, folder + "/merges.txt");
        if (exists(folder + "/tokenizer.json"))
            files.tokenizer = readJson(folder + "/tokenizer.json").value("added_tokens", Json());
    } else {
        files.tokenizer = addTokenizerJson(table);
    }
    table.added = readAddedTokens(files);
    ClipTokenizer tokenizer = build(table);
    tokenizer.maxLength = maxLengthOf(files);
    return tokenizer;
}

}
