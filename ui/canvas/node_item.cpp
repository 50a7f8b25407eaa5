#include "ui/canvas/node_item.h"

#include <QElapsedTimer>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace athanor {

namespace {

constexpr double itemMargin = 8; // around the rectangle, for ports

}

NodeItem::NodeItem(NodeId id, CanvasStyle& style)
    : m_id(id)
    , m_style(style)
{
    setAcceptedMouseButtons(Qt::NoButton);
    m_look.state = &m_state;
}

QPointF NodeItem::portAt(std::string_view name, bool output) const
{
    const PortSpot* spot = m_face.port(name, output);
    return pos() + (spot ? spot->at : QPointF(output ? m_face.size.width() : 0, canvas::headerHeight / 2));
}

void NodeItem::makeFace()
{
    const QSizeF before = m_face.size;
    NodeFace face = faceOf(m_node, m_state, m_options, m_style.fonts);
    if (face.size != before)
        prepareGeometryChange();
    m_face = std::move(face);
    m_cacheScale = 0;
    update();
}

bool NodeItem::show(const Node& node, const FaceOptions& options, const NodeState& state)
{
    setPos(node.rect.x, node.rect.y);
    FaceOptions wanted = options;
    wanted.everyParam = m_options.everyParam;
    Rect place = m_node.rect;
    place.x = node.rect.x;
    place.y = node.rect.y;
    m_node.rect = place;
    if (m_node == node && m_options == wanted && !m_face.size.isEmpty()) {
        refresh(state);
        return false;
    }
    m_node = node;
    m_options = std::move(wanted);
    m_state = state;
    m_look.mode = node.mode;
    m_look.colour = node.colour.empty() ? QColor() : QColor(QString::fromStdString(node.colour));
    makeFace();
    return true;
}

bool NodeItem::setEveryParam(bool shown)
{
    if (m_options.everyParam == shown)
        return false;
    m_options.everyParam = shown;
    makeFace();
    return true;
}

bool NodeItem::refresh(const NodeState& state)
{
    const bool same = state.kind == m_state.kind && state.text == m_state.text && state.port == m_state.port
        && state.done == m_state.done && state.total == m_state.total && state.seconds == m_state.seconds
        && state.picture.cacheKey() == m_state.picture.cacheKey();
    if (same)
        return false;
    const QSizeF before = m_face.size;
    m_state = state;
    makeFace();
    return m_face.size != before;
}

void NodeItem::setSelected(bool selected)
{
    if (m_selected == selected)
        return;
    m_selected = selected;
    update();
}

void NodeItem::setHovered(bool hovered)
{
    if (m_hovered == hovered)
        return;
    m_hovered = hovered;
    update();
}

void NodeItem::setDrag(NodeLook::Drag drag, PortType type)
{
    if (m_look.drag == drag && m_look.dragged == type)
        return;
    m_look.drag = drag;
    m_look.dragged = type;
    m_cacheScale = 0;
    update();
}

void NodeItem::repaint()
{
    makeFace();
}

QRectF NodeItem::boundingRect() const
{
    return QRectF(QPointF(0, 0), m_face.size).adjusted(-itemMargin, -itemMargin, itemMargin, itemMargin);
}

void NodeItem::fillCache(double scale, Detail detail)
{
    const QSizeF size = boundingRect().size() * scale;
    m_cache = QPixmap(int(std::ceil(size.width())), int(std::ceil(size.height())));
    m_cache.fill(Qt::transparent);
    QPainter painter(&m_cache);
    painter.scale(scale, scale);
    painter.translate(itemMargin, itemMargin);
    paintNode(painter, m_face, m_look, detail, *m_style.theme, m_style.fonts);
    m_cacheScale = scale;
}

void NodeItem::paintOutline(QPainter& painter) const
{
    if (!m_selected && !m_hovered)
        return;
    const double pixel = 1 / painter.worldTransform().m11();
    const double width = m_selected ? std::max(2.0, 1.5 * pixel) : 1;
    const double away = m_selected ? width / 2 + 1 : 0.5;
    const QRectF rect = QRectF(QPointF(0, 0), m_face.size).adjusted(-away, -away, away, away);
    const double radius = m_face.form == NodeFace::Form::Reroute ? rect.height() / 2 : canvas::nodeRadius + away;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(m_selected ? m_style.theme->accent : m_style.theme->dim, width));
    painter.drawRoundedRect(rect, radius, radius);
}

void NodeItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    const QTransform world = painter->worldTransform();
    const double ratio = painter->device()->devicePixelRatioF(), scale = world.m11() * ratio;
    const Detail detail = detailAt(world.m11());
    if (detail == Detail::Flat) {
        paintNode(*painter, m_face, m_look, detail, *m_style.theme, m_style.fonts);
        return paintOutline(*painter);
    }
    const bool sharp = m_cacheScale > 0 && std::abs(m_cacheScale - scale) < 1e-4;
    const bool usable = m_cacheScale > 0 && m_style.hurry;
    if (!sharp && !usable && (m_style.budget < 0 || m_style.spent < m_style.budget)) {
        QElapsedTimer timer;
        timer.start();
        fillCache(scale, detail);
        m_style.spent += double(timer.nsecsElapsed()) / 1e6;
    } else if (!sharp)
        m_style.leftOver = true;
    if (m_cacheScale == 0) { // not yet its turn
        paintNode(*painter, m_face, m_look, Detail::Flat, *m_style.theme, m_style.fonts);
        return paintOutline(*painter);
    }
    painter->save();
    if (std::abs(m_cacheScale - scale) < 1e-4) { // on whole pixels, so that it stays sharp
        const QPointF corner = world.map(QPointF(-itemMargin, -itemMargin)) * ratio;
        painter->setWorldTransform(QTransform::fromScale(1 / ratio, 1 / ratio));
        painter->drawPixmap(QPointF(std::round(corner.x()), std::round(corner.y())), m_cache);
    } else {
        painter->setRenderHint(QPainter::SmoothPixmapTransform);
        painter->drawPixmap(boundingRect(), m_cache, QRectF(m_cache.rect()));
    }
    painter->restore();
    paintOutline(*painter);
}

}
