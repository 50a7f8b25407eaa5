// What the mouse is doing on the canvas. Each gesture shows itself on the scene and changes the document once, at its
// end; Escape takes it back.
#pragma once
#include "ui/canvas/canvas_overlay.h"
#include "ui/canvas/graph_scene.h"

#include <QMouseEvent>

#include <cstdint>
#include <string>

namespace athanor {

class GraphView;

class CanvasPointer {
public:
    CanvasPointer(GraphView& view, GraphScene& scene, GraphDocument& document);

    void press(const QMouseEvent& event, bool pans); // pans: Space is down
    void move(const QMouseEvent& event);
    void release(const QMouseEvent& event);
    void doubleClick(const QMouseEvent& event);
    void cancel();
    bool isBusy() const { return m_gesture != Gesture::None; }
    bool isPanning() const { return m_gesture == Gesture::Pan; }
    Hit hitAt(QPointF pixel) const;
    QPointF place() const { return m_at; } // of the pointer, in the scene
    void setPlace(QPointF at) { m_at = at; }

private:
    enum class Gesture : uint8_t { None, Pan, Box, Pressed, Move, Link, Resize };

    void pressLeft(const QMouseEvent& event);
    void pressOn(const Hit& hit, Qt::KeyboardModifiers keys);
    void startMove();
    void startLink(const Hit& hit);
    void startLinkFrom(const PortRef& fixed, bool isOutput);
    void moveLink();
    void dropLink();
    void dropMove();
    void resizeFrame();
    void dropResize();
    void dropBox(Qt::KeyboardModifiers keys);
    void hover();
    PortRef targetAt(const Hit& hit) const; // where the dragged link would end; node 0: nowhere
    std::string whyNotTo(const PortRef& target) const;
    void finish();

    GraphView& m_view;
    GraphScene& m_scene;
    GraphDocument& m_document;
    CanvasOverlay* m_overlay;
    Gesture m_gesture = Gesture::None;
    QPointF m_at, m_start; // of the scene: the pointer, and where it was pressed
    QPoint m_pixel, m_startPixel;
    Hit m_pressed;
    Ids m_moving; // what a move takes along
    Ids m_before; // the selection before a box
    bool m_wasSelected = false; // what was pressed

    PortRef m_fixed; // of the dragged link, the end that stays
    bool m_fixedIsOutput = true;
    PortType m_dragType = PortType::Any;
    PortRef m_target, m_refusedFor;
    QString m_refusal;
    LinkId m_taken = 0; // the link that the drag took off its input
    QRectF m_frame; // while it is resized
};

}
