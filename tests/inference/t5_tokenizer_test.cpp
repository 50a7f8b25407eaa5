// T5's tokenizer against transformers' (tests/reference/t5_tokens.py), and good and hostile files.
#include "inference/text/t5_tokenizer_files.h"
#include "inference/text/t5_vocabulary.h"
#include "render/error.h"
#include "tests/support/model_bytes.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QTemporaryDir>
#include <QTest>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

using namespace athanor;
using Json = nlohmann::json;

namespace {

using TokenIds = std::vector<int32_t>;

std::string shownIds(const TokenIds& ids)
{
    return Json(ids).dump();
}

// A field of a protobuf message that holds bytes; numbers are below 128 here.
std::string field(int number, const std::string& bytes)
{
    std::string length;
    for (size_t rest = bytes.size(); length.empty() || rest; rest >>= 7)
        length += char((rest & 127) | (rest >> 7 ? 128 : 0));
    return char(number << 3 | 2) + length + bytes;
}

std::string number(int number, int value)
{
    return {char(number << 3), char(value)};
}

std::string piece(const std::string& text, float score, int type = 1)
{
    return field(
        1, field(1, text) + char(2 << 3 | 5) + std::string(reinterpret_cast<const char*>(&score), 4) + number(3, type));
}

const std::string specials = piece("<pad>", 0, 3) + piece("</s>", 0, 3) + piece("<unk>", 0, 2);

T5Tokenizer readPieces(const std::string& bytes)
{
    return readSentencePieces("a/spiece.model", std::as_bytes(std::span(bytes)));
}

Json jsonOf(const Json& pieces)
{
    return {{"model", {{"type", "Unigram"}, {"unk_id", 2}, {"vocab", pieces}}}};
}

Json jsonPieces()
{
    Json pieces = Json::array({{"<pad>", 0.0}, {"</s>", 0.0}, {"<unk>", 0.0}, {"▁a", -1.0}, {"b", -2.0}});
    for (int n = 100; n-- > 0;)
        pieces.push_back({"<extra_id_" + std::to_string(n) + ">", 0.0});
    return pieces;
}

std::string base64(const std::string& bytes)
{
    return QByteArray::fromStdString(bytes).toBase64().toStdString();
}

// Processor time, so that busy neighbours do not count; the best of three runs.
double secondsFor(const T5Tokenizer& tokenizer, const std::string& text)
{
    double best = std::numeric_limits<double>::max();
    for (int run = 0; run < 3; ++run) {
        const std::clock_t start = std::clock();
        tokenize(tokenizer, text);
        best = std::min(best, double(std::clock() - start) / CLOCKS_PER_SEC);
    }
    return best;
}

}

class T5TokenizerTest : public QObject {
    Q_OBJECT
private slots:
    void equalsTheReference()
    {
        const Json rows = Json::parse(std::ifstream(testDataPath("t5_tokens.json")));
        QVERIFY(rows.size() >= 300); // a shrunken file would prove too little
        size_t differences = 0;
        for (const Json& row : rows) {
            const TokenIds ids = tokenize(m_tokenizer, row["text"].get_ref<const std::string&>());
            const TokenIds expected = row["ids"].get<TokenIds>();
            if (ids == expected)
                continue;
            ++differences;
            qWarning("%s\n  is   %s\n  want %s", row["text"].dump().c_str(), shownIds(ids).c_str(),
                shownIds(expected).c_str());
        }
        QCOMPARE(differences, size_t(0));
    }

    void knowsItsSpecialTokens()
    {
        QCOMPARE(m_tokenizer.vocabularySize, 32100);
        QCOMPARE(t5TokenId(m_tokenizer, "<pad>"), T5Tokenizer::pad);
        QCOMPARE(t5TokenId(m_tokenizer, "</s>"), T5Tokenizer::eos);
        QCOMPARE(t5TokenId(m_tokenizer, "<unk>"), T5Tokenizer::unk);
        QCOMPARE(t5TokenId(m_tokenizer, "<extra_id_0>"), 32099);
        QCOMPARE(t5TokenId(m_tokenizer, "<extra_id_99>"), 32000);
        for (const char* other : {"", "<extra_id_100>", "<extra_id_", "▁the", "<"})
            QCOMPARE(t5TokenId(m_tokenizer, other), -1);
    }

    void bytesThatAreNotUtf8AreTold()
    {
        bool invalid = false;
        const TokenIds ids = tokenize(m_tokenizer, "caf\xc3 \xed\xa0\x80 <extra_id_3>\xff", &invalid);
        QVERIFY(invalid);
        QCOMPARE(shownIds(ids),
            shownIds(tokenize(m_tokenizer, "caf\ufffd \ufffd\ufffd\ufffd <extra_id_3>\ufffd", &invalid)));
        QVERIFY(!invalid);
    }

