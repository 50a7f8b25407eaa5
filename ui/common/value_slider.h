// A slider whose part up to the value has the accent; a press anywhere takes the knob there.
#pragma once
#include <QAbstractSlider>

namespace athanor {

class ValueSlider : public QAbstractSlider {
    Q_OBJECT
public:
    explicit ValueSlider(QWidget* parent = nullptr);
    void setMixed(bool mixed); // no value to show
    QSize sizeHint() const override;
    int positionAt(double x) const; // of a point in it

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

private:
    double knobX() const;

    bool m_mixed = false;
};

}
