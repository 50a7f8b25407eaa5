// The list of what keys do: searched by typing, changed by clicking a row and pressing keys.
#pragma once
#include "ui/common/shortcuts.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QPushButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace athanor {

class ShortcutDialog : public QDialog {
    Q_OBJECT
public:
    ShortcutDialog(ShortcutKeys& keys, QWidget* parent); // goes when it is closed

    QLineEdit& search() { return *m_search; }
    QTreeWidget& list() { return *m_list; }
    QString message() const; // below the list
    QTreeWidgetItem* itemOf(const QString& id) const;
    bool isListening() const { return !m_listening.isEmpty(); } // for keys of a row

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    QWidget* makeFoot();
    void fill();
    void refresh();
    void filter(const QString& words);
    void listen(QTreeWidgetItem* item);
    void stopListening();
    void heard(const QKeySequence& key);
    void takeOver();
    QString currentId() const;

    ShortcutKeys& m_keys;
    QLineEdit* m_search;
    QTreeWidget* m_list;
    QLabel* m_message;
    QPushButton *m_takeOver, *m_remove, *m_reset, *m_resetAll;
    QString m_listening; // id; empty: not
    QString m_wantedFor; // id, of a key that another has
    QKeySequence m_wanted;
};

}
