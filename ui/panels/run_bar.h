// The bar across the top: what is open on the left, and on the right the way from a workflow to a picture.
#pragma once
#include "ui/common/runs.h"

#include <QFrame>

class QAction;
class QLabel;
class QMenuBar;
class QSpinBox;
class QToolButton;

namespace athanor {

struct RunActions {
    QAction *run, *pause, *cancel;
    QAction* addNode; // may be null
    QList<QAction*> previews; // to choose from
};

class RunBar : public QFrame {
    Q_OBJECT
public:
    RunBar(QMenuBar* menus, const RunActions& actions, Runs& runs, QWidget* parent = nullptr);

    void setDocument(const QString& name, const QString& state); // "edited", "read-only"
    int batch() const;
    void setBatch(int count);
    static constexpr int maxBatch = 999;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void nameDocument();
    void resizeEvent(QResizeEvent* event) override;

    Runs& m_runs;
    QLabel *m_name, *m_state;
    QString m_wholeName;
    QToolButton* m_preview;
    QSpinBox* m_batch;
};

}
