// Chunk boundaries, padding and weights (reliability cases T01, T02, T04).
#include "inference/text/chunks.h"
#include "inference/text/clip_tokenizer_files.h"
#include "render/error.h"
#include "tests/support/refusal.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QTest>
#include <numeric>

using namespace athanor;

namespace {

// Made by whom asks first: this file is in one program with other tests.
const ClipTokenizer& tokenizer()
{
    static const ClipTokenizer made = builtInClipTokenizer();
    return made;
}

// "a" is one token, 320, and so is ",", 267.
std::string manyWords(int count)
{
    std::string text;
    for (int i = 0; i < count; ++i)
        text += "a ";
    return text;
}

std::vector<PromptChunk> chunksOf(const std::string& prompt)
{
    return toChunks(tokenizer(), parsePrompt(prompt));
}

// Tokens between bos and the first eos of each chunk.
QString lengths(const std::vector<PromptChunk>& chunks)
{
    QStringList text;
    for (const PromptChunk& chunk : chunks)
        text += QString::number(std::find(chunk.ids.begin(), chunk.ids.end(), tokenizer().eos) - chunk.ids.begin() - 1);
    return text.join(' ');
}

QString chunksRefusal(const std::string& prompt)
{
    return kindAndRefusal([&] { chunksOf(prompt); });
}

}

