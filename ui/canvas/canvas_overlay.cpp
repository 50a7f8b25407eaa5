#include "ui/canvas/canvas_overlay.h"

#include "ui/canvas/link_layer.h"

#include <QPainter>

#include <algorithm>

namespace athanor {

CanvasOverlay::CanvasOverlay(CanvasStyle& style)
    : m_style(style)
{
    setAcceptedMouseButtons(Qt::NoButton);
    setZValue(1e9);
}

void CanvasOverlay::showLink(const DraggedLink& link)
{
    m_link = link;
    m_hasLink = true;
    resize();
}

void CanvasOverlay::showTarget(QPointF at, PortType type)
{
    m_target = {};
    m_target.at = at;
    m_target.type = type;
    m_target.shape = portShape(type);
    m_hasTarget = true;
    resize();
}

void CanvasOverlay::hideTarget()
{
    m_hasTarget = false;
    resize();
}

void CanvasOverlay::showBox(const QRectF& box)
{
    m_box = box;
    resize();
}

void CanvasOverlay::clear()
{
    m_box = {};
    m_hasLink = m_hasTarget = false;
    resize();
}

void CanvasOverlay::resize()
{
    prepareGeometryChange();
    m_bounds = m_box;
    if (m_hasLink)
        m_bounds |= linkPath(m_link.from, m_link.to).controlPointRect();
    if (m_hasTarget)
        m_bounds |= QRectF(m_target.at, QSizeF(1, 1));
    m_bounds.adjust(-20, -20, 20, 20);
    update();
}

void CanvasOverlay::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    const Theme& theme = *m_style.theme;
    const double pixel = 1 / painter->worldTransform().m11();
    painter->setRenderHint(QPainter::Antialiasing);
    if (m_hasLink) {
        const QColor colour = m_link.possible ? portColour(m_link.type, theme) : theme.error;
        painter->setBrush(Qt::NoBrush);
        painter->setPen(QPen(colour, std::max(2.5, 1.5 * pixel), m_link.possible ? Qt::SolidLine : Qt::DashLine));
        painter->drawPath(linkPath(m_link.from, m_link.to));
    }
    if (m_hasTarget)
        paintPort(*painter, m_target, theme, 3);
    if (m_box.isEmpty())
        return;
    QColor fill = theme.accent;
    fill.setAlphaF(0.08F);
    painter->setPen(QPen(theme.accent, pixel));
    painter->setBrush(fill);
    painter->drawRect(m_box);
}

}
