#include "ui/canvas/link_layer.h"

#include "ui/canvas/node_item.h"

#include <QPainter>
#include <QStyleOptionGraphicsItem>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace athanor {

namespace {

constexpr double thickness = 2.5, hoveredThickness = 3.5;
constexpr int hitSegments = 24;

double distanceToSegment(QPointF point, QPointF a, QPointF b)
{
    const QPointF along = b - a, toPoint = point - a;
    const double length = QPointF::dotProduct(along, along);
    const double t = length > 0 ? std::clamp(QPointF::dotProduct(toPoint, along) / length, 0.0, 1.0) : 0;
    const QPointF rest = toPoint - t * along;
    return std::hypot(rest.x(), rest.y());
}

double distanceTo(const QPainterPath& path, QPointF point)
{
    double nearest = std::numeric_limits<double>::max();
    QPointF last = path.pointAtPercent(0);
    for (int i = 1; i <= hitSegments; ++i) {
        const QPointF next = path.pointAtPercent(double(i) / hitSegments);
        nearest = std::min(nearest, distanceToSegment(point, last, next));
        last = next;
    }
    return nearest;
}

bool touches(const QRectF& a, const QRectF& b) // also where one has no width or height
{
    return a.right() >= b.left() && a.left() <= b.right() && a.bottom() >= b.top() && a.top() <= b.bottom();
}

// Adds the straight pieces of a link's curve that may touch one of `exposed` (scene), no further than `tolerance` from
// it. Lines are painted in a fraction of the time of a curve's stroke.
void addPieces(
    std::vector<QLineF>& pieces, const QPainterPath& curve, double tolerance, const std::vector<QRectF>& exposed)
{
    const QPointF a = curve.elementAt(0), b = curve.elementAt(1), c = curve.elementAt(2), d = curve.elementAt(3);
    const QPointF bend = a - 2 * b + c, otherBend = b - 2 * c + d;
    const double furthest = std::max(std::hypot(bend.x(), bend.y()), std::hypot(otherBend.x(), otherBend.y()));
    const int count = std::clamp(int(std::ceil(std::sqrt(0.75 * furthest / tolerance))), 1, 64);
    QPointF last = a;
    for (int i = 1; i <= count; ++i) {
        const double t = double(i) / count, s = 1 - t;
        const QPointF next = s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d;
        const QRectF box = QRectF(last, next).normalized();
        if (std::ranges::any_of(exposed, [&](const QRectF& part) { return touches(part, box); }))
            pieces.emplace_back(last, next);
        last = next;
    }
}

}

QPainterPath linkPath(QPointF from, QPointF to)
{
    const double right = to.x() - from.x(), down = std::abs(to.y() - from.y());
    const double swing = right >= 0 ? std::clamp(right / 2, std::min(24.0, right / 2 + down / 4), 160.0)
                                    : std::clamp(-right / 3 + 40, 40.0, 160.0);
    QPainterPath path(from);
    path.cubicTo(from + QPointF(swing, 0), to - QPointF(swing, 0), to);
    return path;
}

LinkShape shapeOf(LinkId id, const Link& link, PortType type, QPointF from, QPointF to)
{
    LinkShape shape{id, link, type, false, from, to, linkPath(from, to), {}};
    shape.box = shape.path.controlPointRect();
    return shape;
}

LinkLayer::LinkLayer(const CanvasStyle& style)
    : m_style(style)
{
    setFlag(ItemUsesExtendedStyleOption);
    setAcceptedMouseButtons(Qt::NoButton);
}

void LinkLayer::setShapes(std::vector<LinkShape> shapes)
{
    prepareGeometryChange();
    m_shapes = std::move(shapes);
    m_bounds = {};
    for (const LinkShape& shape : m_shapes)
        m_bounds |= shape.box;
    m_bounds.adjust(-4, -4, 4, 4);
    update();
}

void LinkLayer::setEnds(size_t index, QPointF from, QPointF to)
{
    LinkShape& shape = m_shapes[index];
    if (shape.from == from && shape.to == to)
        return;
    update(shape.box.adjusted(-4, -4, 4, 4));
    const bool pale = shape.pale;
    shape = shapeOf(shape.id, shape.link, shape.type, from, to);
    shape.pale = pale;
    const QRectF box = shape.box.adjusted(-4, -4, 4, 4);
    if (!m_bounds.contains(box)) {
        prepareGeometryChange();
        m_bounds |= box;
    }
    update(box);
}

LinkId LinkLayer::linkAt(QPointF point, double reach) const
{
    for (auto it = m_shapes.rbegin(); it != m_shapes.rend(); ++it)
        if (it->box.adjusted(-reach, -reach, reach, reach).contains(point) && distanceTo(it->path, point) <= reach)
            return it->id;
    return 0;
}

const LinkShape* LinkLayer::find(LinkId id) const
{
    const auto it = std::ranges::find(m_shapes, id, &LinkShape::id);
    return it == m_shapes.end() ? nullptr : &*it;
}

void LinkLayer::setHovered(LinkId id)
{
    if (id == m_hovered)
        return;
    for (const LinkId changed : {m_hovered, id})
        if (const LinkShape* changedShape = find(changed))
            update(changedShape->box.adjusted(-8, -8, 8, 8));
    m_hovered = id;
}

void LinkLayer::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*)
{
    const Theme& theme = *m_style.theme;
    const QTransform world = painter->worldTransform();
    const double scale = world.m11();
    const Detail detail = detailAt(scale);
    const bool fine = detail == Detail::Full || (detail == Detail::Blocks && !m_style.hurry);
    painter->setRenderHint(QPainter::Antialiasing, fine);
    painter->setBrush(Qt::NoBrush);
    const double width = fine ? thickness : 0; // 0: one pixel, however small
    const double margin = thickness / 2 + 1 / scale, tolerance = (fine ? 0.2 : 0.5) / scale;
    std::vector<QRectF> exposed;
    for (const QRect& part : m_style.exposed)
        exposed.push_back(world.inverted().mapRect(QRectF(part)).adjusted(-margin, -margin, margin, margin));
    if (exposed.empty())
        exposed = {option->exposedRect.adjusted(-margin, -margin, margin, margin)};
    std::map<std::pair<PortType, bool>, std::vector<QLineF>> pieces; // by type and paleness: changing pens takes long
    for (const LinkShape& shape : m_shapes)
        if (shape.id != m_hovered
            && std::ranges::any_of(exposed, [&](const QRectF& part) { return touches(part, shape.box); }))
            addPieces(pieces[{shape.type, shape.pale}], shape.path, tolerance, exposed);
    for (const auto& [key, lines] : pieces) {
        const auto& [type, pale] = key;
        const QColor colour = mixed(theme.canvas, portColour(type, theme), pale ? 0.3 : fine ? 1 : 0.6);
        painter->setPen(QPen(colour, width, Qt::SolidLine, Qt::SquareCap));
        painter->drawLines(lines.data(), int(lines.size()));
    }
    if (const LinkShape* shape = find(m_hovered)) {
        const QColor colour = portColour(shape->type, theme);
        painter->setPen(QPen(theme.dark ? colour.lighter(125) : colour.darker(115), hoveredThickness));
        painter->drawPath(shape->path);
        for (const QPointF end : {shape->from, shape->to}) {
            painter->setPen(QPen(theme.panel, 2));
            painter->setBrush(theme.dark ? colour.lighter(125) : colour.darker(115));
            painter->drawEllipse(end, canvas::portSize / 2 + 2, canvas::portSize / 2 + 2);
            painter->setBrush(Qt::NoBrush);
        }
    }
}

}
