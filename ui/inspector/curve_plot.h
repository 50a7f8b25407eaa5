// A curve over the steps of a run: points at even distances, dragged up and down.
#pragma once
#include <QWidget>

#include <vector>

namespace athanor {

class CurvePlot : public QWidget {
    Q_OBJECT
public:
    explicit CurvePlot(QWidget* parent = nullptr);
    void display(const std::vector<double>& values); // none: 1 all the way
    const std::vector<double>& values() const { return m_values; }
    QPointF pointAt(size_t index) const; // where it is drawn
    QSize sizeHint() const override;

signals:
    void changed(const std::vector<double>& values, const QString& gesture); // by the user

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QRectF plot() const;
    void setRange();
    void drag(double y);
    void set(double value, const QString& gesture);

    std::vector<double> m_values; // at least two
    double m_low = 0, m_high = 1; // shown; while a point is dragged it stays
    size_t m_chosen = 0;
    QString m_gesture; // while dragging
};

// The same curve with so many points, at least two.
std::vector<double> resampled(const std::vector<double>& values, size_t count);

}