    // 32 times the length takes as many times as long, a quadratic way 1,000 times.
    void isNotQuadratic()
    {
        for (const char* text : {"a", "<", "<extra_id_1", "\xcc\x81", "▁"}) {
            std::string few, many;
            while (few.size() < 4096)
                few += text;
            for (int i = 0; i < 32; ++i)
                many += few;
            const double ratio = secondsFor(m_tokenizer, many) / secondsFor(m_tokenizer, few);
            QVERIFY2(ratio < 200, qPrintable(QString("%1: %2").arg(text).arg(ratio)));
        }
    }

    // What transformers 5 writes has no spiece.model.
    void tokenizerJsonIsTheSame()
    {
        QTemporaryDir folder;
        const std::string path = folder.path().toStdString();
        std::vector<Json> pieces(size_t(m_tokenizer.vocabularySize));
        for (const auto& [text, one] : m_tokenizer.pieces)
            pieces[size_t(one.id)] = {text, one.score};
        Json json = jsonOf(pieces);
        const auto length = uint32_t(m_tokenizer.trie.size() * 4);
        const std::string table = std::string(reinterpret_cast<const char*>(&length), 4)
            + std::string(reinterpret_cast<const char*>(m_tokenizer.trie.data()), length) + m_tokenizer.replacements;
        json["normalizer"] = {{"type", "Sequence"},
            {"normalizers", {{{"type", "Precompiled"}, {"precompiled_charsmap", base64(table)}}, {{"type", "Strip"}}}}};
        writeBytes(path + "/tokenizer.json", json.dump());
        const T5Tokenizer read = loadT5Tokenizer(path);
        QCOMPARE(read.trie, m_tokenizer.trie);
        QCOMPARE(read.replacements, m_tokenizer.replacements);
        QCOMPARE(read.longestPiece, m_tokenizer.longestPiece);
        QCOMPARE(read.unknownScore, m_tokenizer.unknownScore);
        const char* text = "Ｆｕｌｌ　ｗｉｄｔｈ, sooooo <extra_id_5> cafe\u0301 猫";
        QCOMPARE(tokenize(read, text), tokenize(m_tokenizer, text));
    }

    void readsASmallVocabulary()
    {
        const T5Tokenizer small = readPieces(specials + piece("▁", -3) + piece("▁a", -1) + piece("b", -2));
        QCOMPARE(small.vocabularySize, 106);
        QCOMPARE(tokenize(small, "ab  ccb <extra_id_0>"), (TokenIds{4, 5, 3, 2, 5, 105}));
        QCOMPARE(tokenize(readT5Json("t", jsonOf(jsonPieces()).dump()), "ab c"), (TokenIds{3, 4, 2}));
        QCOMPARE(tokenize(small, ""), TokenIds{});
        QCOMPARE(tokenize(small, " \n "), TokenIds{});
    }

