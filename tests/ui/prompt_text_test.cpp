// Weights changed in a prompt, and what each part of it means, in the editor's positions.
#include "ui/inspector/prompt_text.h"

#include "tests/support/test_program.h"

#include <QTest>

using namespace athanor;

class PromptTextTest : public QObject {
    Q_OBJECT
private slots:
    void weighs_data();
    void weighs();
    void comesBack_data();
    void comesBack();
    void marks_data();
    void marks();
    void findsFlaws_data();
    void findsFlaws();
};

namespace {

// "a [cat] b" with ⟦ ⟧ around what is selected, or ¦ for the cursor.
PromptSelection prompt(QString text)
{
    PromptSelection selection;
    const qsizetype cursor = text.indexOf(QChar(0xa6)); // ¦
    if (cursor >= 0) {
        text.remove(cursor, 1);
        selection.start = selection.end = int(cursor);
    } else {
        selection.start = int(text.indexOf(QChar(0x27e6)));
        text.remove(QChar(0x27e6));
        selection.end = int(text.indexOf(QChar(0x27e7)));
        text.remove(QChar(0x27e7));
    }
    selection.text = text;
    return selection;
}

QString shown(const PromptSelection& prompt)
{
    QString text = prompt.text;
    if (prompt.start == prompt.end)
        return text.insert(prompt.start, QChar(0xa6));
    return text.insert(prompt.end, QChar(0x27e7)).insert(prompt.start, QChar(0x27e6));
}

}

void PromptTextTest::weighs_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<double>("by");
    QTest::addColumn<QString>("after");
    const auto row = [](const char* name, const char* before, double by, const char* after) {
        QTest::newRow(name) << QString(before) << by << QString(after);
    };
    row("the word at the cursor", "a pur¦ple cat", 0.05, "a (pur¦ple:1.05) cat");
    row("at its begin", "a ¦purple cat", 0.1, "a (¦purple:1.1) cat");
    row("at its end", "a purple¦ cat", 0.1, "a (purple¦:1.1) cat");
    row("down from 1", "a pur¦ple cat", -0.05, "a (pur¦ple:0.95) cat");
    row("no word there", "a , ¦ , b", 0.05, "a , ¦ , b");
    row("an empty prompt", "¦", 0.05, "¦");
    row("a word with a hyphen", "a well-li¦t room", 0.1, "a (well-li¦t:1.1) room");
    row("commas end a word", "red,gr¦een,blue", 0.1, "red,(gr¦een:1.1),blue");
    row("a selection", "a ⟦purple cat⟧ here", 0.05, "a (⟦purple cat⟧:1.05) here");
    row("spaces around it stay outside", "a⟦ purple cat ⟧here", 0.05, "a (⟦purple cat⟧:1.05) here");
    row("only spaces", "a⟦   ⟧b", 0.05, "a⟦   ⟧b");
    row("has a weight: cursor", "a (purple:1.3¦) cat", 0.05, "a (purple¦:1.35) cat");
    row("has a weight: within", "a (pur¦ple:1.3) cat", -0.1, "a (pur¦ple:1.2) cat");
    row("has a weight: content selected", "a (⟦purple⟧:1.3) cat", 0.05, "a (⟦purple⟧:1.35) cat");
    row("has a weight: all selected", "a ⟦(purple:1.3)⟧ cat", 0.05, "a (⟦purple⟧:1.35) cat");
    row("before the bracket", "a ¦(purple:1.3) cat", 0.05, "a (¦purple:1.35) cat");
    row("back to 1: the brackets go", "a (pur¦ple:1.05) cat", -0.05, "a pur¦ple cat");
    row("back to 1 from below", "a (⟦purple⟧:0.95) cat", 0.05, "a ⟦purple⟧ cat");
    row("a weight of 1 written out", "(⟦a⟧:1)", 0.05, "(⟦a⟧:1.05)");
    row("bare brackets are 1.1", "a (pur¦ple) cat", 0.05, "a (pur¦ple:1.15) cat");
    row("bare brackets down to 1", "a (pur¦ple) cat", -0.1, "a pur¦ple cat");
    row("square brackets are 1/1.1", "a [pur¦ple] cat", -0.05, "a (pur¦ple:0.86) cat");
    row("double brackets become one", "a ((pur¦ple)) cat", 0.05, "a (pur¦ple:1.26) cat");
    row("double brackets selected", "⟦((moon))⟧", 0.04, "(⟦moon⟧:1.25)");
    row("round in square", "[(mo¦on)]", 0.05, "(mo¦on:1.05)");
    row("weight in brackets", "((mo¦on:1.5))", 0.05, "(mo¦on:1.7)");
    row("a group of words", "(a cat on a m¦at, sitting:1.2)", 0.05, "(a cat on a m¦at, sitting:1.25)");
    row("part of a group", "(a ⟦cat⟧ here:1.2)", 0.05, "(a (⟦cat⟧:1.05) here:1.2)");
    row("a group that holds one", "⟦a (cat:1.2) here⟧", 0.05, "(⟦a (cat:1.2) here⟧:1.05)");
    row("half a bracket selected: open", "⟦a (cat⟧ here) b", 0.05, "(⟦a (cat here)⟧:1.05) b");
    row("half a bracket selected: close", "x (a ⟦cat:1.2) here⟧ b", 0.05, "x (⟦(a cat:1.2) here⟧:1.05) b");
    row("a part of a weight selected", "x (cat⟦:1.2⟧) y", 0.05, "x (⟦cat⟧:1.25) y");
    row("never closed in it", "⟦a (cat⟧ here", 0.05, "⟦a (cat⟧ here");
    row("never opened in it", "⟦a cat) here⟧", 0.05, "⟦a cat) here⟧");
    row("never closed before it", "(a c¦at", 0.05, "(a (c¦at:1.05)");
    row("escaped brackets are no brackets", "a \\(⟦cat⟧\\) b", 0.05, "a \\((⟦cat⟧:1.05)\\) b");
    row("escaped brackets in it", "⟦cat \\(film\\)⟧", 0.05, "(⟦cat \\(film\\)⟧:1.05)");
    row("at the limit", "(⟦a⟧:10)", 0.05, "(⟦a⟧:10)");
    row("below zero", "(⟦a⟧:-0.05)", -0.05, "(⟦a⟧:-0.1)");
    row("past zero", "(⟦a⟧:0.05)", -0.1, "(⟦a⟧:-0.05)");
    row("letters of more bytes", "ein schö¦ner Tag", 0.05, "ein (schö¦ner:1.05) Tag");
    row("letters of two units", "\xF0\x9F\x98\x80 (\xF0\x9F\x98\x80 ⟦cat⟧)", 0.05,
        "\xF0\x9F\x98\x80 (\xF0\x9F\x98\x80 (⟦cat⟧:1.05))");
    row("over lines", "⟦a\nb⟧", 0.05, "(⟦a\nb⟧:1.05)");
    row("a time in it", "at 10:3¦0", 0.05, "at 10:(3¦0:1.05)");
}

