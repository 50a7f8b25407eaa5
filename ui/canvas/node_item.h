// One node on the canvas. It is painted once for a zoom and then copied, as words take long to paint.
#pragma once
#include "ui/canvas/node_painter.h"

#include <QGraphicsItem>
#include <QPixmap>
#include <QRegion>

#include <string_view>

namespace athanor {

// What all items of a scene share.
struct CanvasStyle {
    const Theme* theme = nullptr;
    CanvasFonts fonts;
    bool hurry = false; // a picture of the wrong size will do: the zoom is moving
    double budget = 8; // ms that painting nodes anew may take of one frame; what is left over comes with the next
    double spent = 0; // ms, of this frame
    bool leftOver = false;
    QRegion exposed; // of the viewport, what this frame paints; empty: everything
};

class NodeItem : public QGraphicsItem {
public:
    NodeItem(NodeId id, CanvasStyle& style);
    enum { Type = UserType + 1 };
    int type() const override { return Type; }

    NodeId id() const { return m_id; }
    const NodeFace& face() const { return m_face; }
    QRectF rect() const { return {pos(), m_face.size}; } // in the scene
    QPointF portAt(std::string_view name, bool output) const; // in the scene; the middle of the side if there is none

    // True if the place of a port may have changed.
    bool show(const Node& node, const FaceOptions& options, const NodeState& state);
    bool setEveryParam(bool shown); // true if the face changed
    bool refresh(const NodeState& state); // the same node in another state; true if its size changed
    void setSelected(bool selected); // hides QGraphicsItem's: the document knows what is selected
    bool isSelected() const { return m_selected; }
    void setHovered(bool hovered);
    void setDrag(NodeLook::Drag drag, PortType type);
    void repaint(); // from scratch: colours or fonts are others
    const NodeLook& look() const { return m_look; }

    QRectF boundingRect() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    void makeFace();
    void fillCache(double scale, Detail detail);
    void paintOutline(QPainter& painter) const;

    const NodeId m_id;
    CanvasStyle& m_style;
    Node m_node;
    NodeState m_state;
    FaceOptions m_options;
    NodeFace m_face;
    NodeLook m_look;
    QPixmap m_cache;
    double m_cacheScale = 0; // device pixels of a unit; 0: nothing cached
    bool m_selected = false, m_hovered = false;
};

}
