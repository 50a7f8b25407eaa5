#include "ui/inspector/prompt_edit.h"

#include "ui/common/theme.h"
#include "ui/document/labels.h"
#include "ui/inspector/field_edit.h"
#include "ui/inspector/param_widgets.h"
#include "ui/inspector/prompt_completer.h"
#include "ui/inspector/prompt_highlighter.h"
#include "ui/inspector/prompt_text.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QSignalBlocker>
#include <QTextBlock>
#include <QToolTip>

#include <algorithm>

namespace athanor {

namespace {

constexpr double smallStep = 0.05, largeStep = 0.1;
constexpr int leastLines = 3, mostLines = 10;

bool isReturn(const QKeyEvent& key)
{
    return key.key() == Qt::Key_Return || key.key() == Qt::Key_Enter;
}

// Keys that mean something here, whatever they mean to the window.
bool isOwn(const QKeyEvent& key)
{
    const bool vertical = key.key() == Qt::Key_Up || key.key() == Qt::Key_Down;
    return (vertical && (key.modifiers() & (Qt::ControlModifier | Qt::AltModifier)))
        || (key.key() == Qt::Key_Space && !(key.modifiers() & Qt::AltModifier));
}

// The parts that two texts have in common at their begin and end, never half a character.
std::pair<qsizetype, qsizetype> commonEnds(const QString& a, const QString& b)
{
    const qsizetype shorter = std::min(a.size(), b.size());
    qsizetype head = 0, tail = 0;
    while (head < shorter && a[head] == b[head])
        ++head;
    if (head > 0 && a[head - 1].isHighSurrogate())
        --head;
    while (tail < shorter - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail])
        ++tail;
    if (tail > 0 && a[a.size() - tail].isLowSurrogate())
        --tail;
    return {head, tail};
}

// `shown`: the part of the prompt.
QString sentence(const PromptFault& flaw, const QString& shown)
{
    switch (flaw.kind) {
    case PromptFault::Kind::NeverOpened:
        return PromptEdit::tr("Nothing is open that this bracket could close, so it counts as text. Write \\) if that "
                              "is meant.");
    case PromptFault::Kind::NeverClosed:
        return PromptEdit::tr("This bracket is never closed and reaches to the end. Write \\( if text is meant.");
    case PromptFault::Kind::NoNumber:
        return PromptEdit::tr("This weight is no number such as 1.3, so it counts as text.");
    case PromptFault::Kind::NotYet:
        return nodeText(flaw.sentence).replace(QStringLiteral("%1"), shown);
    }
    return {};
}

}

