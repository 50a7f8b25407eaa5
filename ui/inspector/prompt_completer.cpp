#include "ui/inspector/prompt_completer.h"

#include "ui/common/theme.h"

#include <QKeyEvent>
#include <QPlainTextEdit>
#include <QScreen>
#include <QTextBlock>

#include <algorithm>

namespace athanor {

namespace {

constexpr qsizetype leastBegun = 2, mostOffered = 40;
constexpr int mostRows = 8, leastWidth = 180;

bool isOfName(QChar c)
{
    return c.isLetterOrNumber() || QStringLiteral("_-.:<").contains(c);
}

}

PromptCompleter::PromptCompleter(QPlainTextEdit& edit)
    : QListWidget(&edit)
    , m_edit(edit)
{
    setWindowFlags(Qt::ToolTip);
    setAttribute(Qt::WA_ShowWithoutActivating);
    setFocusPolicy(Qt::NoFocus);
    setFocusProxy(&edit);
    setFont(monospaceFont());
    setUniformItemSizes(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFrameShape(QFrame::StyledPanel);
    connect(this, &QListWidget::itemClicked, this, &PromptCompleter::insert);
}

QString PromptCompleter::begun() const
{
    const QTextCursor cursor = m_edit.textCursor();
    const QString block = cursor.block().text().left(cursor.positionInBlock());
    qsizetype start = block.size();
    while (start > 0 && isOfName(block[start - 1]))
        --start;
    return block.mid(start);
}

void PromptCompleter::offer(bool always)
{
    const QString typed = begun();
    clear();
    if (!always && typed.size() < leastBegun)
        return hide();
    QStringList starts, holds;
    for (const QString& word : m_words) {
        if (word == typed)
            continue;
        if (word.startsWith(typed, Qt::CaseInsensitive))
            starts << word;
        else if (word.contains(typed, Qt::CaseInsensitive))
            holds << word;
    }
    addItems((starts + holds).mid(0, mostOffered));
    if (count() == 0)
        return hide();
    setCurrentRow(0);
    const int width = std::max(leastWidth, sizeHintForColumn(0) + 24);
    resize(width, sizeHintForRow(0) * std::min(count(), mostRows) + 2 * frameWidth() + 2);
    const QRect cursor = m_edit.cursorRect();
    QPoint place = m_edit.viewport()->mapToGlobal(cursor.bottomLeft() + QPoint(0, 4));
    const QRect screen = m_edit.screen()->availableGeometry();
    if (place.y() + height() > screen.bottom())
        place.setY(m_edit.viewport()->mapToGlobal(cursor.topLeft()).y() - height() - 4);
    place.setX(std::clamp(place.x(), screen.left(), std::max(screen.left(), screen.right() - width)));
    move(place);
    show();
}

bool PromptCompleter::take(const QKeyEvent& key)
{
    if (isHidden() || key.modifiers().testFlag(Qt::ControlModifier) || key.modifiers().testFlag(Qt::AltModifier))
        return false;
    switch (key.key()) {
    case Qt::Key_Down:
        setCurrentRow((currentRow() + 1) % count());
        return true;
    case Qt::Key_Up:
        setCurrentRow((currentRow() + count() - 1) % count());
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Tab:
        insert(currentItem());
        return true;
    case Qt::Key_Escape:
        hide();
        return true;
    default:
        return false;
    }
}

void PromptCompleter::insert(QListWidgetItem* item)
{
    if (!item)
        return;
    const QString word = item->text();
    const qsizetype typed = begun().size();
    hide();
    QTextCursor cursor = m_edit.textCursor();
    cursor.movePosition(QTextCursor::Left, QTextCursor::KeepAnchor, int(typed));
    cursor.insertText(word);
    m_edit.setTextCursor(cursor);
    hide(); // the insertion was a change like any other
}

}
