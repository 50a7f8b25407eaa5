#include "ui/canvas/text_editor.h"

#include <QKeyEvent>

#include <utility>

namespace athanor {

TextEditor::TextEditor(QWidget* parent, const QString& text, bool lines, std::function<void(const QString&)> keep)
    : QPlainTextEdit(text, parent)
    , m_lines(lines)
    , m_keep(std::move(keep))
{
    setObjectName(QStringLiteral("canvasText"));
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(lines ? Qt::ScrollBarAsNeeded : Qt::ScrollBarAlwaysOff);
    setTabChangesFocus(true);
    selectAll();
}

void TextEditor::finish(bool keeps)
{
    if (const auto keep = std::exchange(m_keep, nullptr); keep && keeps)
        keep(toPlainText());
    if (hasFocus())
        parentWidget()->setFocus();
    deleteLater();
}

bool TextEditor::event(QEvent* event)
{
    if (event->type() != QEvent::ShortcutOverride)
        return QPlainTextEdit::event(event);
    event->accept(); // typing here is nobody else's
    return true;
}

void TextEditor::keyPressEvent(QKeyEvent* event)
{
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (event->key() == Qt::Key_Escape)
        return finish(false);
    if (enter && (!m_lines || event->modifiers() & Qt::ControlModifier))
        return finish(true);
    QPlainTextEdit::keyPressEvent(event);
}

void TextEditor::focusOutEvent(QFocusEvent* event)
{
    QPlainTextEdit::focusOutEvent(event);
    if (m_keep && event->reason() != Qt::PopupFocusReason)
        finish(true);
}

}
