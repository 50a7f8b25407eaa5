// Mouse, wheel, keys and touchpad of the canvas.
#include "ui/canvas/canvas_actions.h"
#include "ui/canvas/canvas_drop.h"
#include "ui/canvas/canvas_pointer.h"
#include "ui/canvas/graph_view.h"
#include "ui/document/labels.h"

#include <QHelpEvent>
#include <QMenu>
#include <QNativeGestureEvent>
#include <QToolTip>
#include <QUrl>
#include <algorithm>
#include <cmath>
#include <memory>

namespace athanor {

namespace {

bool isTouchpad(const QWheelEvent& event)
{
    return (event.device() && event.device()->type() == QInputDevice::DeviceType::TouchPad)
        || (!event.pixelDelta().isNull() && event.phase() != Qt::NoScrollPhase);
}

}

bool GraphView::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Space || (key == Qt::Key_Escape && m_pointer->isBusy())) {
            event->accept(); // ours, not a shortcut's
            return true;
        }
    }
    return QGraphicsView::event(event);
}

bool GraphView::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::NativeGesture) {
        const auto* gesture = static_cast<QNativeGestureEvent*>(event);
        if (gesture->gestureType() == Qt::ZoomNativeGesture) {
            zoomTo(zoom() * (1 + gesture->value()), gesture->position());
            return true;
        }
    }
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        showTipAt(help->pos(), help->globalPos());
        return true;
    }
    if (event->type() == QEvent::Leave && !m_pointer->isBusy())
        m_scene->setHovered({});
    return QGraphicsView::viewportEvent(event);
}

void GraphView::showTipAt(QPoint pixel, QPoint global)
{
    const Hit hit = m_pointer->hitAt(pixel);
    const NodeItem* item = m_scene->node(hit.id);
    QString text;
    if (hit.what == Hit::What::Port && item) {
        const PortSpot* port = item->face().port(hit.port, hit.side == PortSide::Output);
        text = port ? QStringLiteral("<b>%1</b> · %2<br>%3")
                          .arg(label(hit.port).toHtmlEscaped(), typeLabel(port->type).toHtmlEscaped(),
                              port->text.toHtmlEscaped())
                    : QString();
    } else if (hit.what == Hit::What::Node && item) {
        const NodeState& state = *item->look().state;
        const auto& nodes = m_document.body().nodes;
        const NodeType* type = nodes.contains(hit.id) ? findNodeType(nodes.at(hit.id).type) : nullptr;
        const Param* param = type && !hit.param.empty() ? findParam(*type, hit.param) : nullptr;
        const bool trouble = state.kind == NodeState::Kind::Error || state.kind == NodeState::Kind::Warning;
        text = trouble             ? state.text
            : param                ? nodeText(param->text)
            : type && hit.onHeader ? nodeText(type->text)
                                   : QString();
        text = text.isEmpty() ? text : QStringLiteral("<span>%1</span>").arg(text.toHtmlEscaped());
    }
    text.isEmpty() ? QToolTip::hideText() : QToolTip::showText(global, text, viewport());
}

void GraphView::mousePressEvent(QMouseEvent* event)
{
    setFocus(Qt::MouseFocusReason);
    m_glide.stop();
    if (m_spaceDown)
        m_spaceUsed = true;
    m_pointer->press(*event, m_spaceDown);
    event->accept();
}

void GraphView::mouseMoveEvent(QMouseEvent* event)
{
    m_pointer->move(*event);
    event->accept();
}

void GraphView::mouseReleaseEvent(QMouseEvent* event)
{
    m_pointer->release(*event);
    if (m_spaceDown)
        viewport()->setCursor(Qt::OpenHandCursor);
    event->accept();
}

void GraphView::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        m_pointer->doubleClick(*event);
    event->accept();
}

void GraphView::wheelEvent(QWheelEvent* event)
{
    constexpr double step = 1.2; // for a notch of 120
    const QPoint angle = event->angleDelta();
    const bool zooms = event->modifiers() & Qt::ControlModifier || !isTouchpad(*event);
    if (zooms && !(event->modifiers() & Qt::ShiftModifier))
        zoomBy(std::pow(step, angle.y() / 120.0), event->position());
    else {
        const QPoint by = event->pixelDelta().isNull() ? angle / 2 : event->pixelDelta();
        pan(event->modifiers() & Qt::ShiftModifier && by.x() == 0 ? QPoint(by.y(), 0) : by);
    }
    event->accept();
}

