// Token ids against transformers' (tests/reference/tokens.py), exactly.
#include "inference/text/clip_tokenizer_files.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QTest>
#include <ctime>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

using namespace athanor;

namespace {

using TokenIds = std::vector<int32_t>;

std::string shownIds(const TokenIds& ids)
{
    return nlohmann::json(ids).dump();
}

// How many of the stored prompts differ; each is printed.
size_t differences(const ClipTokenizer& tokenizer, const char* column)
{
    const auto rows = nlohmann::json::parse(std::ifstream(testDataPath("tokens.json")));
    size_t count = rows.size() < 200 ? 1 : 0; // a shrunken reference file would prove too little
    for (const auto& row : rows) {
        const TokenIds ids = tokenize(tokenizer, row["text"].get_ref<const std::string&>());
        const TokenIds expected = row[column].get<TokenIds>();
        if (ids == expected)
            continue;
        ++count;
        qWarning(
            "%s\n  is   %s\n  want %s", row["text"].dump().c_str(), shownIds(ids).c_str(), shownIds(expected).c_str());
    }
    return count;
}

// Processor time, so that busy neighbours do not count; the best of three runs.
double seconds(const ClipTokenizer& tokenizer, const std::string& text)
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

class ClipTokenizerTest : public QObject {
    Q_OBJECT
private slots:
    void equalsTheReference() { QCOMPARE(differences(m_tokenizer, "clip"), size_t(0)); }

    void equalsTheReferenceForAModelsOwnVocabulary()
    {
        QCOMPARE(differences(loadClipTokenizer(testDataPath("tokens_own")), "own"), size_t(0));
        QCOMPARE(differences(loadClipTokenizer(testDataPath("tokens_own_json")), "own"), size_t(0));
    }

    void reportsBytesThatAreNotUtf8_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("equivalent");
        const auto row = [](const char* name, const char* bytes, const char* equivalent) {
            QTest::newRow(name) << QByteArray(bytes) << QByteArray(equivalent);
        };
        row("stray continuation", "a\x80 b", "a\ufffd b");
        row("cut short", "caf\xc3", "caf\ufffd");
        row("overlong slash", "\xc0\xaf", "\ufffd\ufffd");
        row("lone surrogate", "x \xed\xa0\x80 y", "x \ufffd\ufffd\ufffd y");
        row("above U+10FFFF", "\xf4\x90\x80\x80", "\ufffd\ufffd\ufffd\ufffd");
        row("Latin-1", "na\xefve", "na\ufffdve");
    }

    void reportsBytesThatAreNotUtf8()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, equivalent);
        bool invalid = false;
        const TokenIds ids = tokenize(m_tokenizer, bytes.toStdString(), &invalid);
        QVERIFY(invalid);
        QCOMPARE(shownIds(ids), shownIds(tokenize(m_tokenizer, equivalent.toStdString(), &invalid)));
        QVERIFY(!invalid);
    }

    // 4 ms on a quiet core, 50 times that under sanitizers beside other work.
    void isFastOnTheLongestPrompt()
    {
        std::string words;
        for (int i = 0; i < 2400; ++i)
            words += i % 3 ? "lighthouse, " : "cinematography, ";
        QCOMPARE(tokenize(m_tokenizer, words).size(), size_t(4800));
        QVERIFY(seconds(m_tokenizer, words) < 0.2);
    }

    // 32 times the length takes about 45 times as long, n log n; a quadratic merge would take 1,000 times.
    void isNotQuadraticInAWord()
    {
        for (char letter : {'a', '!'}) {
            const double ratio =
                seconds(m_tokenizer, std::string(65536, letter)) / seconds(m_tokenizer, std::string(2048, letter));
            QVERIFY2(ratio < 200, qPrintable(QString::number(ratio)));
        }
    }

private:
    const ClipTokenizer m_tokenizer = builtInClipTokenizer();
};

ATHANOR_TEST(ClipTokenizerTest)
#include "clip_tokenizer_test.moc"
