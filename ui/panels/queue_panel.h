// Runs that wait, the one in progress, and those that are over, with what can be done about each.
#pragma once
#include "ui/common/runs.h"

#include <QWidget>

class QListWidget;
class QListWidgetItem;
class QToolButton;

namespace athanor {

class QueuePanel : public QWidget {
    Q_OBJECT
public:
    QueuePanel(Studio& studio, Runs& runs, QWidget* parent = nullptr);

    QListWidget& list() { return *m_list; }

public slots:
    void moveUp() { moveCurrent(-1); }
    void moveDown() { moveCurrent(1); }
    void removeCurrent(); // cancels, or takes from the list what is over
    void runAgain();

signals:
    void workflowWanted(const athanor::Graph& graph, const QString& title);
    void shown(const QImage& picture);
    void fileShown(const QString& file);

private:
    void refresh();
    void refreshProgress();
    void enableActions();
    void moveCurrent(int by);
    qint64 currentRun() const;
    int placeOf(qint64 run) const; // among those that wait; −1: it does not
    void showMenu(QPoint place);
    QToolButton* addButton(const char* iconName, const QString& tip, void (QueuePanel::*act)());
    void addKey(const QKeySequence& key, void (QueuePanel::*act)());

    Studio& m_studio;
    Runs& m_runs;
    QListWidget* m_list;
    QToolButton *m_up, *m_down, *m_again, *m_remove;
    bool m_refreshing = false;
};

}