class ChunksTest : public QObject {
    Q_OBJECT
private slots:
    void cuts_data()
    {
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const std::string& prompt, const char* expected) {
            QTest::newRow(name) << QString::fromStdString(prompt) << expected;
        };
        row("empty", "", "0");
        row("blanks", " \t\r\n ", "0");
        row("one", "a", "1");
        row("75", manyWords(75), "75");
        row("76", manyWords(76), "75 1");
        row("150", manyWords(150), "75 75");
        row("151", manyWords(151), "75 75 1");
        row("comma as the 75th", manyWords(74) + ", a", "75 1");
        row("comma as the 76th", manyWords(75) + ", a", "75 2");
        row("comma 20 from the end", manyWords(55) + ", " + manyWords(20), "56 20");
        row("comma 21 from the end", manyWords(54) + ", " + manyWords(21), "75 1");
        row("comma near, nothing to cut", manyWords(60) + ", " + manyWords(14), "75");
        row("last comma counts", manyWords(56) + ", a a, " + manyWords(30), "60 30");
        row("in the second chunk too", manyWords(145) + ", " + manyWords(10), "75 71 10");
        row("76th is a comma, one just before", manyWords(70) + ", " + manyWords(4) + ", a", "75 2");
        row("comma in another weight", manyWords(55) + "(, " + manyWords(20) + ":1.2)", "56 20");
        row("BREAK", "a BREAK a a", "1 2");
        row("BREAK at the end", "a BREAK", "1");
        row("BREAK at the start", "BREAK a", "0 1");
        row("BREAK alone", "BREAK", "0");
        row("two BREAKs", "a BREAK BREAK a", "1 0 1");
        row("BREAK after a full chunk", manyWords(75) + "BREAK a", "75 1");
        row("no comma across BREAK", manyWords(60) + ", BREAK " + manyWords(76), "61 75 1");
    }

    void cuts()
    {
        QFETCH(QString, prompt);
        QFETCH(QString, expected);
        const auto chunks = chunksOf(prompt.toStdString());
        QCOMPARE(lengths(chunks), expected);
        for (const PromptChunk& chunk : chunks) {
            QCOMPARE(chunk.ids.size(), size_t(77));
            QCOMPARE(chunk.weights.size(), size_t(77));
            QCOMPARE(chunk.ids.front(), 49406);
            QCOMPARE(chunk.ids.back(), 49407);
        }
    }

    void keepsEveryTokenOfALongWord() // T04: 1,000 combining marks on one letter
    {
        std::string text = "a";
        for (int i = 0; i < 1000; ++i)
            text += "\u0301";
        std::vector<int32_t> ids;
        for (const PromptChunk& chunk : chunksOf(text))
            std::copy(chunk.ids.begin() + 1, std::find(chunk.ids.begin(), chunk.ids.end(), tokenizer().eos),
                std::back_inserter(ids));
        QVERIFY(ids.size() > 75);
        QVERIFY(ids == tokenize(tokenizer(), text));
    }

    void placesIdsAndWeights()
    {
        const auto chunks = chunksOf("a (a:1.5), BREAK [a]");
        QCOMPARE(chunks.size(), size_t(2));
        const std::vector<int32_t> ids{49406, 320, 320, 267, 49407, 49407};
        const std::vector<float> weights{1, 1, 1.5f, 1, 1, 1};
        for (size_t i = 0; i < ids.size(); ++i) {
            QCOMPARE(chunks[0].ids[i], ids[i]);
            QCOMPARE(chunks[0].weights[i], weights[i]);
        }
        QCOMPARE(chunks[1].weights[1], float(1 / 1.1));
        QCOMPARE(std::accumulate(chunks[1].weights.begin() + 2, chunks[1].weights.end(), 0.0f), 75.0f);
    }

    void movesWeightsWithTheirTokens()
    {
        const auto chunks = chunksOf(manyWords(60) + ", (" + manyWords(20) + ":2)");
        QCOMPARE(lengths(chunks), QString("61 20"));
        QCOMPARE(chunks[0].weights[62], 1.0f);
        for (size_t i = 1; i <= 20; ++i)
            QCOMPARE(chunks[1].weights[i], 2.0f);
        QCOMPARE(chunks[1].weights[21], 1.0f);
    }

    void padsWithAModelsOwnTokenAndLength()
    {
        const ClipTokenizer own = loadClipTokenizer(testDataPath("tokens_own"));
        const auto chunks = toChunks(own, parsePrompt("red house lake"), 8);
        QVERIFY((chunks[0].ids
            == std::vector<int32_t>{
                own.bos, chunks[0].ids[1], chunks[0].ids[2], chunks[0].ids[3], own.eos, 479, 479, 479}));
    }

    void padsBothPromptsToOneCount()
    {
        auto prompt = chunksOf(manyWords(160)), negative = chunksOf("a");
        padToSameCount(tokenizer(), prompt, negative);
        QCOMPARE(lengths(prompt), QString("75 75 10"));
        QCOMPARE(lengths(negative), QString("1 0 0"));
        QVERIFY(negative[2] == chunksOf("")[0]);
        padToSameCount(tokenizer(), negative, prompt); // equal already
        QCOMPARE(negative.size(), size_t(3));
    }

    void refusesWhatIsTooLong()
    {
        QCOMPARE(chunksOf(manyWords(4800)).size(), size_t(64));
        QCOMPARE(chunksRefusal(manyWords(4801)),
            QString("2 the prompt has 4801 tokens, at most 4800 are allowed; shorten it"));
        QCOMPARE(chunksRefusal(manyWords(10000)),
            QString("2 the prompt has 10000 tokens, at most 4800 are allowed; shorten it"));
        QVERIFY_THROWS_EXCEPTION(Error, toChunks(tokenizer(), parsePrompt("a"), 2));
        QVERIFY(chunksRefusal(std::string(1 << 20, 'a')).contains("1048576 bytes, at most 65536"));
        QVERIFY(chunksRefusal(std::string(100000, 'a')).contains("100000 bytes"));
        std::string breaks;
        for (int i = 0; i < 256; ++i)
            breaks += "BREAK ";
        QCOMPARE(chunksOf(breaks).size(), size_t(256));
        QCOMPARE(
            chunksRefusal(breaks + "a"), QString("2 the prompt has 257 chunks, at most 256 are allowed; shorten it"));
    }

    void appliesWeightsAndRestoresTheMean()
    {
        // Mean 3.5; times (1, 2, 0): 1 2 6 8 0 0, mean 17 / 6; factor 21 / 17.
        std::vector<float> states{1, 2, 3, 4, 5, 6};
        applyWeights(states, std::vector<float>{1, 2, 0});
        const float expected[] = {21.0f / 17, 42.0f / 17, 126.0f / 17, 168.0f / 17, 0, 0};
        for (size_t i = 0; i < states.size(); ++i)
            QVERIFY(std::abs(states[i] - expected[i]) <= 1e-6f * 10); // two float roundings of numbers below 10
    }

    void leavesStatesOfWeightOneAlone()
    {
        const std::vector<float> states{0.1f, -0.3f, 0.7f, 1e-30f};
        auto weighted = states;
        applyWeights(weighted, std::vector<float>{1, 1});
        QVERIFY(weighted == states);
    }

    // comfy/sd1_clip.py: (state − empty) × weight + empty, token by token.
    void movesStatesAwayFromTheEmptyPrompt()
    {
        std::vector<float> states{1, 2, 3, 4, 5, 6};
        applyWeightsFrom(std::vector<float>{1, 1, 1, 1, 7, 7}, states, std::vector<float>{1, 2, 0});
        QVERIFY((states == std::vector<float>{1, 2, 5, 7, 7, 7}));
    }

    void keepsTheProductsWhereNoMeanCanBeRestored()
    {
        std::vector<float> states{1, 2, 3, 4};
        applyWeights(states, std::vector<float>{0, 0});
        QVERIFY((states == std::vector<float>{0, 0, 0, 0}));
    }
};

ATHANOR_TEST(ChunksTest)
#include "chunks_test.moc"
