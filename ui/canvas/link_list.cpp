#include "ui/canvas/link_list.h"

#include "ui/canvas/graph_view.h"
#include "ui/document/labels.h"

namespace athanor {

namespace {

constexpr size_t mostListed = 400;

void offer(std::vector<Choice>& choices, GraphView& view, const PortRef& from, const PortRef& to, PortType type,
    const QString& title, const QString& group)
{
    GraphDocument& document = view.document();
    const Link* now = linkInto(document.body(), to.node, to.port);
    if (choices.size() >= mostListed || (now && now->from == from) || !whyNot(document.body(), from, to).empty())
        return;
    choices.push_back({title, group, now ? GraphView::tr("in place of the link there") : QString(),
        portColour(type, view.graphScene().theme()), [&view, from, to] {
            GraphDocument& changed = view.document();
            changed.tryEdit(GraphView::tr("Link"), [&] { return connected(changed.body(), from, to); });
            view.setFocus();
        }});
}

}

std::vector<Choice> linkChoices(GraphView& view, NodeId id)
{
    std::vector<Choice> choices;
    GraphScene& scene = view.graphScene();
    const NodeItem* node = scene.node(id);
    if (!node)
        return choices;
    for (const PortSpot& own : node->face().ports)
        for (const auto& [otherId, other] : scene.nodes())
            for (const PortSpot& port : other->face().ports) {
                const bool gives = own.side == PortSide::Output, takes = port.side == PortSide::Output;
                if (otherId == id || gives == takes)
                    continue;
                const PortSpot &from = gives ? own : port, &to = gives ? port : own;
                if (to.side == PortSide::Param || !to.takes(from.type))
                    continue;
                const QString place = other->face().title + QStringLiteral(" · ") + label(port.name);
                offer(choices, view, {gives ? id : otherId, from.name}, {gives ? otherId : id, to.name}, from.type,
                    (gives ? label(own.name) + QStringLiteral(" → ") + place
                           : place + QStringLiteral(" → ") + label(own.name)),
                    gives ? GraphView::tr("gives") : GraphView::tr("takes"));
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
