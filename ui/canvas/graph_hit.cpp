// What lies at a place of the scene, the topmost first.
#include "ui/canvas/graph_scene.h"
#include "ui/common/distance.h"

#include <cmath>

namespace athanor {

namespace {

bool isReachable(const PortSpot& port, const NodeItem& item)
{
    return port.shown || (fits(port, item.look()) && port.at.y() > canvas::headerHeight);
}

// The node above another; of nodes never raised the one made later.
bool isAbove(const NodeItem* item, const NodeItem* other)
{
    return !other || item->zValue() > other->zValue()
        || (item->zValue() == other->zValue() && item->id() > other->id());
}

Hit portHit(const NodeItem& item, const PortSpot& port)
{
    return {.what = Hit::What::Port, .id = item.id(), .port = port.name, .side = port.side, .edges = {}, .param = {}};
}

Hit nodeHit(const NodeItem& item, QPointF point)
{
    const QPointF at = point - item.pos();
    Hit hit{.what = Hit::What::Node, .id = item.id(), .port = {}, .edges = {}, .param = {}};
    hit.onPicture = item.face().picture.contains(at);
    hit.onHeader = at.y() < canvas::headerHeight;
    for (const FaceRow& row : item.face().rows)
        if (item.face().form == NodeFace::Form::Whole && row.rect.contains(at))
            hit.param = row.param;
    return hit;
}

Qt::Edges edgesAt(const QRectF& rect, QPointF point, double reach)
{
    Qt::Edges edges;
    if (!rect.adjusted(-reach, -reach, reach, reach).contains(point))
        return edges;
    edges.setFlag(Qt::LeftEdge, std::abs(point.x() - rect.left()) <= reach);
    edges.setFlag(Qt::RightEdge, std::abs(point.x() - rect.right()) <= reach);
    edges.setFlag(Qt::TopEdge, std::abs(point.y() - rect.top()) <= reach);
    edges.setFlag(Qt::BottomEdge, std::abs(point.y() - rect.bottom()) <= reach);
    return edges;
}

Hit frameHit(const FrameItem& frame, QPointF point, double reach)
{
    const Qt::Edges edges = edgesAt(frame.rect(), point, reach);
    if (edges)
        return {.what = Hit::What::FrameEdge, .id = frame.id(), .port = {}, .edges = edges, .param = {}};
    if (frame.titleRect().contains(point))
        return {.what = Hit::What::Frame, .id = frame.id(), .port = {}, .edges = {}, .param = {}};
    return {};
}

}

Hit GraphScene::hitAt(QPointF point, double reach) const
{
    const NodeItem* top = nullptr; // under the point
    const NodeItem* nearest = nullptr; // with a port in reach
    const PortSpot* port = nullptr;
    double best = reach;
    for (const auto& [id, item] : m_nodes) {
        const QRectF rect = item->rect();
        if (!rect.adjusted(-reach, -reach, reach, reach).contains(point))
            continue;
        if (rect.contains(point) && isAbove(item, top))
            top = item;
        for (const PortSpot& spot : item->face().ports) {
            const double away = distance(point, item->pos() + spot.at);
            if (away <= best && isReachable(spot, *item)) {
                best = away;
                nearest = item;
                port = &spot;
            }
        }
    }
    if (port && (!top || top == nearest || isAbove(nearest, top)))
        return portHit(*nearest, *port);
    if (top)
        return nodeHit(*top, point);
    for (const bool comment : {true, false}) {
        if (!comment)
            if (const LinkId link = m_links->linkAt(point, reach * 0.7))
                return {.what = Hit::What::Link, .id = link, .port = {}, .edges = {}, .param = {}};
        Hit found;
        double z = -1e9;
        for (const auto& [id, frame] : m_frames) {
            const Hit hit = frame->isComment() == comment ? frameHit(*frame, point, reach * 0.5) : Hit();
            if (hit.what != Hit::What::Nothing && frame->zValue() > z) {
                found = hit;
                z = frame->zValue();
            }
        }
        if (found.what != Hit::What::Nothing)
            return found;
    }
    return {};
}

}
