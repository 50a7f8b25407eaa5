// A list to choose from by typing, arrow keys or mouse.
#pragma once
#include <QFrame>
#include <QLineEdit>
#include <QListWidget>

#include <functional>
#include <vector>

namespace athanor {

struct Choice {
    QString title, group, text; // what is chosen, of what kind it is, one line about it
    QColor colour; // of the mark before it
    std::function<void()> act;
    QString also = {}; // another title that it is found by, such as the English one
};

class ChoicePopup : public QFrame {
    Q_OBJECT
public:
    ChoicePopup(QWidget* parent, const QString& hint, std::vector<Choice> choices);
    void openAt(QPoint global); // it is deleted when it closes
    QLineEdit& search() { return *m_search; }
    QListWidget& list() { return *m_list; }

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void filter(const QString& typed);
    void choose();

    std::vector<Choice> m_choices;
    QLineEdit* m_search;
    QListWidget* m_list;
};

}
