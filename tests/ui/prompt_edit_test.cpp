// The editor of prompts with keys and mouse: what it tells, what it shows, what it leaves to the window.
#include "ui/inspector/prompt_edit.h"

#include "tests/support/test_program.h"
#include "tests/ui/fake_studio.h"
#include "ui/common/theme.h"
#include "ui/inspector/prompt_completer.h"
#include "ui/inspector/prompt_field.h"

#include <QLabel>
#include <QSignalSpy>
#include <QTest>
#include <QTextBlock>

using namespace athanor;

class PromptEditTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void tellsWhatIsTyped();
    void groupsByWords();
    void keepsItsCursor();
    void weighsByKeys();
    void weighingIsOneGesture();
    void colours();
    void followsTheTheme();
    void coloursAcrossLines();
    void matchesBrackets();
    void underlinesFlaws();
    void completes();
    void walksThroughHistory();
    void leavesToTheWindow_data();
    void leavesToTheWindow();
    void countsTokens();
    void growsWithItsText();
};

namespace {

// A parent that notes which keys the editor leaves to it.
class Around : public QWidget {
public:
    Around()
    {
        resize(400, 200);
        edit = new PromptEdit(this);
        edit->resize(380, 100);
        show();
        activateWindow();
        edit->setFocus();
    }
    bool isReady() { return QTest::qWaitForWindowActive(this) && edit->hasFocus(); }

    PromptEdit* edit;
    QList<int> left;

protected:
    void keyPressEvent(QKeyEvent* event) override
    {
        if (event->key() != Qt::Key_Control && event->key() != Qt::Key_Shift)
            left << event->key();
    }
};

// The format that is drawn at a position.
QTextCharFormat formatAt(const PromptEdit& edit, int position)
{
    const QTextBlock block = edit.document()->findBlock(position);
    QTextCharFormat found;
    for (const QTextLayout::FormatRange& range : block.layout()->formats()) {
        const int begin = block.position() + range.start;
        if (position >= begin && position < begin + range.length)
            found = range.format;
    }
    return found;
}

QColor colourAt(const PromptEdit& edit, int position)
{
    return formatAt(edit, position).foreground().color();
}

// The gestures of what was told, as small numbers in order: "1 1 1 2".
QString gestures(const QSignalSpy& spy)
{
    QStringList known, shown;
    for (const QList<QVariant>& told : spy) {
        if (!known.contains(told[1].toString()))
            known << told[1].toString();
        shown << QString::number(known.indexOf(told[1].toString()) + 1);
    }
    return shown.join(' ');
}

}

void PromptEditTest::initTestCase()
{
    applyTheme(*qApp, true);
}

void PromptEditTest::tellsWhatIsTyped()
{
    Around around;
    QVERIFY(around.isReady());
    QSignalSpy told(around.edit, &PromptEdit::edited);
    around.edit->display("a cat");
    QCOMPARE(told.size(), 0);
    QTest::keyClick(around.edit, Qt::Key_End);
    QTest::keyClicks(around.edit, "s");
    QCOMPARE(told.size(), 1);
    QCOMPARE(told[0][0].toString(), QString("a cats"));
    QTest::keyClick(around.edit, Qt::Key_Return);
    QCOMPARE(told.back()[0].toString(), QString("a cats\n"));
}

void PromptEditTest::groupsByWords()
{
    Around around;
    QVERIFY(around.isReady());
    QSignalSpy told(around.edit, &PromptEdit::edited);
    QTest::keyClicks(around.edit, "a cat, x");
    QCOMPARE(gestures(told), QString("1 1 2 2 2 2 2 3"));
    told.clear();
    QTest::keyClick(around.edit, Qt::Key_Backspace);
    QTest::keyClick(around.edit, Qt::Key_Backspace);
    QTest::keyClicks(around.edit, "y");
    QTest::keyClick(around.edit, Qt::Key_Home);
    QTest::keyClicks(around.edit, "z");
    QCOMPARE(gestures(told), QString("1 1 2 3"));
    QCOMPARE(around.edit->toPlainText(), QString("za cat,y"));
}

