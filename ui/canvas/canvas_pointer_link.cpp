// Dragging links: what fits, where they would end and why they cannot.
#include "ui/canvas/canvas_pointer.h"
#include "ui/canvas/graph_view.h"
#include "ui/document/labels.h"

namespace athanor {

namespace {

// The port of a node on whose body a link is dropped: that of the row there, else the first free one, else the first.
const PortSpot* bestPort(const NodeItem& item, const std::string& row)
{
    const PortSpot *first = nullptr, *free = nullptr;
    for (const PortSpot& port : item.face().ports) {
        if (!fits(port, item.look()))
            continue;
        if (port.side == PortSide::Param) {
            if (port.name == row)
                return &port;
            continue;
        }
        first = first ? first : &port;
        free = free || port.linked ? free : &port;
    }
    return free ? free : first;
}

}

void CanvasPointer::startLink(const Hit& hit)
{
    const bool isOutput = hit.side == PortSide::Output;
    const Link* link = isOutput ? nullptr : linkInto(m_document.body(), hit.id, hit.port);
    if (link) { // takes its end off
        for (const auto& [id, other] : m_document.body().links)
            if (other == *link)
                m_taken = id;
        const PortRef from = link->from;
        m_scene.setDetached(m_taken);
        return startLinkFrom(from, true);
    }
    startLinkFrom({hit.id, hit.port}, isOutput);
}

void CanvasPointer::startLinkFrom(const PortRef& fixed, bool isOutput)
{
    m_gesture = Gesture::Link;
    m_fixed = fixed;
    m_fixedIsOutput = isOutput;
    const NodeItem* item = m_scene.node(fixed.node);
    const PortSpot* spot = item ? item->face().port(fixed.port, isOutput) : nullptr;
    m_dragType = isOutput ? m_scene.typeAt(fixed) : spot ? spot->type : PortType::Any;
    m_scene.setHovered({});
    m_scene.setDragged(isOutput ? NodeLook::Drag::NeedsInput : NodeLook::Drag::NeedsOutput, m_dragType);
    moveLink();
}

PortRef CanvasPointer::targetAt(const Hit& hit) const
{
    const NodeItem* item = hit.id != m_fixed.node ? m_scene.node(hit.id) : nullptr;
    if (!item)
        return {};
    if (hit.what == Hit::What::Port && (hit.side == PortSide::Output) != m_fixedIsOutput)
        return {hit.id, hit.port};
    if (hit.what != Hit::What::Node && hit.what != Hit::What::Port)
        return {};
    const PortSpot* port = bestPort(*item, hit.param);
    return port ? PortRef{hit.id, port->name} : PortRef();
}

std::string CanvasPointer::whyNotTo(const PortRef& target) const
{
    return m_fixedIsOutput ? whyNot(m_document.body(), m_fixed, target) : whyNot(m_document.body(), target, m_fixed);
}

void CanvasPointer::moveLink()
{
    const Hit hit = hitAt(m_pixel);
    const bool onNode = hit.what == Hit::What::Node || hit.what == Hit::What::Port;
    if (m_fixedIsOutput)
        m_scene.setEveryParam(onNode && hit.id != m_fixed.node ? hit.id : 0);
    const PortRef target = targetAt(hit);
    if (target != m_refusedFor) {
        m_refusedFor = target;
        m_refusal = target.node == 0 ? QString() : toText(whyNotTo(target));
    }
    if (target.node == 0 && onNode && hit.id != m_fixed.node)
        m_refusal = (m_fixedIsOutput ? GraphView::tr("%1 has no input for %2")
                                     : GraphView::tr("%1 has no output that gives %2"))
                        .arg(m_scene.node(hit.id)->face().title, typeLabel(m_dragType));
    else if (target.node == 0)
        m_refusal.clear();
    m_target = target;
    const NodeItem* fixed = m_scene.node(m_fixed.node);
    if (!fixed)
        return;
    const bool lands = target.node != 0 && m_refusal.isEmpty();
    const QPointF end = lands ? m_scene.node(target.node)->portAt(target.port, !m_fixedIsOutput) : m_at;
    const QPointF start = fixed->portAt(m_fixed.port, m_fixedIsOutput);
    m_overlay->showLink(
        {m_fixedIsOutput ? start : end, m_fixedIsOutput ? end : start, m_dragType, m_refusal.isEmpty()});
    if (lands)
        m_overlay->showTarget(end, m_dragType);
    else
        m_overlay->hideTarget();
    m_view.tellAtPointer(m_refusal, m_pixel);
}

void CanvasPointer::dropLink()
{
    const Link taken = m_taken ? m_document.body().links.at(m_taken) : Link();
    const bool lands = m_target.node != 0 && m_refusal.isEmpty(), refused = !m_refusal.isEmpty();
    const PortRef from = m_fixedIsOutput ? m_fixed : m_target, to = m_fixedIsOutput ? m_target : m_fixed;
    Graph graph = m_document.body();
    if (m_taken)
        graph = removed(std::move(graph), {m_taken});
    const bool wasTaken = m_taken != 0;
    const PortRef fixed = m_fixed;
    const bool fixedIsOutput = m_fixedIsOutput;
    const QString refusal = m_refusal;
    const bool moved = (m_pixel - m_startPixel).manhattanLength() >= QApplication::startDragDistance();
    finish();
    if (refused)
        return m_view.tell(refusal);
    if (lands && wasTaken && to == taken.to)
        return;
    if (lands)
        m_document.edit(GraphView::tr("Link"), connected(std::move(graph), from, to));
    else if (wasTaken && moved)
        m_document.edit(GraphView::tr("Remove link"), std::move(graph));
    else if (moved)
        m_view.searchNode(m_at, fixed, fixedIsOutput);
}

}