void PromptTextTest::weighs()
{
    QFETCH(QString, before);
    QFETCH(double, by);
    QFETCH(QString, after);
    QCOMPARE(shown(withWeight(prompt(before), by)), after);
}

void PromptTextTest::comesBack_data()
{
    QTest::addColumn<QString>("before");
    for (const char* text : {"a pur¦ple cat", "⟦two words⟧ more", "x (⟦one⟧, two:1.4)", "⟦cat \\(film\\)⟧"})
        QTest::newRow(text) << QString(text);
}

// Ten up and ten down leave nothing behind.
void PromptTextTest::comesBack()
{
    QFETCH(QString, before);
    const PromptSelection begin = prompt(before);
    PromptSelection now = begin;
    for (int i = 0; i < 10; ++i)
        now = withWeight(now, 0.05);
    QVERIFY(now.text.contains(":1.5)"));
    for (int i = 0; i < 10; ++i)
        now = withWeight(now, -0.05);
    QCOMPARE(shown(now), shown(begin));
}

void PromptTextTest::marks_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("marks"); // kind, text and weight of each
    QTest::newRow("plain") << "a cat"
                           << "T'a cat'1 ";
    QTest::newRow("weight") << "a (b:1.3) c"
                            << "T'a '1 B'('1.3 T'b'1.3 W':1.3'1.3 B')'1.3 T' c'1 ";
    QTest::newRow("nested") << "(a [b])"
                            << "B'('1.1 T'a '1.1 B'['0.909 T'b'1 B']'0.909 B')'1.1 ";
    QTest::newRow("break") << "a BREAK b"
                           << "T'a'1 X'BREAK'1 T'b'1 ";
    QTest::newRow("escape") << "\\(a"
                            << "T'('1 T'a'1 ";
    QTest::newRow("two units each") << "ö\xF0\x9F\x98\x80(ß:2)x"
                                    << "T'ö\xF0\x9F\x98\x80'1 B'('2 T'ß'2 W':2'2 B')'2 T'x'1 ";
    QTest::newRow("lines") << "(a\nb:2)"
                           << "B'('2 T'a\nb'2 W':2'2 B')'2 ";
    QTest::newRow("no character") << QString("a") + QChar(0xd800) + "(b)"
                                  << QString("T'a") + QChar(0xd800) + "'1 B'('1.1 T'b'1.1 B')'1.1 ";
}

void PromptTextTest::marks()
{
    QFETCH(QString, text);
    QFETCH(QString, marks);
    QString shown;
    const LexedPrompt marked = markText(text);
    for (const PromptPiece& mark : marked.pieces) {
        shown += QStringLiteral("TXBBBBW")[int(mark.kind)];
        shown += '\'' + text.mid(qsizetype(mark.at), qsizetype(mark.length)) + '\''
            + QString::number(mark.weight, 'g', 3) + ' ';
    }
    QCOMPARE(shown, marks);
    for (size_t i = 0; i < marked.pieces.size(); ++i)
        if (marked.pieces[i].partner != PromptPiece::none)
            QCOMPARE(marked.pieces[marked.pieces[i].partner].partner, i);
}

void PromptTextTest::findsFlaws_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("flaws");
    QTest::newRow("none") << "a (b:1.2) [c] \\( \\)"
                          << "";
    QTest::newRow("never closed") << "a (b"
                                  << "1@2+1 ";
    QTest::newRow("never opened") << "ä b)"
                                  << "0@3+1 ";
    QTest::newRow("no number") << "(ä:1.2.3)"
                               << "2@3+5 ";
    QTest::newRow("crossed pairs are none") << "([)]"
                                            << "";
    QTest::newRow("not yet") << "ä <lora:b(:1)> [c:d:0.5] e AND f"
                             << "3@2+12 3@15+9 3@27+3 ";
    QTest::newRow("square and round") << "[a)"
                                      << "0@2+1 1@0+1 ";
}

void PromptTextTest::findsFlaws()
{
    QFETCH(QString, text);
    QFETCH(QString, flaws);
    QString shown;
    for (const PromptFault& flaw : markText(text).faults)
        shown += QStringLiteral("%1@%2+%3 ").arg(int(flaw.kind)).arg(flaw.at).arg(flaw.length);
    QCOMPARE(shown, flaws);
}

ATHANOR_TEST(PromptTextTest)
#include "prompt_text_test.moc"
