// A sentence above the canvas: why something cannot be done.
#pragma once
#include <QLabel>
#include <QTimer>

namespace athanor {

class CanvasTip : public QLabel {
    Q_OBJECT
public:
    explicit CanvasTip(QWidget* parent);
    void tell(const QString& sentence); // at the foot, for some seconds
    void tellAt(const QString& sentence, QPoint at); // beside a place; empty: no more

private:
    void place(const QString& sentence);
    QTimer m_gone;
};

}
