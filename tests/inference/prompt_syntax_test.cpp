// A1111's documented behaviour, and prompts that nobody should write (reliability cases T01, T03, T05, T07, T08).
#include "inference/text/prompt_syntax.h"
#include "render/error.h"
#include "tests/support/growth.h"
#include "tests/support/repeated.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QTest>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

using namespace athanor;

namespace {

// "[text@weight]" for each span, "|" where it starts a chunk, the weight to four digits.
QString shownSpans(const ParsedPrompt& prompt)
{
    QString text;
    for (const PromptSpan& span : prompt.spans)
        text += QString("%1{%2@%3}")
                    .arg(span.startsChunk ? "|" : "", QString::fromStdString(span.text))
                    .arg(double(span.weight), 0, 'g', 4);
    return text;
}

}

class PromptSyntaxTest : public QObject {
    Q_OBJECT
private slots:
    void parses_data()
    {
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* prompt, const char* expected) { QTest::newRow(prompt) << prompt << expected; };
        row("", "{@1}");
        row("  ", "{  @1}");
        row("normal text", "{normal text@1}");
        row("an (important) word", "{an @1}{important@1.1}{ word@1}");
        row("a [quiet] word", "{a @1}{quiet@0.9091}{ word@1}");
        row("(a:1.3)", "{a@1.3}");
        row("(a: 1.3 )", "{a@1.3}");
        row("(a:+.5)", "{a@0.5}");
        row("(a:2.)", "{a@2}");
        row("(a:0)", "{a@0}");
        row("(a:-1)", "{a@-1}");
        row("((a))", "{a@1.21}");
        row("[[a]]", "{a@0.8264}");
        row("([a])", "{a@1}");
        row("((a:2):3)", "{a@6}");
        row("(a (b:2) c:1.5)", "{a @1.5}{b@3}{ c@1.5}");
        row("(unnecessary)(parens)", "{unnecessaryparens@1.1}");
        row("a (((house:1.3)) [on] a (hill:0.5), sun, (((sky))).",
            "{a @1}{house@1.573}{ @1.1}{on@1}{ a @1.1}{hill@0.55}{, sun, @1.1}{sky@1.464}{.@1.1}");
        // Escapes.
        row("\\(literal\\]", "{(literal]@1}");
        row("(a \\) b:1.2)", "{a ) b@1.2}");
        row("\\\\(a)", "{\\@1}{a@1.1}");
        row("\\a \\", "{a @1}");
        row("\\[x\\] \\(y:1.2\\)", "{[x] (y:1.2)@1}");
        // Unbalanced brackets.
        row("(unbalanced", "{unbalanced@1.1}");
        row("[unbalanced", "{unbalanced@0.9091}");
        row("((a) b", "{a@1.21}{ b@1.1}");
        row("a) b]", "{a) b]@1}");
        row("a:1.2)", "{a:1.2)@1}");
        row("[a:1.2)", "{a:1.2)@0.9091}");
        row("(a [b) c]", "{a @1.1}{b@1}{ c@0.9091}");
        row("()[]", "{@1}");
        row("(:1.2)", "{@1}");
        row("(a:1.2)(:3)b", "{a@1.2}{b@1}");
        // What is no weight stays text.
        row("(a:)", "{a:@1.1}");
        row("(a:b)", "{a:b@1.1}");
        row("a: b, 16:9", "{a: b, 16:9@1}");
        // BREAK.
        row("a BREAK b", "{a@1}|{b@1}");
        row("a BREAK", "{a@1}|{@1}");
        row("BREAK", "{@1}|{@1}");
        row("a BREAK\n BREAK b", "{a@1}|{@1}|{b@1}");
        row("(a BREAK b:1.3) c", "{a@1.3}|{b@1.3}{ c@1}");
        row("a (b) BREAK (c)", "{a @1}{b@1.1}|{c@1.1}");
        row("BREAKFAST break BREAK_ éBREAK BREAK7", "{BREAKFAST break BREAK_ éBREAK BREAK7@1}");
        row("a,BREAK,b", "{a,@1}|{,b@1}");
        row("(BREAK)x", "{@1}|{x@1}");
        // No other meaning: T06, T07, T08.
        row("<b>&amp;</b> %n {a} \"q\" <3 :> embedding: x __", "{<b>&amp;</b> %n {a} \"q\" <3 :> embedding: x __@1}");
        row("LAND, AND_ and Andy, a|b, \\[a|b\\], [16 : 9 : b]",
            "{LAND, AND_ and Andy, a|b, [a|b], @1}{16 : 9 : b@0.9091}");
        row("a\r\nb\tc\u00a0d", "{a\r\nb\tc\u00a0d@1}");
        row("猫 (家:1.2) 👩‍👩‍👧", "{猫 @1}{家@1.2}{ 👩‍👩‍👧@1}");
    }

    void parses()
    {
        QFETCH(QString, prompt);
        QFETCH(QString, expected);
        const ParsedPrompt parsed = parsePrompt(prompt.toStdString());
        QCOMPARE(shownSpans(parsed), expected);
        QVERIFY(parsed.warnings.empty());
    }

    void warnsAndGoesOn_data()
    {
        QTest::addColumn<QByteArray>("prompt");
        QTest::addColumn<QString>("expected");
        QTest::addColumn<QString>("warning");
        const auto row = [](const char* name, const QByteArray& prompt, const char* expected, const char* warning) {
            QTest::newRow(name) << prompt << expected << warning;
        };
        row("nan", "(a:nan)", "{a:nan@1.1}", "1 weights of the prompt, the first \"nan\"");
        row("exponent", "(a:1e9)", "{a:1e9@1.1}", "\"1e9\"");
        row("two points", "(a:1.2.3)", "{a:1.2.3@1.1}", "\"1.2.3\"");
        row("two signs", "(a:+-1)", "{a:+-1@1.1}", "\"+-1\"");
        row("two of them", "(a:inf) (b:-)", "{a:inf@1.1}{ @1}{b:-@1.1}", "2 weights of the prompt, the first \"inf\"");
        row("ten", "(a:10)(b:10.01)(c:-11)", "{ab@10}{c@-10}", "2 parts of the prompt had weights beyond ±10");
        row("many digits", "(a:1" + QByteArray(40, '0') + ")", "{a@10}", "beyond ±10");
        row("nested", QByteArray(30, '(') + "a", "{a@10}", "beyond ±10");
        row("infinity times zero", QByteArray(20000, '(') + QByteArray(20000, '[') + "(a:0)", "{a@0}", "");
        row("control characters", QByteArray("a\0b\x1b[31mc\x7f", 10), "{a\ufffdb\ufffd@1}{31mc\ufffd@0.9091}",
            "3 control characters");
        row("C1 but not U+0085", "\xc2\x80\xc2\x85", "{\ufffd\u0085@1}", "1 control characters");
        row("not UTF-8", "\xff(a\xed\xa0\x80", "{\ufffd@1}{a\ufffd\ufffd\ufffd@1.1}",
            "4 byte sequences that are not UTF-8");
    }

    void warnsAndGoesOn()
    {
        QFETCH(QByteArray, prompt);
        QFETCH(QString, expected);
        QFETCH(QString, warning);
        const ParsedPrompt parsed = parsePrompt(prompt.toStdString());
        QCOMPARE(shownSpans(parsed), expected);
        QCOMPARE(parsed.warnings.size(), size_t(warning.isEmpty() ? 0 : 1));
        if (!warning.isEmpty())
            QVERIFY2(QString::fromStdString(parsed.warnings[0]).contains(warning), parsed.warnings[0].c_str());
    }

    void tellsOfLaterSyntax_data()
    {
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<QString>("expected");
        QTest::addColumn<QString>("warnings");
        const auto row = [](const char* prompt, const char* expected, const char* warnings) {
            QTest::newRow(prompt) << prompt << expected << warnings;
        };
        row("a house <lora:detail:0.8>", "{a house @1}",
            "a LoRA that acts by the node Load LoRA or --lora, not here; left out: <lora:detail:0.8>");
        row("(<lora:a b/c:1.2>x:1.3) <lyco:b> <lora:c:1:2> <lora:d>", "{x@1.3}{   @1}",
            "a LoRA that acts by the node Load LoRA or --lora, not here; left out: <lora:a b/c:1.2>, <lyco:b>, "
            "<lora:c:1:2>, "
            "…");
        row("<hypernet:h:1> a <wide:b>", "{ a @1}",
            "hypernetworks are not applied; left out of the prompt: <hypernet:h:1>\n"
            "a tag that is not known here; left out of the prompt: <wide:b>");
        row("<lora:x", "{<lora:x@1}", "");
        row("a, embedding:easynegative, (embedding:foo.pt:1.2)", "{a, , @1}",
            "embeddings are not read yet; left out of the prompt: embedding:easynegative, embedding:foo.pt");
        row("a [red:blue:0.5] [x:3][y::.5]", "{a @1}{red:blue:0.5@0.9091}{ @1}{x:3y::.5@0.9091}",
            "prompts that change at a step are not done yet; read as words: [red:blue:0.5], [x:3], [y::.5]");
        row("[(a:2):3]", "{a@1.818}{:3@0.9091}",
            "prompts that change at a step are not done yet; read as words: [(a:2):3]");
        row("[a|(b:1.2)] [c|d:1]", "{a|@0.9091}{b@1.091}{ @1}{c|d:1@0.9091}",
            "prompts that change at a step are not done yet; read as words: [c|d:1]\n"
            "prompts that alternate from step to step are not done yet; read as words: [a|(b:1.2)]");
        row("a AND b :1.2 AND c", "{a AND b :1.2 AND c@1}",
            "prompts joined by AND are not done yet; read as one prompt with the word: AND, AND");
        row("{a|b} {c} {d|{e|f}}", "{{a|b} {c} {d|{e|f}}@1}",
            "choices by chance are not done yet; read as words: {a|b}, {e|f}, {d|{e|f}}");
        row("a __animal__ b", "{a __animal__ b@1}",
            "wildcards, lines of a file by chance, are not done yet; read as words: __animal__");
    }

    void tellsOfLaterSyntax()
    {
        QFETCH(QString, prompt);
        QFETCH(QString, expected);
        QFETCH(QString, warnings);
        const ParsedPrompt parsed = parsePrompt(prompt.toStdString());
        QCOMPARE(shownSpans(parsed), expected);
        QStringList lines;
        for (const std::string& warning : parsed.warnings)
            lines << QString::fromStdString(warning);
        QCOMPARE(lines.join('\n'), warnings);
    }

    // Spans and weights, to the last bit, as an independent program has them: tests/reference/prompt_attention.py.
    void weighsAsA1111()
    {
        std::ifstream file(sourcePath("tests/data/prompt_attention.json"));
        const auto rows = nlohmann::json::parse(file);
        QVERIFY(rows.size() > 300);
        for (const auto& row : rows) {
            const std::string prompt = row[0];
            nlohmann::json got = nlohmann::json::array();
            for (const PromptSpan& span : parsePrompt(prompt).spans)
                if (!span.text.empty())
                    got.push_back({span.text, double(span.weight)});
            QVERIFY2(got == row[1], (prompt + "\n" + got.dump() + "\n" + row[1].dump()).c_str());
        }
    }

    void isLinearForHostilePrompts()
    {
        for (const char* pattern : {"(", "[", ")", ":", "(:", "(a", "[(", "\\", "(a:2", "BREAK ", "BREAK", "([)]",
                 "(a:1e9)", "\xff", "<a:", "<a:b>", "{", "{|", "__", "__a", "AND ", "embedding:", "[a|", "[a:1]",
                 "(a:.9)", "((a:.9)b:", "(: ", "([a"}) {
            const int most = int(maxPromptBytes / strlen(pattern));
            const ParsedPrompt parsed = parsePrompt(repeated(pattern, most));
            QVERIFY2(growsLinearly(most, [&](int count) { parsePrompt(repeated(pattern, count)); }), pattern);
            QVERIFY(parsed.warnings.size() <= 4);
            for (const PromptSpan& span : parsed.spans)
                QVERIFY(std::isfinite(span.weight) && std::abs(span.weight) <= maxPromptWeight);
        }
    }

    void refusesMoreThan64KiB()
    {
        QCOMPARE(parsePrompt(std::string(65536, 'a')).spans[0].text.size(), size_t(65536));
        try {
            parsePrompt(std::string(65537, 'a'));
            QFAIL("no Error");
        } catch (const Error& error) {
            QCOMPARE(int(error.kind), int(ErrorKind::BadArgument));
            QCOMPARE(error.what(), "the prompt has 65537 bytes, at most 65536 are allowed; shorten it");
        }
    }
};

ATHANOR_TEST(PromptSyntaxTest)
#include "prompt_syntax_test.moc"
