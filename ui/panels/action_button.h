// A button that does what an action does, is enabled and checked as it is, and may tell its key beside the text.
#pragma once
#include <QPushButton>

class QAction;

namespace athanor {

class ActionButton : public QPushButton {
    Q_OBJECT
public:
    // showsKey: the action's first key stands dimmed beside the text.
    ActionButton(QAction& action, const QString& text, bool showsKey, QWidget* parent = nullptr);

    void setPrimary(); // the one that the window is about
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void follow();
    int textWidth() const;

    QAction& m_action;
    const QString m_text;
    const bool m_showsKey;
    QString m_hint;
};

}
