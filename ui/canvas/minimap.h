// The whole graph, small, with what is seen of it; a click or drag goes there. Hidden while everything is in view.
#pragma once
#include <QPixmap>
#include <QWidget>

namespace athanor {

class GraphView;

class Minimap : public QWidget {
    Q_OBJECT
public:
    explicit Minimap(GraphView& view);
    void setWanted(bool wanted);
    QRectF sceneRect() const { return m_scene; } // what it shows
    QPointF toScene(QPointF pixel) const;

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void refreshSoon(); // once, however many nodes change
    void showWhereUseful();
    QRectF seen() const; // of the scene
    void fill();
    void paintGraph(QPainter& painter) const;
    QRectF toPixels(const QRectF& rect) const;

    GraphView& m_view;
    bool m_isWanted = true, m_isStale = false;
    QPixmap m_graph; // null: to be painted
    QRectF m_scene;
    double m_scale = 1; // pixels of a unit
};

}
