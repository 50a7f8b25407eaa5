#include "inference/text/t5_vocabulary.h"

#include "inference/weights/byte_source.h"
#include "inference/weights/json_text.h"
#include "inference/weights/printable.h"
#include "inference/weights/protobuf.h"
#include "render/error.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <iterator>
#include <vector>

namespace athanor {

namespace {

using Json = nlohmann::json;

constexpr size_t mostPieces = 1 << 20;
constexpr size_t largestPiece = 256, largestReplacement = 256; // bytes
constexpr double unknownPenalty = 10; // below the lowest score, as SentencePiece has it

// A refusal inside, which readers turn into an Error with the path.
[[noreturn]] void refuseT5Vocabulary(const std::string& what)
{
    throw ProtobufRefusal{what};
}

[[noreturn]] void refuseT5Piece(size_t index, const std::string& what)
{
    refuseT5Vocabulary("its piece " + std::to_string(index) + " " + what);
}

// The next one behind those that are there.
void addPiece(T5Tokenizer& tokenizer, const std::string& text, double score)
{
    constexpr std::string_view firsts[] = {"<pad>", "</s>", "<unk>"};
    const size_t index = tokenizer.pieces.size();
    if (index >= mostPieces)
        refuseT5Vocabulary("has more than " + std::to_string(mostPieces) + " pieces");
    if (index < std::size(firsts) && text != firsts[index])
        refuseT5Piece(index, "is " + inQuotes(text) + ", in T5's vocabularies " + std::string(firsts[index]));
    if (text.empty() || text.size() > largestPiece)
        refuseT5Piece(
            index, "has " + std::to_string(text.size()) + " bytes, supported are 1 to " + std::to_string(largestPiece));
    if (!isUtf8(text))
        refuseT5Piece(index, "is not UTF-8");
    if (!std::isfinite(score))
        refuseT5Piece(index, "has a score that is not a number");
    if (!tokenizer.pieces.emplace(text, T5Tokenizer::Piece{int32_t(index), score}).second)
        refuseT5Piece(index, "is there twice: " + inQuotes(text));
    tokenizer.longestPiece = std::max(tokenizer.longestPiece, text.size());
    tokenizer.unknownScore = std::min(tokenizer.unknownScore, score - unknownPenalty);
}

std::string extraPiece(int32_t number)
{
    return "<extra_id_" + std::to_string(number) + ">";
}

// The length of the trie in bytes, the trie, and the texts, each with a zero behind it.
void addReplacements(T5Tokenizer& tokenizer, ProtobufBytes bytes)
{
    tokenizer.trie.clear();
    tokenizer.replacements.clear();
    if (bytes.empty())
        return;
    if (bytes.size() < 4 || littleEndian<uint32_t>(bytes, 0) > bytes.size() - 4 || littleEndian<uint32_t>(bytes, 0) % 4)
        refuseT5Vocabulary("its table of replaced characters is damaged");
    const size_t end = 4 + size_t(littleEndian<uint32_t>(bytes, 0));
    for (size_t at = 4; at < end; at += 4)
        tokenizer.trie.push_back(littleEndian<uint32_t>(bytes, at));
    tokenizer.replacements = protobufText(bytes.subspan(end));
    for (size_t at = 0; at < tokenizer.replacements.size();) {
        const size_t length = std::min(tokenizer.replacements.find('\0', at), tokenizer.replacements.size()) - at;
        if (length > largestReplacement)
            refuseT5Vocabulary("replaces a character by " + std::to_string(length) + " bytes, supported are up to "
                + std::to_string(largestReplacement));
        at += length + 1;
    }
}

// Messages and fields as in SentencePiece's sentencepiece_model.proto.
void addSentencePiece(T5Tokenizer& tokenizer, ProtobufBytes bytes)
{
    std::string text;
    float score = 0;
    uint64_t type = 1;
    for (ProtobufFields f(bytes); f.next();) {
        if (f.number == 1)
            text = protobufText(f.bytes);
        else if (f.number == 2 && f.bytes.size() == 4)
            score = std::bit_cast<float>(littleEndian<uint32_t>(f.bytes, 0));
        else if (f.number == 3)
            type = f.value;
    }
    if (type < 1 || type > 3)
        refuseT5Piece(tokenizer.pieces.size(),
            "is of type " + std::to_string(type) + ", supported are normal, unknown and control (1, 2, 3)");
    addPiece(tokenizer, text, double(score));
}

void addTrainer(ProtobufBytes bytes)
{
    for (ProtobufFields f(bytes); f.next();)
        if (f.number == 3 && f.value != 1)
            refuseT5Vocabulary(
                "is a SentencePiece model of type " + std::to_string(f.value) + ", supported are unigrams (1)");
}

void addNormalizer(T5Tokenizer& tokenizer, ProtobufBytes bytes)
{
    for (ProtobufFields f(bytes); f.next();)
        if (f.number == 2)
            addReplacements(tokenizer, f.bytes);
}

void addSentencePieces(T5Tokenizer& tokenizer, ProtobufBytes bytes)
{
    for (ProtobufFields f(bytes); f.next();) {
        if (f.number == 1)
            addSentencePiece(tokenizer, f.bytes);
        else if (f.number == 2)
            addTrainer(f.bytes);
        else if (f.number == 3)
            addNormalizer(tokenizer, f.bytes);
    }
    if (tokenizer.pieces.size() <= size_t(T5Tokenizer::unk))
        refuseT5Vocabulary("has " + std::to_string(tokenizer.pieces.size()) + " pieces; it is no SentencePiece model");
    for (int32_t number = T5Tokenizer::extraIds; number-- > 0;)
        addPiece(tokenizer, extraPiece(number), 0);
}

std::vector<std::byte> fromBase64(std::string_view text)
{
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::vector<std::byte> bytes;
    uint32_t bits = 0, count = 0;
    for (const char c : text.substr(0, text.find('='))) {
        const size_t digit = digits.find(c);
        if (digit == digits.npos)
            refuseT5Vocabulary("its table of replaced characters is no Base64");
        bits = bits << 6 | uint32_t(digit);
        if ((count += 6) < 8)
            continue;
        count -= 8;
        bytes.push_back(std::byte(bits >> count & 0xff));
    }
    return bytes;
}

// One normalizer or a sequence of them. What works on white space alone changes no token.
void addNormalizer(T5Tokenizer& tokenizer, const Json& normalizer)
{
    const Json type = normalizer.is_object() ? normalizer.value("type", Json()) : Json();
    if (type == "Sequence")
        for (const Json& one : normalizer.value("normalizers", Json::array()))
            addNormalizer(tokenizer, one);
    else if (type == "Precompiled" && normalizer.value("precompiled_charsmap", Json()).is_string())
        addReplacements(tokenizer, fromBase64(normalizer["precompiled_charsmap"].get_ref<const std::string&>()));
    else if (!normalizer.is_null() && type != "Strip" && type != "Replace")
        refuseT5Vocabulary("its normalizer is of type " + printable(type.dump(-1, ' ', true), 40)
            + ", supported are Precompiled, Strip and Replace");
}

void addT5Json(T5Tokenizer& tokenizer, const Json& json)
{
    const Json model = json.is_object() ? json.value("model", Json()) : Json();
    const Json pieces = model.is_object() ? model.value("vocab", Json()) : Json();
    if (!pieces.is_array() || model.value("type", Json()) != "Unigram" || model.value("unk_id", Json()) != 2
        || model.value("byte_fallback", Json(false)) != false)
        refuseT5Vocabulary("is no tokenizer of T5: its model must be of type Unigram with unk_id 2 and no bytes");
    for (const Json& piece : pieces) {
        if (!piece.is_array() || piece.size() != 2 || !piece[0].is_string() || !piece[1].is_number())
            refuseT5Piece(tokenizer.pieces.size(), "is not a pair of text and score");
        addPiece(tokenizer, piece[0].get_ref<const std::string&>(), piece[1].get<double>());
    }
    for (int32_t number = 0; number < T5Tokenizer::extraIds; ++number) {
        const auto piece = tokenizer.pieces.find(extraPiece(number));
        if (piece == tokenizer.pieces.end() || piece->second.id != int32_t(tokenizer.pieces.size()) - 1 - number)
            refuseT5Vocabulary("has no " + extraPiece(number) + " where T5's vocabularies have it");
    }
    addNormalizer(tokenizer, json.value("normalizer", Json()));
}

template <class Add> T5Tokenizer readT5Vocabulary(const std::string& path, size_t bytes, Add add)
{
    T5Tokenizer tokenizer;
    try {
        if (bytes > largestT5Vocabulary)
            refuseT5Vocabulary("is " + std::to_string(bytes) + " bytes, the limit for a tokenizer file is "
                + std::to_string(largestT5Vocabulary));
        add(tokenizer);
    } catch (const ProtobufDamage& damage) {
        throw Error(ErrorKind::BadFile, printable(path) + ": " + damage.what + ", or is no SentencePiece model");
    } catch (const ProtobufRefusal& refusal) {
        throw Error(ErrorKind::BadFile, printable(path) + ": " + refusal.what);
    }
    tokenizer.vocabularySize = int32_t(tokenizer.pieces.size());
    return tokenizer;
}

}

T5Tokenizer readSentencePieces(const std::string& path, std::span<const std::byte> bytes)
{
    return readT5Vocabulary(path, bytes.size(), [&](T5Tokenizer& tokenizer) { addSentencePieces(tokenizer, bytes); });
}

T5Tokenizer readT5Json(const std::string& path, std::string_view text)
{
    return readT5Vocabulary(
        path, text.size(), [&](T5Tokenizer& tokenizer) { addT5Json(tokenizer, parseJson(path, text)); });
}

}
