// The line at the bottom: what runs, what waits, and on the right the device, the model and when the work was kept.
#pragma once
#include "ui/common/runs.h"

#include <QStatusBar>

class QDateTime;
class QLabel;
class QToolButton;

namespace athanor {

class StatusLine : public QStatusBar {
    Q_OBJECT
public:
    explicit StatusLine(Runs& runs, QWidget* parent = nullptr);

    void setDevice(const DeviceStatus& status);
    void setModel(const QString& name);
    void setKept(const QDateTime& when); // invalid: nothing to keep
    void say(const QString& text, bool isProblem = false); // for some seconds
    QString stateText() const;

signals:
    void queueWanted();
    void deviceWanted();

private:
    void refreshState();
    void refreshKept();
    void paintDot(const QColor& colour);

    Runs& m_runs;
    QLabel *m_dot, *m_state, *m_model, *m_kept;
    QToolButton *m_queue, *m_device;
    DeviceStatus m_status;
    qint64 m_keptAt = 0; // ms
};

}
