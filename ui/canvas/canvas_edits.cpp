#include "ui/canvas/canvas_edits.h"

#include "inference/pipeline/graph_links.h"
#include "inference/pipeline/subgraph_type.h"
#include "ui/canvas/node_face.h"

#include <algorithm>
#include <iterator>
#include <map>

namespace athanor {

namespace {

// The link that feeds what a bypassed node would give at the output; null: nothing.
const Link* passedOn(const Graph& graph, NodeId id, const std::string& output)
{
    NodeType made;
    const NodeType* type = typeOf(graph.nodes.at(id), made);
    const OutputPort* port = type ? findOutput(*type, output) : nullptr;
    if (!port || port != &*std::ranges::find(type->outputs, port->type, &OutputPort::type))
        return nullptr;
    for (const InputPort& input : type->inputs)
        if (const Link* link = input.type == port->type ? linkInto(graph, id, input.name) : nullptr)
            return link;
    return nullptr;
}

Graph reconnected(Graph graph, NodeId id)
{
    std::vector<Link> fresh;
    for (const auto& [number, link] : graph.links)
        if (link.from.node == id)
            if (const Link* feeds = passedOn(graph, id, link.from.port))
                fresh.push_back({feeds->from, link.to});
    graph = removed(std::move(graph), {id});
    for (const Link& link : fresh)
        if (whyNot(graph, link.from, link.to).empty())
            graph = connected(std::move(graph), link.from, link.to);
    return graph;
}

// The rectangles of nodes, groups and comments among the ids.
std::vector<Rect*> rectsOf(Graph& graph, const Ids& ids)
{
    std::vector<Rect*> rects;
    const auto collect = [&](auto& entries) {
        for (auto& [id, entry] : entries)
            if (ids.contains(id))
                rects.push_back(&entry.rect);
    };
    collect(graph.nodes);
    collect(graph.groups);
    collect(graph.comments);
    return rects;
}

}

Graph removedAndReconnected(Graph graph, const Ids& ids)
{
    for (const int64_t id : ids)
        if (graph.nodes.contains(id))
            graph = reconnected(std::move(graph), id);
    return removed(std::move(graph), ids);
}

Graph withReroute(Graph graph, LinkId link, double x, double y)
{
    const NodeType* type = findNodeType("reroute");
    const auto it = graph.links.find(link);
    if (!type || it == graph.links.end())
        return graph;
    const Link cut = it->second;
    Node node = makeNode(*type);
    node.rect = {x - canvas::rerouteWidth / 2, y - canvas::rerouteHeight / 2, 0, 0};
    const NodeId id = addNode(graph, std::move(node));
    graph = connected(std::move(graph), cut.from, {id, std::string(type->inputs.front().name)});
    return connected(std::move(graph), {id, std::string(type->outputs.front().name)}, cut.to);
}

Graph insertedIntoLink(Graph graph, NodeId node, LinkId link)
{
    const auto it = graph.links.find(link);
    NodeType made;
    const NodeType* type = it == graph.links.end() ? nullptr : typeOf(graph.nodes.at(node), made);
    const auto touches = [&](const auto& entry) {
        return entry.second.from.node == node || entry.second.to.node == node;
    };
    if (!type || std::ranges::any_of(graph.links, touches))
        return graph;
    const Link cut = it->second;
    for (const InputPort& input : type->inputs)
        for (const OutputPort& output : type->outputs) {
            const PortRef in{node, std::string(input.name)}, out{node, std::string(output.name)};
            if (!whyNot(graph, cut.from, in).empty())
                continue;
            Graph linked = connected(graph, cut.from, in);
            if (whyNot(linked, out, cut.to).empty())
                return connected(std::move(linked), out, cut.to);
        }
    return graph;
}

std::vector<OuterLink> outerLinks(const Graph& graph, const Ids& ids)
{
    std::map<NodeId, size_t> order;
    for (const auto& [id, node] : graph.nodes)
        if (ids.contains(id))
            order.emplace(id, order.size());
    std::vector<OuterLink> links;
    for (const auto& [id, link] : graph.links)
        if (order.contains(link.to.node) && !order.contains(link.from.node))
            links.push_back({link.from, order.at(link.to.node), link.to.port});
    return links;
}

Graph withOuterLinks(Graph graph, const Ids& ids, const std::vector<OuterLink>& links)
{
    std::vector<NodeId> nodes;
    std::ranges::copy_if(ids, std::back_inserter(nodes), [&](int64_t id) { return graph.nodes.contains(id); });
    for (const OuterLink& link : links) {
        if (link.node >= nodes.size())
            continue;
        const PortRef to{nodes[link.node], link.port};
        if (whyNot(graph, link.from, to).empty())
            graph = connected(std::move(graph), link.from, to);
    }
    return graph;
}

Graph aligned(Graph graph, const Ids& ids, Edge edge)
{
    const std::vector<Rect*> rects = rectsOf(graph, ids);
    if (rects.size() < 2)
        return graph;
    double left = rects[0]->x, top = rects[0]->y, right = left, bottom = top;
    for (const Rect* rect : rects) {
        left = std::min(left, rect->x);
        top = std::min(top, rect->y);
        right = std::max(right, rect->x + rect->width);
        bottom = std::max(bottom, rect->y + rect->height);
    }
    for (Rect* rect : rects) {
        if (edge == Edge::Left || edge == Edge::Right || edge == Edge::Across)
            rect->x = edge == Edge::Left ? left
                : edge == Edge::Right    ? right - rect->width
                                         : (left + right - rect->width) / 2;
        else
            rect->y = edge == Edge::Top ? top
                : edge == Edge::Bottom  ? bottom - rect->height
                                        : (top + bottom - rect->height) / 2;
    }
    return graph;
}

Graph distributed(Graph graph, const Ids& ids, bool horizontally)
{
    std::vector<Rect*> rects = rectsOf(graph, ids);
    if (rects.size() < 3)
        return graph;
    const auto start = horizontally ? &Rect::x : &Rect::y;
    const auto size = horizontally ? &Rect::width : &Rect::height;
    std::ranges::stable_sort(rects, {}, [&](const Rect* rect) { return rect->*start; });
    double room = rects.back()->*start - rects.front()->*start;
    for (const Rect* rect : rects)
        room -= rect == rects.back() ? 0 : rect->*size;
    const double gap = room / double(rects.size() - 1);
    double at = rects.front()->*start;
    for (Rect* rect : rects) {
        rect->*start = at;
        at += rect->*size + gap;
    }
    return graph;
}

}