PromptEdit::PromptEdit(QWidget* parent)
    : QPlainTextEdit(parent)
    , m_highlighter(new PromptHighlighter(document(), themeInUse()))
    , m_completer(new PromptCompleter(*this))
{
    setUndoRedoEnabled(false);
    setTabChangesFocus(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    document()->setDocumentMargin(2);
    connect(this, &QPlainTextEdit::textChanged, this, &PromptEdit::textWasChanged);
    connect(this, &QPlainTextEdit::cursorPositionChanged, this, &PromptEdit::showBrackets);
    connect(
        document()->documentLayout(), &QAbstractTextDocumentLayout::documentSizeChanged, this, &PromptEdit::fitHeight);
    fitHeight();
}

void PromptEdit::display(const QString& text)
{
    if (text == m_known)
        return;
    m_known = text;
    const QString old = toPlainText();
    const auto [head, tail] = commonEnds(old, text);
    const QSignalBlocker blocker(this);
    QTextCursor cursor(document());
    cursor.setPosition(int(head));
    cursor.setPosition(int(old.size() - tail), QTextCursor::KeepAnchor);
    cursor.insertText(text.mid(head, text.size() - head - tail));
    setTextCursor(cursor);
    m_cursor = -1; // what is typed next is a gesture of its own
    m_completer->hide();
    m_highlighter->rehighlight();
    fitHeight();
    showBrackets();
}

void PromptEdit::setHistory(const QStringList& prompts)
{
    if (prompts == m_history)
        return;
    m_history = prompts;
    m_place = -1;
}

void PromptEdit::setCompletions(const QStringList& words)
{
    m_completer->setWords(words);
}

void PromptEdit::setBoundaries(const std::vector<int>& positions)
{
    if (positions == m_boundaries)
        return;
    m_boundaries = positions;
    viewport()->update();
}

// The editor shows a change by the user at once; the document follows by edited().
void PromptEdit::textWasChanged()
{
    const QString text = toPlainText();
    if (text == m_known)
        return; // only its looks
    m_known = text;
    if (m_gesture.isEmpty())
        m_gesture = newGesture("edit");
    m_cursor = textCursor().position();
    if (blockCount() > 1) // a bracket here may change what another line weighs
        QMetaObject::invokeMethod(m_highlighter, &QSyntaxHighlighter::rehighlight, Qt::QueuedConnection);
    emit edited(text, m_gesture);
}

void PromptEdit::replaceBy(const QString& text)
{
    m_gesture = newGesture("replace");
    QTextCursor cursor(document());
    cursor.select(QTextCursor::Document);
    cursor.insertText(text);
    setTextCursor(cursor);
    m_completer->hide();
}

void PromptEdit::changeWeight(double by)
{
    const QTextCursor cursor = textCursor();
    const PromptSelection before{toPlainText(), cursor.selectionStart(), cursor.selectionEnd()};
    const PromptSelection after = withWeight(before, by);
    if (after == before)
        return;
    m_gesture = QStringLiteral("weight");
    m_doing = Doing::Other;
    const auto [head, tail] = commonEnds(before.text, after.text);
    QTextCursor edit(document());
    edit.setPosition(int(head));
    edit.setPosition(int(before.text.size() - tail), QTextCursor::KeepAnchor);
    edit.insertText(after.text.mid(head, after.text.size() - head - tail));
    edit.setPosition(after.start);
    edit.setPosition(after.end, QTextCursor::KeepAnchor);
    setTextCursor(edit);
}

void PromptEdit::walkHistory(int by)
{
    const int size = int(m_history.size());
    if (m_place < 0) {
        if (by > 0 || size == 0)
            return;
        m_draft = toPlainText();
        m_place = size;
        if (m_history.back() == m_draft)
            --m_place;
    }
    m_place = std::clamp(m_place + by, 0, size);
    replaceBy(m_place == size ? m_draft : m_history[m_place]);
    if (m_place == size)
        m_place = -1;
}

// True: done. What the window is to have is left to it by keyPressEvent.
bool PromptEdit::command(const QKeyEvent& key)
{
    const bool up = key.key() == Qt::Key_Up, down = key.key() == Qt::Key_Down;
    if ((up || down) && key.modifiers().testFlag(Qt::ControlModifier)) {
        const double step = key.modifiers().testFlag(Qt::ShiftModifier) ? largeStep : smallStep;
        changeWeight(up ? step : -step);
        return true;
    }
    if ((up || down) && key.modifiers().testFlag(Qt::AltModifier)) {
        walkHistory(up ? -1 : 1);
        return true;
    }
    if (key.key() == Qt::Key_Space && key.modifiers().testFlag(Qt::ControlModifier)) {
        m_completer->offer(true);
        return true;
    }
    return m_completer->take(key);
}

// A word with the spaces after it is one gesture, a row of deletions another.
void PromptEdit::beginGesture(const QKeyEvent& key)
{
    const QString typed = key.text();
    const bool plain = !(key.modifiers() & (Qt::ControlModifier | Qt::AltModifier));
    const bool types = plain && !typed.isEmpty() && (typed[0].isPrint() || isReturn(key));
    const bool deletes = plain && (key.key() == Qt::Key_Backspace || key.key() == Qt::Key_Delete);
    const Doing doing = types ? Doing::Typing : deletes ? Doing::Deleting : Doing::Other;
    const bool isWord = types && typed[0].isLetterOrNumber();
    const bool goesOn = doing == m_doing && doing != Doing::Other && textCursor().position() == m_cursor
        && !textCursor().hasSelection() && !(isWord && m_afterWord);
    if (!goesOn)
        m_gesture = newGesture("type");
    m_doing = doing;
    m_afterWord = types && !isWord;
}

void PromptEdit::keyPressEvent(QKeyEvent* event)
{
    if (command(*event))
        return event->accept();
    if (isUndoOrRedo(*event) || (isReturn(*event) && event->modifiers().testFlag(Qt::ControlModifier)))
        return event->ignore();
    beginGesture(*event);
    const QString before = m_known;
    QPlainTextEdit::keyPressEvent(event);
    if (m_known == before) { // moved, copied, …
        m_completer->hide();
        return;
    }
    m_place = -1;
    if (m_doing == Doing::Typing || !m_completer->isHidden())
        m_completer->offer(false);
}

bool PromptEdit::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        const auto& key = *static_cast<QKeyEvent*>(event);
        if (isUndoOrRedo(key) || (isReturn(key) && key.modifiers().testFlag(Qt::ControlModifier))) {
            event->ignore();
            return false;
        }
        if (isOwn(key) || (!m_completer->isHidden() && key.key() == Qt::Key_Escape)) {
            event->accept();
            return true;
        }
    }
    return QPlainTextEdit::event(event);
}

