// Asks what shall become of a file that another program has changed, and shows what differs.
#pragma once
#include "inference/graph/graph_difference.h"

#include <QDialog>

#include <cstdint>

class QLabel;
class QPushButton;
class QTreeWidget;

namespace athanor {

class ChangedFileDialog : public QDialog {
    Q_OBJECT
public:
    enum class Choice : uint8_t { Overwrite, SaveAs, Reload };
    struct Facts {
        QString name; // of the file
        QString problem; // why it cannot be read; empty: it can
        bool readOnly = false; // what is there is of a newer version
        GraphDifference difference; // from the file to what is open
    };
    explicit ChangedFileDialog(const Facts& facts, QWidget* parent = nullptr);

    void showDifference();
    QTreeWidget& difference() { return *m_tree; }
    QPushButton& button(Choice choice) { return *m_buttons[size_t(choice)]; }
    QPushButton& compareButton() { return *m_compare; }

signals:
    void chosen(athanor::ChangedFileDialog::Choice choice);

private:
    void fill(const GraphDifference& difference);
    void makeButtons(const Facts& facts);

    QTreeWidget* m_tree;
    QPushButton* m_compare;
    QPushButton* m_buttons[3]; // by Choice
};

}