    void keysThatNobodyAsksForAreTold()
    {
        QTemporaryDir folder;
        const std::string path = folder.path().toStdString();
        std::filesystem::copy(sourcePath("resources/tokenizers/t5/spiece.model"), path);
        std::vector<std::string> warnings;
        writeBytes(path + "/tokenizer_config.json",
            R"({"odd": 1, "eos_token": "</s>", "extra_ids": 100, "additional_special_tokens": ["<extra_id_0>"],
                "added_tokens_decoder": {"0": {"content": "<pad>"}}})");
        loadT5Tokenizer(path, &warnings);
        QCOMPARE(warnings.size(), size_t(1));
        QVERIFY(warnings[0].ends_with("tokenizer_config.json has 1 key that is not known and has no effect: odd"));
        writeBytes(path + "/tokenizer_config.json", R"({"added_tokens_decoder": {"32100": {"content": "<mine>"}}})");
        const std::string text = refusal([&] { loadT5Tokenizer(path); });
        QVERIFY2(text.ends_with("the token \"<mine>\" is added to T5's, which is not supported"), text.c_str());
    }

    void missingFilesAreNamed()
    {
        QTemporaryDir folder;
        const std::string path = folder.path().toStdString();
        bool thrown = false;
        try {
            loadT5Tokenizer(path);
        } catch (const Error& error) {
            thrown = true;
            QCOMPARE(error.kind, ErrorKind::FileMissing);
            QVERIFY(std::string(error.what()).find("spiece.model") != std::string::npos);
        }
        QVERIFY(thrown);
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("says");
        const auto row = [](const char* name, const std::string& bytes, const char* says) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << QByteArray(says);
        };
        row("nothing", "", "has 0 pieces; it is no SentencePiece model");
        row("text", "version https://git-lfs.github.com/spec/v1\n", "is damaged, or is no SentencePiece model");
        row("cut off", specials.substr(0, 30), "ends too early");
        row("another vocabulary", piece("<s>", 0, 3), "its piece 0 is \"<s>\", in T5's vocabularies <pad>");
        row("another type of piece", specials + piece("a", 0, 6), "its piece 3 is of type 6, supported are normal");
        row("empty piece", specials + piece("", 0), "its piece 3 has 0 bytes, supported are 1 to 256");
        row("long piece", specials + piece(std::string(257, 'a'), 0), "its piece 3 has 257 bytes");
        row("no UTF-8", specials + piece("\xff", 0), "its piece 3 is not UTF-8");
        row("no number", specials + piece("a", NAN), "its piece 3 has a score that is not a number");
        row("twice", specials + piece("a", 0) + piece("a", 1), "its piece 4 is there twice: \"a\"");
        row("extra", specials + piece("<extra_id_7>", 0), "is there twice: \"<extra_id_7>\"");
        row("BPE", specials + field(2, number(3, 2)), "is a SentencePiece model of type 2, supported are unigrams (1)");
        row("short table", specials + field(3, field(2, "abc")), "its table of replaced characters is damaged");
        row("long trie", specials + field(3, field(2, std::string("\x08\0\0\0aaaa", 8))), "is damaged");
        row("odd trie", specials + field(3, field(2, std::string("\x03\0\0\0aaa", 7))), "is damaged");
        row("long replacement", specials + field(3, field(2, std::string(4, '\0') + std::string(257, 'a'))),
            "replaces a character by 257 bytes");
    }

    void refuses()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, says);
        const std::string text = refusal([&] { readPieces(bytes.toStdString()); });
        QVERIFY2(text.starts_with("a/spiece.model: ") && text.find(says.toStdString()) != text.npos, text.c_str());
    }

    void refusesJson_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("says");
        const auto row = [](const char* name, const Json& json, const char* says) {
            QTest::newRow(name) << QByteArray::fromStdString(json.dump()) << QByteArray(says);
        };
        row("a list", Json::array(), "is no tokenizer of T5");
        row("BPE", {{"model", {{"type", "BPE"}, {"vocab", Json::object()}}}}, "is no tokenizer of T5");
        Json pieces = jsonPieces();
        Json json = jsonOf(pieces);
        json["model"]["unk_id"] = 3;
        row("unknown elsewhere", json, "is no tokenizer of T5");
        json = jsonOf(pieces);
        json["model"]["byte_fallback"] = true;
        row("bytes", json, "is no tokenizer of T5");
        pieces[3] = "a";
        row("no pair", jsonOf(pieces), "its piece 3 is not a pair of text and score");
        pieces = jsonPieces();
        pieces.erase(pieces.size() - 1);
        row("no extra ids", jsonOf(pieces), "has no <extra_id_0> where T5's vocabularies have it");
        json = jsonOf(jsonPieces());
        json["normalizer"] = {{"type", "Lowercase"}};
        row("another normalizer", json, "its normalizer is of type \"Lowercase\", supported are");
        json["normalizer"] = {{"type", "Precompiled"}, {"precompiled_charsmap", "a-b"}};
        row("no Base64", json, "its table of replaced characters is no Base64");
        json["normalizer"] = {{"type", "Precompiled"}, {"precompiled_charsmap", "AAA="}};
        row("short table", json, "its table of replaced characters is damaged");
    }

    void refusesJson()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, says);
        const std::string told = refusal([&] { readT5Json("a/tokenizer.json", text.toStdString()); });
        QVERIFY2(told.starts_with("a/tokenizer.json: ") && told.find(says.toStdString()) != told.npos, told.c_str());
    }

    // Places that lead out of the trie, and texts that begin behind their end.
    void damagedTablesReplaceNothing()
    {
        const auto unit = [](uint32_t value) { return std::string(reinterpret_cast<const char*>(&value), 4); };
        const auto tableOf = [&](const std::string& units, const std::string& texts) {
            return field(3, field(2, unit(uint32_t(units.size())) + units + texts));
        };
        const std::string pieces = specials + piece("▁a", -1);
        const std::string far = unit(0xfffffe00), toA = unit(uint32_t('a' ^ 1) << 10); // 'a' is unit 1
        for (const std::string& units : {std::string(), far, toA, toA + unit('a' | 0x100 | 0x7ffff << 10),
                 toA + unit('a' | 0x100 | 1 << 10) + unit(99)}) {
            const T5Tokenizer damaged = readPieces(pieces + tableOf(units, "b"));
            QCOMPARE(tokenize(damaged, "a"), TokenIds{3});
        }
    }

private:
    const T5Tokenizer m_tokenizer = builtInT5Tokenizer();
};

ATHANOR_TEST(T5TokenizerTest)
#include "t5_tokenizer_test.moc"
