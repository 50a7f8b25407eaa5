#include "ui/canvas/link_list.h"

#include "inference/graph/link_types.h"
#include "ui/canvas/graph_view.h"
#include "ui/document/labels.h"

#include <set>

namespace athanor {

namespace {

constexpr size_t mostListed = 400;

// The node itself and all that it feeds, or that feeds it, however far away.
std::set<NodeId> reached(const Links& links, NodeId id, bool upwards)
{
    std::set<NodeId> seen{id};
    std::vector<NodeId> open{id};
    while (!open.empty()) {
        const NodeId at = open.back();
        open.pop_back();
        for (const Link* link : upwards ? links.into(at) : links.outOf(at)) {
            const NodeId next = upwards ? link->from.node : link->to.node;
            if (seen.insert(next).second)
                open.push_back(next);
        }
    }
    return seen;
}

Choice choiceOf(GraphView& view, const Link& wanted, const Link* now, PortType type, const QString& title, bool gives)
{
    return {title, gives ? GraphView::tr("gives") : GraphView::tr("takes"),
        now ? GraphView::tr("in place of the link there") : QString(), portColour(type, view.graphScene().theme()),
        [&view, wanted] {
            GraphDocument& changed = view.document();
            changed.tryEdit(GraphView::tr("Link"), [&] { return connected(changed.body(), wanted.from, wanted.to); });
            view.setFocus();
        }};
}

}

std::vector<Choice> linkChoices(GraphView& view, NodeId id)
{
    std::vector<Choice> choices;
    GraphScene& scene = view.graphScene();
    const NodeItem* node = scene.node(id);
    if (!node)
        return choices;
    const Graph& body = view.document().body();
    const Links& links = view.document().links(body);
    LinkTypes types(body, links);
    const std::set<NodeId> above = reached(links, id, true), below = reached(links, id, false);
    for (const PortSpot& own : node->face().ports)
        for (const auto& [otherId, other] : scene.nodes())
            for (const PortSpot& port : other->face().ports) {
                const bool gives = own.side == PortSide::Output, takes = port.side == PortSide::Output;
                const bool closesCircle = (gives ? above : below).contains(otherId);
                const PortSpot &from = gives ? own : port, &to = gives ? port : own;
                if (gives == takes || closesCircle || to.side == PortSide::Param || !to.takes(from.type))
                    continue;
                const Link wanted{{gives ? id : otherId, from.name}, {gives ? otherId : id, to.name}};
                const Link* now = links.into(wanted.to.node, wanted.to.port);
                if ((now && now->from == wanted.from) || !types.fit(wanted.from, wanted.to))
                    continue;
                const QString place = other->face().title + QStringLiteral(" · ") + label(port.name);
                const QString title = gives ? label(own.name) + QStringLiteral(" → ") + place
                                            : place + QStringLiteral(" → ") + label(own.name);
                choices.push_back(choiceOf(view, wanted, now, from.type, title, gives));
                if (choices.size() == mostListed)
                    return choices;
            }
    return choices;
}

void listLinks(GraphView& view, NodeId node)
{
    std::vector<Choice> choices = linkChoices(view, node);
    if (choices.empty())
        return view.tell(GraphView::tr("No other node has a port that fits this one. Add one with Space."));
    const QPointF corner = view.graphScene().rectOf(node).topRight();
    auto* popup = new ChoicePopup(&view, GraphView::tr("Link what to what"), std::move(choices));
    popup->openAt(view.viewport()->mapToGlobal(view.mapFromScene(corner)));
}

}
