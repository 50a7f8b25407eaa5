// The editor of a prompt. Its text belongs to the workflow, whose undo is the window's: it keeps none of its own.
#pragma once
#include <QPlainTextEdit>

#include <cstdint>
#include <vector>

namespace athanor {

class PromptCompleter;
class PromptHighlighter;

class PromptEdit : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit PromptEdit(QWidget* parent = nullptr);

    // What it stands for now; the cursor stays where it can. Never emits edited().
    void display(const QString& text);
    void setHistory(const QStringList& prompts); // the latest last; Alt+Up and Alt+Down walk in it
    void setCompletions(const QStringList& words); // offered while one of them is begun, and by Ctrl+Space
    void setBoundaries(const std::vector<int>& positions); // where a further chunk begins
    // As Ctrl+Up and Ctrl+Down do: by 0.05, with Shift by 0.1.
    void changeWeight(double by);
    // Instead of the whole text, by the user.
    void replaceBy(const QString& text);
    // What is wrong at a point of the viewport, as a sentence; empty: nothing.
    QString flawAt(const QPoint& point) const;

signals:
    // By the user. Changes with the same gesture belong together: one word.
    void edited(const QString& text, const QString& gesture);

protected:
    bool event(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void insertFromMimeData(const QMimeData* source) override;

private:
    enum class Doing : uint8_t { Other, Typing, Deleting };
    bool command(const QKeyEvent& key);
    void walkHistory(int by);
    void beginGesture(const QKeyEvent& key);
    void textWasChanged();
    void fitHeight();
    void showBrackets();

    // All colours are the program's: the palette of an editor on a drawn frame has none of its own.
    PromptHighlighter* m_highlighter;
    PromptCompleter* m_completer;
    QString m_known; // what it was told to show, which the editor may hold in another form
    QString m_gesture, m_draft;
    Doing m_doing = Doing::Other;
    bool m_afterWord = false;
    int m_cursor = -1; // where the last change left it
    QStringList m_history;
    int m_place = -1; // in the history; -1: the text is one's own
    std::vector<int> m_boundaries;
};

}
