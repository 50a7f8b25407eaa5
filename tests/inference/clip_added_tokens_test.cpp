// Tokens that a model's files add, against transformers' ids (tests/reference/added_tokens.py), exactly; and hostile
// files.
#include "inference/text/clip_added_tokens.h"

#include "inference/text/clip_tokenizer_files.h"
#include "tests/support/model_bytes.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QTemporaryDir>
#include <QTest>
#include <filesystem>
#include <fstream>

using namespace athanor;
using Json = nlohmann::json;
namespace fs = std::filesystem;

namespace {

// A stored tokenizer with more files.
class TokenizerCopy {
public:
    TokenizerCopy(const std::string& base, const Json& files)
    {
        fs::copy(testDataPath(base), root(), fs::copy_options::recursive | fs::copy_options::overwrite_existing);
        for (const auto& [name, content] : files.items())
            writeBytes((root() / name).string(), content.is_string() ? content.get<std::string>() : content.dump());
    }
    fs::path root() const { return m_folder.path().toStdString(); }
    ClipTokenizer load() const { return loadClipTokenizer(root().string()); }

private:
    QTemporaryDir m_folder;
};

}

class ClipAddedTokensTest : public QObject {
    Q_OBJECT
private slots:
    void equalsTheReference()
    {
        const Json cases = Json::parse(std::ifstream(testDataPath("added_tokens.json")));
        QVERIFY(cases.size() >= 40);
        size_t wrong = 0, prompts = 0;
        for (const Json& c : cases) {
            const ClipTokenizer tokenizer = TokenizerCopy(c["base"], c["files"]).load();
            const Json names{{"bos", tokenizer.bos}, {"eos", tokenizer.eos}, {"pad", tokenizer.pad}};
            QCOMPARE(names.dump(), c["ids"].dump());
            for (const Json& prompt : c["prompts"]) {
                ++prompts;
                const std::vector<int32_t> is = tokenize(tokenizer, prompt[0].get<std::string>());
                if (is == prompt[1].get<std::vector<int32_t>>())
                    continue;
                ++wrong;
                qWarning("%s: %s\n  is   %s\n  want %s\n  %s", c["name"].dump().c_str(), prompt[0].dump().c_str(),
                    Json(is).dump().c_str(), prompt[1].dump().c_str(), c["files"].dump().c_str());
            }
        }
        QVERIFY(prompts > 500);
        QCOMPARE(wrong, size_t(0));
    }

    void aTrainedWordIsOneToken()
    {
        const ClipTokenizer tokenizer =
            TokenizerCopy("tokens_own", {{"added_tokens.json", {{"<cat-toy>", 480}}}}).load();
        QCOMPARE(tokenizer.vocabularySize, 481);
        const std::vector<int32_t> ids = tokenize(tokenizer, "<cat-toy>");
        QVERIFY(ids == std::vector<int32_t>{480});
    }

    void refusesBadFiles_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const char* file, const QByteArray& content, const char* says) {
            QTest::newRow(name) << file << content << says;
        };
        const char *config = "tokenizer_config.json", *added = "added_tokens.json";
        row("list", added, "[]", "does not hold a JSON object");
        row("number as text", added, R"({"<a>": "5"})", "<a> has no number");
        row("long token", added, "{\"" + QByteArray(300, 'x') + "\": 480}", "has 300 bytes, 1 to 256 are allowed");
        row("empty token", config, R"({"added_tokens_decoder": {"480": {"content": ""}}})", "has 0 bytes");
        row("decoder is a list", config, R"({"added_tokens_decoder": []})", "is not an object of id and token");
        row("id is text", config, R"({"added_tokens_decoder": {"x": {"content": "a"}}})",
            "an entry \"x\" that is no token");
        row("no content", config, R"({"added_tokens_decoder": {"480": {}}})", "an entry \"480\" that is no token");
        row("flag is text", config, R"({"added_tokens_decoder": {"480": {"content": "a", "normalized": "yes"}}})",
            "has a value of normalized that is not true or false");
        row("padding", config, R"({"padding_side": "left"})", "padding_side is \"left\", supported is \"right\"");
        row("another class", config, R"({"tokenizer_class": "T5Tokenizer"})", "tokenizer_class is \"T5Tokenizer\"");
        row("length", config, R"({"model_max_length": "77"})", "model_max_length is \"77\"");
    }
    void refusesBadFiles()
    {
        QFETCH(QString, file);
        QFETCH(QByteArray, content);
        QFETCH(QString, says);
        const TokenizerCopy copy("tokens_own", {{file.toStdString(), content.toStdString()}});
        const std::string text = refusal([&] { copy.load(); });
        QVERIFY2(text.find(says.toStdString()) != text.npos, text.c_str());
        QVERIFY2(text.find(file.toStdString()) != text.npos, text.c_str());
    }
};

ATHANOR_TEST(ClipAddedTokensTest)
#include "clip_added_tokens_test.moc"
