#include "ui/inspector/field_edit.h"

#include <QKeyEvent>

#include <algorithm>

namespace athanor {

namespace {

// Keys with Ctrl that edit the line itself; any other is a command of the window, which wants what was typed.
bool isOfTheLine(const QKeyEvent& key)
{
    constexpr int keys[] = {Qt::Key_A, Qt::Key_C, Qt::Key_V, Qt::Key_X, Qt::Key_Y, Qt::Key_Z, Qt::Key_Left,
        Qt::Key_Right, Qt::Key_Home, Qt::Key_End, Qt::Key_Backspace, Qt::Key_Delete, Qt::Key_Control, Qt::Key_Shift};
    return std::ranges::find(keys, key.key()) != std::end(keys);
}

}

bool isUndoOrRedo(const QKeyEvent& key)
{
    return key.matches(QKeySequence::Undo) || key.matches(QKeySequence::Redo);
}

FieldEdit::FieldEdit(QWidget* parent)
    : QLineEdit(parent)
{
}

void FieldEdit::display(const QString& text)
{
    m_known = text;
    if (!isModified() && this->text() != text)
        setText(text);
}

void FieldEdit::commit()
{
    if (!isModified())
        return;
    setModified(false);
    const QString typed = text();
    emit committed(typed);
    if (!isModified() && text() != m_known)
        setText(m_known); // refused, or brought into range
}

bool FieldEdit::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        const auto& key = *static_cast<QKeyEvent*>(event);
        if (isUndoOrRedo(key) && !isModified())
            return false;
        if (key.modifiers().testFlag(Qt::ControlModifier) && !isOfTheLine(key))
            commit();
    }
    return QLineEdit::event(event);
}

void FieldEdit::keyPressEvent(QKeyEvent* event)
{
    const bool returns = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    const bool steps = event->key() == Qt::Key_Up || event->key() == Qt::Key_Down;
    if (isUndoOrRedo(*event) && !isModified()) {
        event->ignore();
    } else if (event->key() == Qt::Key_Escape && isModified()) {
        setText(m_known);
    } else if (steps && !event->modifiers().testFlag(Qt::ControlModifier)) {
        commit();
        emit stepped(event->key() == Qt::Key_Up ? 1 : -1, event->modifiers().testFlag(Qt::ShiftModifier));
    } else if (returns) {
        commit();
        selectAll();
        event->setAccepted(event->modifiers() == Qt::NoModifier || event->modifiers() == Qt::KeypadModifier);
    } else {
        QLineEdit::keyPressEvent(event);
    }
}

void FieldEdit::focusOutEvent(QFocusEvent* event)
{
    if (event->reason() != Qt::PopupFocusReason)
        commit();
    QLineEdit::focusOutEvent(event);
}

void FieldEdit::wheelEvent(QWheelEvent* event)
{
    if (!hasFocus() || event->angleDelta().y() == 0) {
        event->ignore(); // the panel scrolls
        return;
    }
    commit();
    emit stepped(event->angleDelta().y() > 0 ? 1 : -1, event->modifiers().testFlag(Qt::ShiftModifier));
    event->accept();
}

}
