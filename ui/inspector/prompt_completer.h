// The list of words that begin or hold what is being typed, below the cursor. The editor keeps the focus.
#pragma once
#include <QListWidget>

class QKeyEvent;
class QPlainTextEdit;

namespace athanor {

class PromptCompleter : public QListWidget {
    Q_OBJECT
public:
    explicit PromptCompleter(QPlainTextEdit& edit);
    void setWords(const QStringList& words) { m_words = words; }
    // Offers what fits the word before the cursor; `always`: also if little of it is there.
    void offer(bool always);
    // Whether the key was for the list.
    bool take(const QKeyEvent& key);

private:
    QString begun() const; // the part of a word before the cursor
    void insert(QListWidgetItem* item);

    QPlainTextEdit& m_edit;
    QStringList m_words;
};

}
