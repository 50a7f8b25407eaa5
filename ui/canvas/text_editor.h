// A field over the canvas in which a title or comment is edited: Enter or a click elsewhere keeps it, Escape does not.
#pragma once
#include <QPlainTextEdit>

#include <functional>

namespace athanor {

class TextEditor : public QPlainTextEdit {
    Q_OBJECT
public:
    // lines: Enter makes a new line, and Ctrl+Enter keeps the text.
    TextEditor(QWidget* parent, const QString& text, bool lines, std::function<void(const QString&)> keep);

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void finish(bool keeps);
    const bool m_lines;
    std::function<void(const QString&)> m_keep;
};

}
