// Good and hostile tokenizer folders.
#include "inference/text/clip_tokenizer_files.h"
#include "render/error.h"
#include "tests/support/refusal.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace athanor;

namespace {

const char* const goodVocabulary =
    R"({"a":0,"b":1,"a</w>":2,"b</w>":3,"ab</w>":4,"<|startoftext|>":7,"<|endoftext|>":9})";
const char* const goodMerges = "#version: 0.2\na b</w>\n";

void write(const QString& path, const QByteArray& content)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
}

QString loadingRefusal(const QTemporaryDir& folder)
{
    return kindAndRefusal([&] { loadClipTokenizer(folder.path().toStdString()); });
}

}

class ClipTokenizerFilesTest : public QObject {
    Q_OBJECT
private slots:
    void findsTheBuiltInSpecials()
    {
        const ClipTokenizer tokenizer = builtInClipTokenizer();
        QCOMPARE(tokenizer.vocabularySize, 49408);
        QCOMPARE(tokenizer.merges.size(), size_t(48894));
        QCOMPARE(tokenizer.bos, 49406);
        QCOMPARE(tokenizer.eos, 49407);
        QCOMPARE(tokenizer.pad, 49407);
        QCOMPARE(tokenizer.comma, 267);
    }

    void findsAModelsOwnSpecials()
    {
        for (const char* folder : {"tokens_own", "tokens_own_json"}) {
            const ClipTokenizer tokenizer = loadClipTokenizer(testDataPath(folder));
            QCOMPARE(tokenizer.vocabularySize, 480);
            QCOMPARE(tokenizer.bos, 477);
            QCOMPARE(tokenizer.eos, 478);
            QCOMPARE(tokenizer.pad, 479);
        }
    }

    void acceptsSparseIdsAndWindowsLineEnds()
    {
        QTemporaryDir folder;
        write(folder.filePath("vocab.json"), goodVocabulary);
        write(folder.filePath("merges.txt"), "#version: 0.2\r\na b</w>\r\n\r\n");
        write(folder.filePath("special_tokens_map.json"), R"({"bos_token":{"content":"a"},"pad_token":null})");
        const ClipTokenizer tokenizer = loadClipTokenizer(folder.path().toStdString());
        QCOMPARE(tokenizer.vocabularySize, 10);
        QCOMPARE(tokenizer.bos, 0);
        QCOMPARE(tokenizer.pad, 9);
        QCOMPARE(tokenizer.comma, -1);
        QVERIFY((tokenize(tokenizer, "b") == std::vector<int32_t>{3}));
        QVERIFY((tokenize(tokenizer, "z") == std::vector<int32_t>{9})); // no symbol: unk
    }

    void refusesBadFiles_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("expected"); // part of the message, kind first
        const auto row = [](const char* name, const char* file, const QByteArray& content, const char* expected) {
            QTest::newRow(name) << file << content << expected;
        };
        row("empty", "vocab.json", "", "not valid JSON");
        row("cut short", "vocab.json", R"({"a":0)", "not valid JSON at byte 6");
        row("list", "vocab.json", "[1]", "JSON object");
        row("key twice", "vocab.json", R"({"a":0,"a":1})", "there twice");
        row("id is text", "vocab.json", R"({"a":"0"})", "token \"a\" has the id \"0\"");
        row("id is negative", "vocab.json", R"({"a":-1})", "id -1");
        row("id is fractional", "vocab.json", R"({"a":1.5})", "id 1.5");
        row("id at the limit", "vocab.json", R"({"a":1048576})", "below 1048576");
        row("id beyond 64 bits", "vocab.json", R"({"a":99999999999999999999})", "below 1048576");
        row("not UTF-8", "vocab.json", "{\"\xff\":0}", "not valid JSON");
        row("no eos", "vocab.json", R"({"a":0,"<|startoftext|>":1})", "\"<|endoftext|>\"");
        row("nested", "vocab.json", QByteArray(100000, '['), "nested deeper");
        row("too large", "vocab.json", QByteArray((8 << 20) + 1, ' '),
            "8388609 bytes, the limit for a tokenizer file is 8388608");
        row("merge of one symbol", "merges.txt", "#version: 0.2\nab\n", "merge 1 is \"ab\"");
        row("merge of three", "merges.txt", "a b c\n", "merge 1 is \"a b c\"");
        row("merge of an unknown symbol", "merges.txt", "a q\n", "\"q\"");
        row("merge to an unknown symbol", "merges.txt", "b a\n", "\"ba\"");
        row("eos missing by name", "tokenizer_config.json", R"({"eos_token":"</s>"})", "\"</s>\"");
        row("endless name", "tokenizer_config.json", R"({"eos_token":")" + QByteArray(300, 'x') + R"("})",
            "eos_token has 300 bytes");
        row("empty name", "special_tokens_map.json", R"({"bos_token":""})", "bos_token has 0 bytes");
    }

    void refusesBadFiles()
    {
        QFETCH(QString, file);
        QFETCH(QByteArray, content);
        QFETCH(QString, expected);
        QTemporaryDir folder;
        write(folder.filePath("vocab.json"), goodVocabulary);
        write(folder.filePath("merges.txt"), goodMerges);
        QCOMPARE(loadingRefusal(folder), QString());
        write(folder.filePath(file), content);
        const QString message = loadingRefusal(folder);
        QVERIFY2(message.startsWith("3 ") && message.contains(expected), qPrintable(message));
        QVERIFY2(!message.contains('\n'), qPrintable(message));
    }

    void refusesABadTokenizerJson_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("expected");
        QTest::newRow("another kind") << QByteArray(R"({"model":{"type":"WordPiece","vocab":{}}})")
                                      << "not a CLIP tokenizer";
        QTest::newRow("model is a number") << QByteArray(R"({"model":1})") << "not a CLIP tokenizer";
        QTest::newRow("no suffix") << QByteArray(R"({"model":{"vocab":{},"merges":[]}})") << "not a CLIP tokenizer";
        QTest::newRow("vocabulary is a list")
            << QByteArray(R"({"model":{"vocab":[],"merges":[],"end_of_word_suffix":"</w>"}})") << "vocabulary";
        QTest::newRow("merge is a number")
            << QByteArray(R"({"model":{"vocab":{},"merges":[3],"end_of_word_suffix":"</w>"}})") << "merge 1";
        QTest::newRow("merge of three") << QByteArray(
            R"({"model":{"vocab":{},"merges":[["a","b","c"]],"end_of_word_suffix":"</w>"}})")
                                        << "merge 1";
        QTest::newRow("added token without id") << QByteArray(
            R"({"added_tokens":[{"content":"x"}],"model":{"vocab":{"<|startoftext|>":7,"<|endoftext|>":9},"merges":[],"end_of_word_suffix":"</w>"}})")
                                                << "x has no number";
    }

    void refusesABadTokenizerJson()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, expected);
        QTemporaryDir folder;
        write(folder.filePath("tokenizer.json"), content);
        const QString message = loadingRefusal(folder);
        QVERIFY2(message.startsWith("3 ") && message.contains(expected), qPrintable(message));
    }

    void saysWhatIsMissing()
    {
        QTemporaryDir folder;
        QVERIFY2(loadingRefusal(folder).startsWith("4 "), qPrintable(loadingRefusal(folder)));
        write(folder.filePath("vocab.json"), goodVocabulary);
        const QString message = loadingRefusal(folder);
        QVERIFY2(message.startsWith("4 ") && message.contains("merges.txt"), qPrintable(message));
    }
};

ATHANOR_TEST(ClipTokenizerFilesTest)
#include "clip_tokenizer_files_test.moc"
