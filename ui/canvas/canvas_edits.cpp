#include "ui/canvas/canvas_edits.h"

#include "inference/graph/bypass.h"
#include "inference/graph/link_types.h"
#include "inference/graph/subgraph_type.h"
#include "ui/canvas/node_face.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

namespace athanor {

namespace {

// The nodes of circles, and those between two of them.
std::set<NodeId> nodesInCircles(const Graph& graph, const Links& links)
{
    const std::vector<NodeId> order = inOrder(graph, links);
    if (order.size() == graph.nodes.size())
        return {};
    Graph reversed = graph;
    for (auto& [id, link] : reversed.links)
        std::swap(link.from, link.to);
    std::set<NodeId> nodes;
    for (const auto& [id, node] : graph.nodes)
        nodes.insert(nodes.end(), id);
    for (const auto& ordered : {order, inOrder(reversed, Links(reversed))})
        for (const NodeId id : ordered)
            nodes.erase(id);
    return nodes;
}

// Without those of the links that do not fit in the graph that holds them.
Graph withoutMisfits(Graph graph, const std::vector<Link>& fresh)
{
    std::set<LinkId> gone;
    {
        const Links links(graph);
        LinkTypes types(graph, links);
        const std::set<NodeId> circles = nodesInCircles(graph, links);
        std::set<PortRef> targets;
        for (const Link& link : fresh)
            targets.insert(link.to);
        for (const auto& [id, link] : graph.links) {
            const bool circle = circles.contains(link.from.node) && circles.contains(link.to.node);
            if (targets.contains(link.to) && (circle || !types.fit(link.from, link.to)))
                gone.insert(id);
        }
    }
    std::erase_if(graph.links, [&](const auto& entry) { return gone.contains(entry.first); });
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

Graph removedAndReconnected(const Graph& graph, const Ids& ids)
{
    std::vector<Link> fresh;
    WaysPast ways(graph, [&](NodeId id, const Node&) { return ids.contains(id); });
    for (const auto& [number, link] : graph.links)
        if (ids.contains(link.from.node) && !ids.contains(link.to.node))
            if (const auto from = ways.source(link.from, slotType(graph.nodes.at(link.to.node), link.to.port)))
                fresh.push_back({*from, link.to});
    return withoutMisfits(connected(removed(graph, ids), fresh), fresh);
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
    std::vector<Link> fresh;
    for (const OuterLink& link : links)
        if (link.node < nodes.size() && !ids.contains(link.from.node)) // then it closes no circle
            fresh.push_back({link.from, {nodes[link.node], link.port}});
    return withoutMisfits(connected(std::move(graph), fresh), fresh);
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
