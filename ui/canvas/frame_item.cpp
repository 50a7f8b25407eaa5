#include "ui/canvas/frame_item.h"

#include "ui/document/labels.h"

#include <QPainter>

#include <algorithm>

namespace athanor {

namespace {

// Words of a frame stay readable when it is far away.
QFont readable(QFont font, double scale)
{
    constexpr double smallestSeen = 11, largest = 60; // pixels, canvas units
    font.setPixelSize(int(std::clamp(smallestSeen / scale, double(font.pixelSize()), largest)));
    return font;
}

}

FrameItem::FrameItem(int64_t id, bool comment, CanvasStyle& style)
    : m_id(id)
    , m_comment(comment)
    , m_style(style)
{
    setAcceptedMouseButtons(Qt::NoButton);
}

void FrameItem::setSize(QSizeF size)
{
    prepareGeometryChange();
    m_size = size;
}

void FrameItem::show(const Rect& rect, const std::string& text, const std::string& colour)
{
    setPos(rect.x, rect.y);
    setSize({std::max(smallest, rect.width), std::max(smallest / 2, rect.height)});
    // Above all links; of groups the larger ones are behind.
    setZValue(m_comment ? -2 : -10 - m_size.width() * m_size.height() * 1e-9);
    m_text = toText(text);
    m_colour = colour.empty() ? QColor() : QColor(QString::fromStdString(colour));
    update();
}

void FrameItem::setSelected(bool selected)
{
    if (m_selected == selected)
        return;
    m_selected = selected;
    update();
}

QRectF FrameItem::titleRect() const
{
    return {pos(), QSizeF(m_size.width(), m_comment ? m_size.height() : titleHeight)};
}

QRectF FrameItem::boundingRect() const
{
    return QRectF(QPointF(0, 0), m_size).adjusted(-3, -3, 3, 3);
}

void FrameItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    const Theme& theme = *m_style.theme;
    const QRectF rect(QPointF(0, 0), m_size);
    const double scale = painter->worldTransform().m11();
    QColor fill = m_colour.isValid() ? m_colour : theme.secondary;
    fill.setAlphaF(m_comment ? 0.12F : 0.07F);
    QColor border = m_colour.isValid() ? m_colour : theme.line;
    if (m_selected)
        border = theme.accent;
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(border, m_selected ? 2 : 1));
    painter->setBrush(fill);
    painter->drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), canvas::nodeRadius, canvas::nodeRadius);
    const QFont font = readable(m_comment ? m_style.fonts.text : m_style.fonts.title, scale);
    painter->setFont(font);
    painter->setPen(m_comment ? theme.text : theme.secondary);
    const QRectF inside = rect.adjusted(canvas::padding, m_comment ? 8 : 0, -canvas::padding, m_comment ? -8 : 0);
    if (m_comment)
        return painter->drawText(inside, Qt::TextWordWrap | Qt::AlignTop | Qt::AlignLeft, m_text);
    const QRectF title(inside.topLeft(), QSizeF(inside.width(), std::max(titleHeight, font.pixelSize() * 1.4)));
    painter->drawText(title, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
        QFontMetricsF(font).elidedText(m_text, Qt::ElideRight, inside.width()));
}

}