void PromptEdit::insertFromMimeData(const QMimeData* source)
{
    m_gesture = newGesture("paste");
    m_doing = Doing::Other;
    QPlainTextEdit::insertFromMimeData(source);
}

void PromptEdit::focusOutEvent(QFocusEvent* event)
{
    m_completer->hide();
    m_doing = Doing::Other;
    QPlainTextEdit::focusOutEvent(event);
}

void PromptEdit::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange && m_highlighter)
        m_highlighter->setTheme(themeInUse());
    QPlainTextEdit::changeEvent(event);
}

QString PromptEdit::flawAt(const QPoint& point) const
{
    const int at = cursorForPosition(point).position();
    for (const PromptFault& flaw : m_highlighter->marks().faults)
        if (at >= int(flaw.at) && at <= int(flaw.at + flaw.length))
            return sentence(flaw, toPlainText().mid(qsizetype(flaw.at), qsizetype(flaw.length)));
    return {};
}

bool PromptEdit::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const QString text = flawAt(help->pos());
        QToolTip::showText(help->globalPos(), text, viewport());
        return true;
    }
    return QPlainTextEdit::viewportEvent(event);
}

void PromptEdit::showBrackets()
{
    const int at = textCursor().position();
    QList<QTextEdit::ExtraSelection> shown;
    const std::vector<PromptPiece>& marks = m_highlighter->marks().pieces;
    for (const PromptPiece& mark : marks) {
        const bool touches = int(mark.at) == at || int(mark.at) + 1 == at;
        if (!mark.isBracket() || !touches || mark.partner == PromptPiece::none)
            continue;
        for (const PromptPiece* bracket : {&mark, &marks[mark.partner]}) {
            QTextEdit::ExtraSelection selection;
            selection.cursor = QTextCursor(document());
            selection.cursor.setPosition(int(bracket->at));
            selection.cursor.setPosition(int(bracket->at) + 1, QTextCursor::KeepAnchor);
            selection.format.setBackground(themeInUse().line);
            shown << selection;
        }
        break;
    }
    setExtraSelections(shown);
}

void PromptEdit::paintEvent(QPaintEvent* event)
{
    QPlainTextEdit::paintEvent(event);
    if (m_boundaries.empty())
        return;
    QPainter painter(viewport());
    painter.setPen(QPen(themeInUse().secondary, 1, Qt::DashLine));
    for (const int at : m_boundaries) {
        if (at < 0 || at >= document()->characterCount())
            continue;
        QTextCursor cursor(document());
        cursor.setPosition(at);
        const QRect place = cursorRect(cursor);
        painter.drawLine(place.topLeft() - QPoint(1, 0), place.bottomLeft() - QPoint(1, 0));
    }
}

void PromptEdit::resizeEvent(QResizeEvent* event)
{
    QPlainTextEdit::resizeEvent(event);
    fitHeight();
}

void PromptEdit::fitHeight()
{
    int lines = 0;
    for (QTextBlock block = document()->begin(); block.isValid() && lines < mostLines; block = block.next())
        lines += std::max(1, block.lineCount());
    const int height = std::clamp(lines, leastLines, mostLines) * fontMetrics().lineSpacing()
        + int(2 * document()->documentMargin()) + 2;
    if (height != this->height())
        setFixedHeight(height);
}

}
