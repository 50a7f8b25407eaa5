#include "inference/graph/graph_edit.h"

#include "inference/graph/flatten.h"
#include "inference/graph/graph_links.h"
#include "inference/graph/link_rules.h"
#include "inference/graph/subgraph.h"
#include "inference/graph/workflow_json.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <variant>

namespace athanor {

namespace {

// Of a port through which anything flows, what is linked to it decides; Any if nothing does.
PortType typeOut(const Graph& graph, const Links& links, PortRef output, FindNodeType findType)
{
    for (size_t steps = 0; steps <= graph.nodes.size(); ++steps) {
        const auto node = graph.nodes.find(output.node);
        NodeType made;
        const NodeType* type = node == graph.nodes.end() ? nullptr : typeOf(node->second, made, findType);
        const OutputPort* port = type ? findOutput(*type, output.port) : nullptr;
        if (!port || port->type != PortType::Any)
            return port ? port->type : PortType::Any;
        const auto linked = std::ranges::find_if(type->inputs,
            [&](const InputPort& input) { return input.type == PortType::Any && links.into(output.node, input.name); });
        if (linked == type->inputs.end())
            return PortType::Any;
        output = links.into(output.node, linked->name)->from;
    }
    return PortType::Any;
}

std::string mismatch(const Graph& graph, const PortRef& from, PortType out, const PortRef& to, const Target& target,
    FindNodeType findType)
{
    return inQuotes(to.port) + " of " + nodeName(graph, to.node, findType) + " takes " + std::string(name(target.type))
        + ", but " + inQuotes(from.port) + " of " + nodeName(graph, from.node, findType) + " gives "
        + std::string(name(out));
}

// Whether the output fits everything that the input hands it on to.
std::string typeProblem(
    const Graph& graph, const Links& links, const PortRef& from, const PortRef& to, FindNodeType findType)
{
    const PortType out = typeOut(graph, links, from, findType);
    std::vector<PortRef> open{to};
    std::unordered_set<NodeId> passed;
    while (!open.empty()) {
        const PortRef at = std::move(open.back());
        open.pop_back();
        const auto node = graph.nodes.find(at.node);
        NodeType made;
        const NodeType* type = node == graph.nodes.end() ? nullptr : typeOf(node->second, made, findType);
        const auto target = type ? findTarget(*type, at.port) : std::nullopt;
        if (!target)
            continue;
        if (!target->takes(out))
            return mismatch(graph, from, out, at, *target, findType);
        if (target->type != PortType::Any || !passed.insert(at.node).second)
            continue;
        for (const Link* link : links.outOf(at.node)) {
            const OutputPort* port = findOutput(*type, link->from.port);
            if (port && port->type == PortType::Any)
                open.push_back(link->to);
        }
    }
    return {};
}

// From one node along the links to another, both included; empty if there is no way.
std::vector<NodeId> way(const Links& links, NodeId from, NodeId to)
{
    std::unordered_map<NodeId, NodeId> cameFrom{{from, 0}};
    std::vector<NodeId> open{from};
    for (size_t next = 0; next < open.size() && !cameFrom.contains(to); ++next)
        for (const Link* link : links.outOf(open[next]))
            if (cameFrom.emplace(link->to.node, open[next]).second)
                open.push_back(link->to.node);
    std::vector<NodeId> nodes;
    if (cameFrom.contains(to))
        for (NodeId at = to; at != 0; at = cameFrom.at(at))
            nodes.push_back(at);
    std::ranges::reverse(nodes);
    return nodes;
}

Graph withoutLinksInto(Graph graph, const PortRef& to)
{
    std::erase_if(graph.links, [&](const auto& entry) { return entry.second.to == to; });
    return graph;
}

void setParam(Graph& graph, NodeId id, const std::string& param, const ParamValue& value, int depth)
{
    const auto at = graph.nodes.find(id);
    if (at == graph.nodes.end() || depth > maxSubgraphDepth)
        return;
    Node& node = at->second;
    if (!isSubgraph(node)) {
        node.params[param] = value;
        return;
    }
    const Exposed* exposed = findExposed(node.subgraph->params, param);
    if (!exposed)
        return;
    Graph body = *node.subgraph->body;
    for (const PortRef& inner : exposed->inner)
        setParam(body, inner.node, inner.port, value, depth + 1);
    Subgraph changed = *node.subgraph;
    changed.body = std::make_shared<const Graph>(std::move(body));
    node.subgraph = std::make_shared<const Subgraph>(std::move(changed));
}

void unite(Rect& all, const Rect& rect)
{
    const double right = std::max(all.x + all.width, rect.x + rect.width);
    const double bottom = std::max(all.y + all.height, rect.y + rect.height);
    all.x = std::min(all.x, rect.x);
    all.y = std::min(all.y, rect.y);
    all.width = right - all.x;
    all.height = bottom - all.y;
}

// The entries whose ids are wanted, moved.
template <class T> void move(std::map<int64_t, T>& entries, const Ids& ids, double right, double down)
{
    for (auto& [id, entry] : entries) {
        if (!ids.contains(id))
            continue;
        entry.rect.x += right;
        entry.rect.y += down;
    }
}

template <class T> std::map<int64_t, T> only(const std::map<int64_t, T>& entries, const Ids& ids)
{
    std::map<int64_t, T> wanted;
    for (const auto& [id, entry] : entries)
        if (ids.contains(id))
            wanted.emplace_hint(wanted.end(), id, entry);
    return wanted;
}

// Adds entries under new ids; returns those by the old ones.
template <class T>
std::map<int64_t, int64_t> paste(
    std::map<int64_t, T>& to, const std::map<int64_t, T>& from, int64_t& nextId, Ids& added)
{
    std::map<int64_t, int64_t> ids;
    for (const auto& [id, entry] : from) {
        ids.emplace_hint(ids.end(), id, nextId);
        added.insert(added.end(), nextId);
        to.emplace_hint(to.end(), nextId++, entry);
    }
    return ids;
}

size_t textLimit(const std::string& text)
{
    const auto isPlain = [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; };
    return std::ranges::all_of(text, isPlain) ? maxPlainParamText : maxParamText;
}

}

std::string nodeName(const Graph& graph, NodeId node, FindNodeType findType)
{
    const auto at = graph.nodes.find(node);
    return at == graph.nodes.end() ? "node " + std::to_string(node) : nodeName(at->second, NodePath{node}, findType);
}

std::string whyNot(const Graph& graph, const PortRef& from, const PortRef& to, FindNodeType findType)
{
    for (const PortRef& end : {from, to})
        if (!graph.nodes.contains(end.node))
            return "there is no node " + std::to_string(end.node);
    NodeType madeFrom, madeTo;
    const NodeType* typeFrom = typeOf(graph.nodes.at(from.node), madeFrom, findType);
    const NodeType* typeTo = typeOf(graph.nodes.at(to.node), madeTo, findType);
    for (const auto& [type, end] : {std::pair{typeFrom, &from}, std::pair{typeTo, &to}})
        if (!type)
            return nodeName(graph, end->node, findType)
                + " is of a type that is not known, so its ports are not either";
    if (!findOutput(*typeFrom, from.port))
        return nodeName(graph, from.node, findType) + " has no output " + inQuotes(from.port);
    if (!findTarget(*typeTo, to.port))
        return nodeName(graph, to.node, findType) + " has no input or parameter " + inQuotes(to.port);
    const Links links(graph);
    if (const std::string problem = typeProblem(graph, links, from, to, findType); !problem.empty())
        return problem;
    const std::vector<NodeId> circle = way(links, to.node, from.node);
    return circle.empty() ? "" : circleText(circle, [&](NodeId id) { return nodeName(graph, id, findType); });
}

Graph connected(Graph graph, const PortRef& from, const PortRef& to)
{
    assert(graph.nodes.contains(from.node) && graph.nodes.contains(to.node));
    graph = withoutLinksInto(std::move(graph), to);
    const LinkId id = graph.nextId++;
    graph.links.emplace(id, Link{from, to});
    return graph;
}

Graph connected(Graph graph, const std::vector<Link>& links)
{
    std::map<PortRef, LinkId> last; // into each port
    for (const Link& link : links)
        last[link.to] = graph.nextId++;
    std::erase_if(graph.links, [&](const auto& entry) { return last.contains(entry.second.to); });
    LinkId id = graph.nextId - LinkId(links.size());
    for (const Link& link : links) {
        if (last.at(link.to) == id)
            graph.links.emplace_hint(graph.links.end(), id, link);
        ++id;
    }
    return graph;
}

Graph disconnected(Graph graph, const PortRef& to)
{
    return withoutLinksInto(std::move(graph), to);
}

NodeId addNode(Graph& graph, Node node)
{
    graph.nodes.emplace(graph.nextId, std::move(node));
    return graph.nextId++;
}

int64_t addGroup(Graph& graph, Group group)
{
    graph.groups.emplace(graph.nextId, std::move(group));
    return graph.nextId++;
}

int64_t addComment(Graph& graph, Comment comment)
{
    graph.comments.emplace(graph.nextId, std::move(comment));
    return graph.nextId++;
}

Graph removed(Graph graph, const Ids& ids)
{
    const auto wanted = [&](const auto& entry) { return ids.contains(entry.first); };
    std::erase_if(graph.links, [&](const auto& entry) {
        return wanted(entry) || ids.contains(entry.second.from.node) || ids.contains(entry.second.to.node);
    });
    std::erase_if(graph.nodes, wanted);
    std::erase_if(graph.groups, wanted);
    std::erase_if(graph.comments, wanted);
    for (std::vector<ParamPlace>* places : {&graph.form, &graph.freshSeeds})
        std::erase_if(
            *places, [&](const ParamPlace& place) { return !place.node.empty() && ids.contains(place.node.front()); });
    return graph;
}

Graph moved(Graph graph, const Ids& ids, double right, double down)
{
    move(graph.nodes, ids, right, down);
    move(graph.groups, ids, right, down);
    move(graph.comments, ids, right, down);
    return graph;
}

Graph withMode(Graph graph, const Ids& nodes, NodeMode mode)
{
    for (auto& [id, node] : graph.nodes)
        if (nodes.contains(id))
            node.mode = mode;
    return graph;
}

Rect frameOf(const Graph& graph, const Ids& nodes)
{
    constexpr Rect unknownSize{0, 0, 220, 160}; // of a node that is as large as it needs
    Rect all;
    bool first = true;
    for (const auto& [id, node] : graph.nodes) {
        if (!nodes.contains(id))
            continue;
        Rect rect = node.rect;
        if (rect.width == 0 || rect.height == 0)
            rect = {rect.x, rect.y, unknownSize.width, unknownSize.height};
        if (first)
            all = rect;
        else
            unite(all, rect);
        first = false;
    }
    return all;
}

Graph withGroup(Graph graph, const Ids& nodes, const std::string& title)
{
    constexpr double margin = 20, titleHeight = 30;
    Rect rect = frameOf(graph, nodes);
    rect = {rect.x - margin, rect.y - margin - titleHeight, rect.width + 2 * margin,
        rect.height + 2 * margin + titleHeight};
    addGroup(graph, {title, rect, ""});
    return graph;
}

Graph withParam(Graph graph, NodeId node, const std::string& param, const ParamValue& value)
{
    const auto* text = std::get_if<std::string>(&value);
    if (text && text->size() > maxParamText && text->size() > textLimit(*text))
        throw Error(ErrorKind::BadArgument,
            param + " has " + std::to_string(text->size()) + " bytes, the limit for a text is "
                + std::to_string(textLimit(*text)));
    setParam(graph, node, param, value, 0);
    return graph;
}

Graph withDrawnSeeds(Graph graph, const std::function<uint64_t()>& drawSeed)
{
    const std::vector<ParamPlace> places = graph.freshSeeds;
    const auto isBeside = [](const ParamPlace& a, const ParamPlace& b) {
        return std::ranges::equal(a.node.begin(), a.node.end() - 1, b.node.begin(), b.node.end() - 1);
    };
    for (size_t at = 0; at < places.size();) {
        const ParamPlace& first = places[at++];
        if (first.node.empty())
            continue;
        const NodePath outer(first.node.begin(), first.node.end() - 1);
        const Graph* inner = bodyAt(graph, outer);
        if (!inner)
            continue;
        Graph body = outer.empty() ? std::move(graph) : *inner;
        const auto draw = [&](const ParamPlace& place) {
            if (body.nodes.contains(place.node.back()))
                body = withParam(std::move(body), place.node.back(), place.param, wholeValue(drawSeed()));
        };
        draw(first);
        for (; at < places.size() && !places[at].node.empty() && isBeside(first, places[at]); ++at)
            draw(places[at]);
        graph = outer.empty() ? std::move(body) : withBody(std::move(graph), outer, std::move(body));
    }
    return graph;
}

Graph copied(const Graph& graph, const Ids& ids)
{
    Graph copy;
    copy.nextId = graph.nextId;
    copy.nodes = only(graph.nodes, ids);
    copy.groups = only(graph.groups, ids);
    copy.comments = only(graph.comments, ids);
    for (const auto& [id, link] : graph.links)
        if (copy.nodes.contains(link.from.node) && copy.nodes.contains(link.to.node))
            copy.links.emplace_hint(copy.links.end(), id, link);
    return copy;
}

Pasted pasted(Graph graph, const Graph& clip, double right, double down)
{
    if (graph.nodes.size() + clip.nodes.size() > maxWorkflowNodes)
        throw Error(ErrorKind::BadArgument,
            "with what is pasted the workflow would have more than " + std::to_string(maxWorkflowNodes) + " nodes");
    Ids added;
    const auto ids = paste(graph.nodes, clip.nodes, graph.nextId, added);
    paste(graph.groups, clip.groups, graph.nextId, added);
    paste(graph.comments, clip.comments, graph.nextId, added);
    for (const auto& [id, link] : clip.links)
        if (clip.nodes.contains(link.from.node) && clip.nodes.contains(link.to.node))
            graph.links.emplace_hint(graph.links.end(), graph.nextId++,
                Link{{ids.at(link.from.node), link.from.port}, {ids.at(link.to.node), link.to.port}});
    graph = moved(std::move(graph), added, right, down);
    return {std::move(graph), std::move(added)};
}

std::vector<NodeId> findCycle(const Graph& graph)
{
    const Links links(graph);
    const std::vector<NodeId> order = inOrder(graph, links);
    if (order.size() == graph.nodes.size())
        return {};
    const std::unordered_set<NodeId> ordered(order.begin(), order.end());
    const auto isLeft = [&](NodeId id) { return graph.nodes.contains(id) && !ordered.contains(id); };
    // Each node that is left is fed by another that is; so the way back ends in a circle.
    NodeId at = std::ranges::find_if(graph.nodes, [&](const auto& entry) { return isLeft(entry.first); })->first;
    std::vector<NodeId> back;
    std::unordered_map<NodeId, size_t> seen;
    while (seen.emplace(at, back.size()).second) {
        back.push_back(at);
        const auto into = links.into(at);
        at = (*std::ranges::find_if(into, [&](const Link* link) { return isLeft(link->from.node); }))->from.node;
    }
    return {back.rbegin(), back.rend() - std::ptrdiff_t(seen.at(at))};
}

}