void GraphView::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Space:
        if (!event->isAutoRepeat()) {
            m_spaceDown = true;
            m_spaceUsed = false;
            viewport()->setCursor(Qt::OpenHandCursor);
        }
        return;
    case Qt::Key_Escape:
        if (m_pointer->isBusy())
            m_pointer->cancel();
        else if (!m_document.selection().empty())
            m_document.select({});
        else
            event->ignore();
        tellAtPointer({}, {});
        return;
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down:
        if (!(event->modifiers() & (Qt::ControlModifier | Qt::AltModifier)))
            return moveSelection(event->key(), event->modifiers() & Qt::ShiftModifier);
        break;
    default:
        break;
    }
    event->ignore();
}

void GraphView::keyReleaseEvent(QKeyEvent* event)
{
    if (event->key() != Qt::Key_Space || event->isAutoRepeat() || !m_spaceDown)
        return event->ignore();
    m_spaceDown = false;
    viewport()->setCursor(Qt::ArrowCursor);
    if (m_spaceUsed)
        return;
    for (QAction* own : canvasActions()) // as the key is ours first, for dragging the view
        if (own->shortcuts().contains(QKeySequence(Qt::Key_Space)))
            own->trigger();
}

// Moves what is selected, or with nothing selected what is seen.
void GraphView::moveSelection(int key, bool far)
{
    const int step = far ? 48 : 8;
    const QPoint by(key == Qt::Key_Left ? -step
            : key == Qt::Key_Right      ? step
                                        : 0,
        key == Qt::Key_Up         ? -step
            : key == Qt::Key_Down ? step
                                  : 0);
    if (m_document.selection().empty())
        return pan(-4 * by);
    m_document.edit(
        tr("Move"), moved(m_document.body(), m_document.selection(), by.x(), by.y()), QStringLiteral("nudge"));
    reveal(m_document.selection());
}

bool GraphView::focusNextPrevChild(bool next)
{
    std::vector<std::pair<std::pair<double, double>, NodeId>> nodes; // as they are read, column by column
    for (const auto& [id, node] : m_document.body().nodes)
        nodes.push_back({{node.rect.x, node.rect.y}, id});
    std::ranges::sort(nodes);
    const Ids& selection = m_document.selection();
    auto at = std::ranges::find_if(nodes, [&](const auto& entry) { return selection.contains(entry.second); });
    if (nodes.empty() || (at != nodes.end() && at == (next ? nodes.end() - 1 : nodes.begin())))
        return QGraphicsView::focusNextPrevChild(next);
    at = at == nodes.end() ? (next ? nodes.begin() : nodes.end() - 1) : next ? at + 1 : at - 1;
    m_document.select({at->second});
    reveal({at->second});
    return true;
}

void GraphView::focusOutEvent(QFocusEvent* event)
{
    m_spaceDown = false;
    QGraphicsView::focusOutEvent(event);
}

void GraphView::contextMenuEvent(QContextMenuEvent* event)
{
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    const Hit hit = byKey ? Hit() : m_pointer->hitAt(event->pos());
    const bool selectable = hit.what == Hit::What::Node || hit.what == Hit::What::Frame || hit.what == Hit::What::Port;
    if (selectable && !m_document.selection().contains(hit.id))
        m_document.select({hit.id});
    else if (!byKey && hit.what == Hit::What::Nothing)
        m_document.select({});
    QPoint at = event->globalPos();
    if (byKey && !m_document.selection().empty())
        at = viewport()->mapToGlobal(mapFromScene(m_scene->rectOf(m_document.selection()).center()));
    const auto menu = std::make_unique<QMenu>(this);
    m_actions->fill(*menu, hit, mapToScene(event->pos()));
    menu->exec(at);
}

void GraphView::dragEnterEvent(QDragEnterEvent* event)
{
    if (canDrop(*event->mimeData()))
        event->acceptProposedAction();
    else
        event->ignore();
}

void GraphView::dragMoveEvent(QDragMoveEvent* event)
{
    event->acceptProposedAction();
}

void GraphView::dropEvent(QDropEvent* event)
{
    constexpr int most = 100;
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.size() > most)
        return tell(tr("%1 files at once are too many; up to %2 can be dropped").arg(urls.size()).arg(most));
    const QPointF at = mapToScene(event->position().toPoint());
    const bool opens = event->modifiers() & Qt::ShiftModifier || m_document.graph().nodes.empty();
    if (!dropFiles(*this, *event->mimeData(), at, opens))
        return event->ignore();
    event->acceptProposedAction();
    if (!opens && urls.size() == 1 && !event->source()) // what comes from our own window is known there
        emit fileDropped(urls.front().toLocalFile());
}

}
