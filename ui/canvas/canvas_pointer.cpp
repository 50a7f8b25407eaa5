#include "ui/canvas/canvas_pointer.h"

#include "ui/canvas/canvas_edits.h"
#include "ui/canvas/graph_view.h"
#include "ui/document/labels.h"

#include <algorithm>
#include <cmath>

namespace athanor {

namespace {

constexpr double reachPixels = 12;

Qt::CursorShape cursorOf(const Hit& hit)
{
    if (hit.what == Hit::What::Port)
        return Qt::CrossCursor;
    if (hit.what == Hit::What::Link)
        return Qt::PointingHandCursor;
    if (hit.what != Hit::What::FrameEdge)
        return Qt::ArrowCursor;
    const bool across = hit.edges & (Qt::LeftEdge | Qt::RightEdge), along = hit.edges & (Qt::TopEdge | Qt::BottomEdge);
    if (across && along) {
        const bool falling = hit.edges == (Qt::LeftEdge | Qt::TopEdge) || hit.edges == (Qt::RightEdge | Qt::BottomEdge);
        return falling ? Qt::SizeFDiagCursor : Qt::SizeBDiagCursor;
    }
    return across ? Qt::SizeHorCursor : Qt::SizeVerCursor;
}

}

CanvasPointer::CanvasPointer(GraphView& view, GraphScene& scene, GraphDocument& document)
    : m_view(view)
    , m_scene(scene)
    , m_document(document)
    , m_overlay(new CanvasOverlay(scene.style()))
{
    scene.addItem(m_overlay);
}

Hit CanvasPointer::hitAt(QPointF pixel) const
{
    return m_scene.hitAt(m_view.viewportTransform().inverted().map(pixel), reachPixels / m_view.zoom());
}

void CanvasPointer::press(const QMouseEvent& event, bool pans)
{
    if (isBusy())
        return;
    m_pixel = m_startPixel = event.position().toPoint();
    m_at = m_start = m_view.viewportTransform().inverted().map(event.position());
    if (event.button() == Qt::MiddleButton || (event.button() == Qt::LeftButton && pans)) {
        m_gesture = Gesture::Pan;
        m_view.viewport()->setCursor(Qt::ClosedHandCursor);
    } else if (event.button() == Qt::LeftButton)
        pressLeft(event);
}

void CanvasPointer::pressLeft(const QMouseEvent& event)
{
    m_pressed = hitAt(event.position());
    if (m_pressed.what == Hit::What::Link && event.modifiers() & Qt::AltModifier) {
        m_document.edit(GraphView::tr("Remove link"), removed(m_document.body(), {m_pressed.id}));
        return;
    }
    pressOn(m_pressed, event.modifiers());
}

void CanvasPointer::pressOn(const Hit& hit, Qt::KeyboardModifiers keys)
{
    const bool adds = keys & (Qt::ShiftModifier | Qt::ControlModifier);
    switch (hit.what) {
    case Hit::What::Port:
        return startLink(hit);
    case Hit::What::FrameEdge:
        m_frame = m_scene.rectOf(hit.id);
        m_gesture = Gesture::Resize;
        return;
    case Hit::What::Node:
    case Hit::What::Frame: {
        Ids ids = m_document.selection();
        m_wasSelected = ids.contains(hit.id);
        if (!m_wasSelected && !adds)
            ids.clear();
        ids.insert(hit.id);
        m_document.select(ids);
        m_scene.raise({hit.id});
        m_gesture = Gesture::Pressed;
        return;
    }
    case Hit::What::Link:
        m_gesture = Gesture::Pressed;
        return;
    case Hit::What::Nothing:
        m_before = adds ? m_document.selection() : Ids();
        m_gesture = Gesture::Box;
        return;
    }
}

void CanvasPointer::move(const QMouseEvent& event)
{
    const QPoint pixel = event.position().toPoint(), by = pixel - m_pixel;
    m_pixel = pixel;
    m_at = m_view.viewportTransform().inverted().map(event.position());
    const bool isDrag = (pixel - m_startPixel).manhattanLength() >= QApplication::startDragDistance();
    if (m_gesture == Gesture::Pressed && isDrag && m_pressed.what != Hit::What::Link)
        startMove();
    switch (m_gesture) {
    case Gesture::None:
        return hover();
    case Gesture::Pan:
        return m_view.pan(by);
    case Gesture::Box:
        m_overlay->showBox(QRectF(m_start, m_at).normalized());
        m_scene.showSelected(m_before, m_scene.idsIn(QRectF(m_start, m_at).normalized()));
        return;
    case Gesture::Move: {
        const QPointF moved = m_at - m_start;
        m_scene.setMoved(m_moving, {std::round(moved.x()), std::round(moved.y())});
        return;
    }
    case Gesture::Link:
        return moveLink();
    case Gesture::Resize:
        return resizeFrame();
    case Gesture::Pressed:
        return;
    }
}

void CanvasPointer::release(const QMouseEvent& event)
{
    const Gesture gesture = m_gesture;
    const bool ends = event.button() == Qt::LeftButton || gesture == Gesture::Pan;
    if (gesture == Gesture::None || !ends)
        return;
    m_at = m_view.viewportTransform().inverted().map(event.position());
    switch (gesture) {
    case Gesture::Box:
        dropBox(event.modifiers());
        break;
    case Gesture::Move:
        dropMove();
        break;
    case Gesture::Link:
        dropLink();
        break;
    case Gesture::Resize:
        dropResize();
        break;
    case Gesture::Pressed:
        if (m_wasSelected && m_pressed.what != Hit::What::Link) { // a click on one of several
            Ids ids{m_pressed.id};
            if (event.modifiers() & (Qt::ShiftModifier | Qt::ControlModifier)) {
                ids = m_document.selection();
                ids.erase(m_pressed.id);
            }
            m_document.select(ids);
        }
        break;
    default:
        break;
    }
    finish();
    hover();
}

void CanvasPointer::doubleClick(const QMouseEvent& event)
{
    const Hit hit = hitAt(event.position());
    m_at = m_view.viewportTransform().inverted().map(event.position());
    switch (hit.what) {
    case Hit::What::Nothing:
        return m_view.searchNode(m_at);
    case Hit::What::Link:
        m_document.tryEdit(
            GraphView::tr("Add reroute"), [&] { return withReroute(m_document.body(), hit.id, m_at.x(), m_at.y()); });
        return;
    case Hit::What::Frame:
        return m_view.editText(hit.id);
    case Hit::What::Node:
        break;
    default:
        return;
    }
    const NodePath path = m_scene.pathOf(hit.id);
    const NodeItem* item = m_scene.node(hit.id);
    if (hit.onPicture)
        emit m_view.pictureActivated(path);
    else if (!hit.param.empty())
        emit m_view.paramActivated(path, QString::fromStdString(hit.param));
    else if (item && item->face().subgraph)
        m_document.enter(path);
    else
        emit m_view.nodeActivated(path);
}

void CanvasPointer::cancel()
{
    if (!isBusy())
        return;
    if (m_gesture == Gesture::Move)
        m_scene.setMoved(m_moving, {});
    if (m_gesture == Gesture::Resize)
        m_scene.setFrameRect(m_pressed.id, m_frame);
    finish();
}

void CanvasPointer::finish()
{
    m_gesture = Gesture::None;
    m_overlay->clear();
    m_scene.setDragged(NodeLook::Drag::None, PortType::Any);
    m_scene.setEveryParam(0);
    m_scene.setDetached(0);
    m_scene.showSelected(m_document.selection(), {});
    m_taken = 0;
    m_target = m_refusedFor = {};
    m_view.viewport()->setCursor(Qt::ArrowCursor);
}

void CanvasPointer::hover()
{
    const Hit hit = m_scene.hitAt(m_at, reachPixels / m_view.zoom());
    m_scene.setHovered(hit);
    m_view.viewport()->setCursor(cursorOf(hit));
}

void CanvasPointer::startMove()
{
    m_gesture = Gesture::Move;
    m_moving = m_document.selection();
    Ids groups;
    for (const int64_t id : m_document.selection())
        if (m_document.body().groups.contains(id))
            groups.insert(groups.end(), id);
    if (!groups.empty())
        m_moving.merge(m_scene.inside(groups));
    m_scene.raise(m_moving);
}

void CanvasPointer::dropMove()
{
    const QPointF by = m_at - m_start;
    const Ids ids = m_moving;
    m_gesture = Gesture::None; // as the edit calls back
    Graph graph = moved(m_document.body(), ids, std::round(by.x()), std::round(by.y()));
    if (ids.size() == 1 && graph.nodes.contains(*ids.begin()))
        graph =
            insertedIntoLink(std::move(graph), *ids.begin(), m_scene.links().linkAt(m_scene.rectOf(ids).center(), 24));
    if (!m_document.edit(GraphView::tr("Move"), std::move(graph)))
        m_scene.setMoved(ids, {});
}

void CanvasPointer::dropBox(Qt::KeyboardModifiers keys)
{
    Ids ids;
    if ((m_pixel - m_startPixel).manhattanLength() >= QApplication::startDragDistance())
        ids = m_scene.idsIn(QRectF(m_start, m_at).normalized());
    if (keys & (Qt::ShiftModifier | Qt::ControlModifier))
        ids.insert(m_before.begin(), m_before.end());
    m_document.select(ids);
}

void CanvasPointer::resizeFrame()
{
    const QPointF by = m_at - m_start;
    QRectF rect = m_frame;
    constexpr double least = FrameItem::smallest;
    if (m_pressed.edges & Qt::LeftEdge)
        rect.setLeft(std::round(std::min(rect.left() + by.x(), rect.right() - least)));
    if (m_pressed.edges & Qt::RightEdge)
        rect.setRight(std::round(std::max(rect.right() + by.x(), rect.left() + least)));
    if (m_pressed.edges & Qt::TopEdge)
        rect.setTop(std::round(std::min(rect.top() + by.y(), rect.bottom() - least)));
    if (m_pressed.edges & Qt::BottomEdge)
        rect.setBottom(std::round(std::max(rect.bottom() + by.y(), rect.top() + least)));
    m_scene.setFrameRect(m_pressed.id, rect);
}

void CanvasPointer::dropResize()
{
    const QRectF rect = m_scene.rectOf(m_pressed.id);
    Graph graph = m_document.body();
    const Rect wanted{rect.x(), rect.y(), rect.width(), rect.height()};
    if (const auto it = graph.groups.find(m_pressed.id); it != graph.groups.end())
        it->second.rect = wanted;
    if (const auto it = graph.comments.find(m_pressed.id); it != graph.comments.end())
        it->second.rect = wanted;
    m_gesture = Gesture::None;
    m_document.edit(GraphView::tr("Resize"), std::move(graph));
}

}
