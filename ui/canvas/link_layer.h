// All links of the canvas as one item: quicker to paint and to find than one item each.
#pragma once
#include "ui/canvas/node_face.h"

#include <QGraphicsItem>
#include <QPainterPath>

#include <vector>

namespace athanor {

QPainterPath linkPath(QPointF from, QPointF to);

struct LinkShape {
    LinkId id = 0;
    Link link;
    PortType type = PortType::Any;
    bool pale = false; // one end is muted
    QPointF from, to;
    QPainterPath path;
    QRectF box; // of the path
};
LinkShape shapeOf(LinkId id, const Link& link, PortType type, QPointF from, QPointF to);

struct CanvasStyle;

class LinkLayer : public QGraphicsItem {
public:
    explicit LinkLayer(const CanvasStyle& style); // read whenever it paints
    const std::vector<LinkShape>& shapes() const { return m_shapes; } // by id
    void setShapes(std::vector<LinkShape> shapes);
    void setEnds(size_t index, QPointF from, QPointF to);
    LinkId linkAt(QPointF point, double reach) const; // the last painted within reach; 0: none
    const LinkShape* find(LinkId id) const; // null if there is none
    void setHovered(LinkId id);
    LinkId hovered() const { return m_hovered; }

    QRectF boundingRect() const override { return m_bounds; }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    const CanvasStyle& m_style;
    std::vector<LinkShape> m_shapes;
    QRectF m_bounds;
    LinkId m_hovered = 0;
};

}
