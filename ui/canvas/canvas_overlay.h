// What is painted above everything while the mouse does something: the link being dragged, the frame of a selection.
#pragma once
#include "ui/canvas/node_item.h"

namespace athanor {

class CanvasOverlay : public QGraphicsItem {
public:
    explicit CanvasOverlay(CanvasStyle& style);

    struct DraggedLink {
        QPointF from, to; // from an output to an input, one of them under the pointer
        PortType type = PortType::Any;
        bool possible = true; // false: where it points it cannot end
    };
    void showLink(const DraggedLink& link);
    void showTarget(QPointF at, PortType type); // the port on which the link would end
    void hideTarget();
    void showBox(const QRectF& box); // of a selection
    void clear();

    QRectF boundingRect() const override { return m_bounds; }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    void resize();

    CanvasStyle& m_style;
    QRectF m_bounds, m_box;
    DraggedLink m_link;
    PortSpot m_target;
    bool m_hasLink = false, m_hasTarget = false;
};

}
