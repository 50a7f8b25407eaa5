#include "ui/canvas/node_search.h"

#include "ui/canvas/graph_view.h"
#include "ui/document/labels.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace athanor {

namespace {

bool fits(const Param& param, PortType output)
{
    return accepts(rowOf(param.kind).type, output) || (param.fedBy != PortType::Any && accepts(param.fedBy, output));
}

void addNode(GraphView& view, const NodeType& type, QPointF at, const OpenEnd& end)
{
    GraphDocument& document = view.document();
    const int64_t id = document.body().nextId; // which the node will have
    const bool done = document.tryEdit(
        GraphView::tr("Add %1").arg(nodeText(type.title)), [&] { return withNode(document.body(), type, at, end); });
    if (!done)
        return;
    document.select({id});
    view.reveal({id});
    view.setFocus();
}

}

std::string fittingPort(const NodeType& type, const OpenEnd& end)
{
    if (!end.isOutput) {
        const auto it =
            std::ranges::find_if(type.outputs, [&](const OutputPort& port) { return accepts(end.type, port.type); });
        return it == type.outputs.end() ? "" : std::string(it->name);
    }
    const auto exact = std::ranges::find(type.inputs, end.type, &InputPort::type);
    if (exact != type.inputs.end())
        return std::string(exact->name);
    const auto input =
        std::ranges::find_if(type.inputs, [&](const InputPort& port) { return accepts(port.type, end.type); });
    if (input != type.inputs.end())
        return std::string(input->name);
    const auto param = std::ranges::find_if(type.params, [&](const Param& p) { return fits(p, end.type); });
    return param == type.params.end() ? "" : std::string(param->name);
}

Graph withNode(Graph graph, const NodeType& type, QPointF at, const OpenEnd& end)
{
    Node node = makeNode(type);
    node.rect = {std::round(at.x()), std::round(at.y()), 0, 0};
    const NodeId id = addNode(graph, std::move(node));
    if (end.port.node == 0)
        return graph;
    const PortRef fresh{id, fittingPort(type, end)};
    const PortRef &from = end.isOutput ? end.port : fresh, &to = end.isOutput ? fresh : end.port;
    return whyNot(graph, from, to).empty() ? connected(std::move(graph), from, to) : graph;
}

std::vector<Choice> nodeChoices(GraphView& view, QPointF at, const OpenEnd& end)
{
    std::vector<Choice> choices;
    for (const NodeType& type : nodeTypes()) {
        if (end.port.node != 0 && fittingPort(type, end).empty())
            continue;
        choices.push_back({nodeText(type.title), nodeText(type.category), nodeText(type.text),
            categoryColour(type.category, view.graphScene().theme()),
            [&view, &type, at, end] { addNode(view, type, at, end); }, toText(type.title)});
    }
    std::ranges::stable_sort(choices, {}, [](const Choice& choice) { return std::pair(choice.group, choice.title); });
    return choices;
}

}
