// A prompt in the inspector: the editor, and below it how many tokens it takes and what was written before.
#pragma once
#include "ui/inspector/param_widgets.h"
#include "ui/inspector/prompt_edit.h"

#include <QTimer>

class QLabel;

namespace athanor {

class FlatButton;

class PromptField : public ParamWidget {
    Q_OBJECT
public:
    PromptField(Studio& studio, QWidget* parent);
    void display(const ParamValue& value, bool mixed) override;
    bool isWide() const override { return true; }

    PromptEdit& edit() { return *m_edit; }
    void setHistory(const QStringList& prompts);
    void setModel(const QString& model); // whose tokenizer counts; empty: none is known

protected:
    bool eventFilter(QObject* object, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

private:
    void openHistory();
    void count();

    Studio& m_studio;
    QString m_model;
    PromptEdit* m_edit;
    QLabel *m_tokens, *m_hint;
    FlatButton* m_historyButton;
    QStringList m_history;
    QTimer m_soon;
};

}