// As after an undo: the cursor goes to what changed, and what is typed next is another gesture.
void PromptEditTest::keepsItsCursor()
{
    Around around;
    QVERIFY(around.isReady());
    around.edit->display("one two three");
    around.edit->display("one 2 three");
    QCOMPARE(around.edit->textCursor().position(), 5);
    around.edit->display("one 2 three");
    QCOMPARE(around.edit->textCursor().position(), 5);
    around.edit->display(QString("one ") + QChar(0xd83d) + QChar(0xde00));
    around.edit->display(QString("one ") + QChar(0xd83d) + QChar(0xde01));
    QCOMPARE(around.edit->toPlainText(), QString("one ") + QChar(0xd83d) + QChar(0xde01));
}

void PromptEditTest::weighsByKeys()
{
    Around around;
    QVERIFY(around.isReady());
    around.edit->display("a purple cat");
    QTextCursor cursor = around.edit->textCursor();
    cursor.setPosition(4);
    around.edit->setTextCursor(cursor);
    QSignalSpy told(around.edit, &PromptEdit::edited);
    QTest::keyClick(around.edit, Qt::Key_Up, Qt::ControlModifier);
    QCOMPARE(around.edit->toPlainText(), QString("a (purple:1.05) cat"));
    QTest::keyClick(around.edit, Qt::Key_Up, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(around.edit->toPlainText(), QString("a (purple:1.15) cat"));
    QCOMPARE(around.edit->textCursor().position(), 5);
    QTest::keyClick(around.edit, Qt::Key_Down, Qt::ControlModifier | Qt::ShiftModifier);
    QTest::keyClick(around.edit, Qt::Key_Down, Qt::ControlModifier);
    QCOMPARE(around.edit->toPlainText(), QString("a purple cat"));
    QCOMPARE(told.size(), 4);
    cursor.setPosition(0);
    cursor.setPosition(8, QTextCursor::KeepAnchor);
    around.edit->setTextCursor(cursor);
    QTest::keyClick(around.edit, Qt::Key_Down, Qt::ControlModifier);
    QCOMPARE(around.edit->toPlainText(), QString("(a purple:0.95) cat"));
    QCOMPARE(around.edit->textCursor().selectedText(), QString("a purple"));
}

void PromptEditTest::weighingIsOneGesture()
{
    Around around;
    QVERIFY(around.isReady());
    around.edit->display("cat");
    QSignalSpy told(around.edit, &PromptEdit::edited);
    for (int i = 0; i < 3; ++i)
        QTest::keyClick(around.edit, Qt::Key_Up, Qt::ControlModifier);
    QTest::keyClicks(around.edit, "s");
    QCOMPARE(gestures(told), QString("1 1 1 2"));
}

void PromptEditTest::colours()
{
    Around around;
    const Theme& theme = athanor::theme(true);
    around.edit->display("plain (more:1.3) [less] BREAK \\(");
    QCOMPARE(colourAt(*around.edit, 0), theme.text);
    QCOMPARE(colourAt(*around.edit, 8), theme.accent);
    QVERIFY(formatAt(*around.edit, 8).fontWeight() > QFont::Normal);
    QCOMPARE(colourAt(*around.edit, 6), theme.accent); // the bracket
    QCOMPARE(colourAt(*around.edit, 13), theme.accent); // the number
    QVERIFY(colourAt(*around.edit, 19) != theme.text && colourAt(*around.edit, 19) != theme.accent);
    QVERIFY(colourAt(*around.edit, 19).lightness() < theme.text.lightness());
    QCOMPARE(colourAt(*around.edit, 25), theme.secondary);
    around.edit->display("plain");
    QCOMPARE(colourAt(*around.edit, 3), theme.text);
}

// Also one that has a transparent ground, as in the inspector.
void PromptEditTest::followsTheTheme()
{
    FakeStudio studio;
    PromptField field(studio, nullptr);
    field.resize(300, 200);
    field.display(std::string("plain"), false);
    field.show();
    applyTheme(*qApp, false);
    QTRY_COMPARE(colourAt(field.edit(), 0), athanor::theme(false).text);
    applyTheme(*qApp, true);
    QTRY_COMPARE(colourAt(field.edit(), 0), athanor::theme(true).text);
}

// A bracket in one line weighs what stands in the next.
void PromptEditTest::coloursAcrossLines()
{
    Around around;
    QVERIFY(around.isReady());
    const Theme& theme = athanor::theme(true);
    around.edit->display("(a\nbcd:1.5)");
    QCOMPARE(colourAt(*around.edit, 4), theme.accent);
    QTest::keyClick(around.edit, Qt::Key_Home, Qt::ControlModifier);
    QTest::keyClick(around.edit, Qt::Key_Delete);
    QCOMPARE(around.edit->toPlainText(), QString("a\nbcd:1.5)"));
    QTRY_COMPARE(colourAt(*around.edit, 3), theme.text);
}

void PromptEditTest::matchesBrackets()
{
    Around around;
    around.edit->display("a (b (c) d) e");
    const auto shown = [&](int at) {
        QTextCursor cursor = around.edit->textCursor();
        cursor.setPosition(at);
        around.edit->setTextCursor(cursor);
        QString places;
        for (const QTextEdit::ExtraSelection& selection : around.edit->extraSelections())
            places += QStringLiteral("%1 ").arg(selection.cursor.selectionStart());
        return places;
    };
    QCOMPARE(shown(2), QString("2 10 "));
    QCOMPARE(shown(11), QString("10 2 "));
    QCOMPARE(shown(5), QString("5 7 "));
    QCOMPARE(shown(0), QString());
}

void PromptEditTest::underlinesFlaws()
{
    Around around;
    const Theme& theme = athanor::theme(true);
    around.edit->display("a) (b:1.2.3)");
    QCOMPARE(formatAt(*around.edit, 0).underlineStyle(), QTextCharFormat::NoUnderline);
    QCOMPARE(formatAt(*around.edit, 1).underlineStyle(), QTextCharFormat::WaveUnderline);
    QCOMPARE(formatAt(*around.edit, 1).underlineColor(), theme.warning);
    QCOMPARE(formatAt(*around.edit, 7).underlineColor(), theme.error);
    QTextCursor cursor(around.edit->document());
    cursor.setPosition(8);
    QVERIFY(around.edit->flawAt(around.edit->cursorRect(cursor).center()).contains("no number"));
    cursor.setPosition(2);
    QVERIFY(around.edit->flawAt(around.edit->cursorRect(cursor).center()).contains("counts as text"));
    cursor.setPosition(4);
    QVERIFY(around.edit->flawAt(around.edit->cursorRect(cursor).center()).isEmpty());
}

void PromptEditTest::completes()
{
    Around around;
    QVERIFY(around.isReady());
    around.edit->setCompletions({"embedding:easynegative", "badhands", "easy", "unlike"});
    auto* list = around.edit->findChild<PromptCompleter*>();
    QTest::keyClicks(around.edit, "a e");
    QVERIFY(list->isHidden());
    QTest::keyClicks(around.edit, "a");
    QVERIFY(!list->isHidden());
    QCOMPARE(list->count(), 2);
    QCOMPARE(list->item(0)->text(), QString("easy")); // begins so, the other holds it
    QTest::keyClick(around.edit, Qt::Key_Down);
    QTest::keyClick(around.edit, Qt::Key_Return);
    QCOMPARE(around.edit->toPlainText(), QString("a embedding:easynegative"));
    QVERIFY(list->isHidden());
    QTest::keyClicks(around.edit, " ba");
    QVERIFY(!list->isHidden());
    QTest::keyClick(around.edit, Qt::Key_Escape);
    QVERIFY(list->isHidden());
    QTest::keyClicks(around.edit, " ");
    QTest::keyClick(around.edit, Qt::Key_Space, Qt::ControlModifier);
    QCOMPARE(list->count(), 4);
    QTest::keyClick(around.edit, Qt::Key_Tab);
    QCOMPARE(around.edit->toPlainText(), QString("a embedding:easynegative ba embedding:easynegative"));
}

void PromptEditTest::walksThroughHistory()
{
    Around around;
    QVERIFY(around.isReady());
    around.edit->setHistory({"first", "second"});
    QTest::keyClicks(around.edit, "mine");
    const auto after = [&](Qt::Key key) {
        QTest::keyClick(around.edit, key, Qt::AltModifier);
        return around.edit->toPlainText();
    };
    QCOMPARE(after(Qt::Key_Down), QString("mine"));
    QCOMPARE(after(Qt::Key_Up), QString("second"));
    QCOMPARE(after(Qt::Key_Up), QString("first"));
    QCOMPARE(after(Qt::Key_Up), QString("first"));
    QCOMPARE(after(Qt::Key_Down), QString("second"));
    QCOMPARE(after(Qt::Key_Down), QString("mine"));
    around.edit->display("second");
    QCOMPARE(after(Qt::Key_Up), QString("first")); // not itself again
}

void PromptEditTest::leavesToTheWindow_data()
{
    QTest::addColumn<int>("key");
    QTest::addColumn<int>("modifiers");
    QTest::newRow("run") << int(Qt::Key_Return) << int(Qt::ControlModifier);
    QTest::newRow("run, the other key") << int(Qt::Key_Enter) << int(Qt::ControlModifier | Qt::KeypadModifier);
    QTest::newRow("run first") << int(Qt::Key_Return) << int(Qt::ControlModifier | Qt::ShiftModifier);
    QTest::newRow("undo") << int(Qt::Key_Z) << int(Qt::ControlModifier);
    QTest::newRow("redo") << int(Qt::Key_Z) << int(Qt::ControlModifier | Qt::ShiftModifier);
}

void PromptEditTest::leavesToTheWindow()
{
    QFETCH(int, key);
    QFETCH(int, modifiers);
    Around around;
    QVERIFY(around.isReady());
    QTest::keyClicks(around.edit, "cat");
    QTest::keyClick(around.edit, Qt::Key(key), Qt::KeyboardModifiers(modifiers));
    QCOMPARE(around.edit->toPlainText(), QString("cat"));
    QCOMPARE(around.left, QList<int>{key});
}

void PromptEditTest::countsTokens()
{
    FakeStudio studio;
    PromptField field(studio, nullptr);
    field.resize(400, 150);
    field.setModel("starter");
    field.display(std::string("one two"), false);
    const auto shown = [&] { return field.findChildren<QLabel*>().front()->text(); };
    QTRY_COMPARE(shown(), QString("2 of 3 tokens"));
    QCOMPARE(studio.counted.back(), QString("starter"));
    field.display(std::string("one two three four"), false);
    QTRY_COMPARE(shown(), QString("4 of 6 tokens in 2 chunks"));
    emit studio.tokensChanged();
    const qsizetype before = studio.counted.size();
    QTRY_VERIFY(studio.counted.size() > before);
}

void PromptEditTest::growsWithItsText()
{
    Around around;
    const int least = around.edit->height();
    around.edit->display("1\n2\n3\n4\n5");
    const int five = around.edit->height();
    QVERIFY(five > least);
    around.edit->display(QString("line\n").repeated(100));
    QVERIFY(around.edit->height() > five && around.edit->height() < 4 * five);
    around.edit->display("");
    QCOMPARE(around.edit->height(), least);
}

ATHANOR_WINDOW_TEST(PromptEditTest)
#include "prompt_edit_test.moc"
