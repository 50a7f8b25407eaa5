// A line of text that is meant at Return, when the focus leaves it and before a command with Ctrl; Escape takes back
// what was typed. Undo beyond that is the window's.
#pragma once
#include <QLineEdit>

namespace athanor {

bool isUndoOrRedo(const QKeyEvent& key);

class FieldEdit : public QLineEdit {
    Q_OBJECT
public:
    explicit FieldEdit(QWidget* parent = nullptr);

    // What it stands for now; what is being typed stays.
    void display(const QString& text);
    void commit();

signals:
    void committed(const QString& text);
    void stepped(int steps, bool large); // arrow keys and, while it has the focus, the wheel: up is positive

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

private:
    QString m_known;
};

}
