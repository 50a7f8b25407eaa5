#include "inference/graph/subgraph.h"

#include "inference/graph/graph_links.h"
#include "inference/graph/link_rules.h"
#include "inference/graph/workflow_json.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <cassert>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace athanor {

namespace {

// How deep subgraphs nest in the graph; 0: there are none.
int depthOf(const Graph& graph)
{
    std::unordered_map<const Graph*, int> deepest; // bodies may be shared, so that each is counted once a depth
    std::vector<std::pair<const Graph*, int>> open{{&graph, 0}};
    int depth = 0;
    while (!open.empty() && depth <= maxSubgraphDepth) {
        const auto [level, at] = open.back();
        open.pop_back();
        const auto [seen, isNew] = deepest.emplace(level, at);
        if (!isNew && seen->second >= at)
            continue;
        seen->second = at;
        depth = std::max(depth, at);
        for (const auto& [id, node] : level->nodes)
            if (isSubgraph(node))
                open.emplace_back(node.subgraph->body.get(), at + 1);
    }
    return depth;
}

void expectDepth(int depth)
{
    if (depth > maxSubgraphDepth)
        throw Error(ErrorKind::BadArgument,
            "subgraphs would be nested deeper than " + std::to_string(maxSubgraphDepth) + " levels");
}

std::vector<Exposed>& listOf(Subgraph& subgraph, Side side)
{
    return side == Side::Inputs ? subgraph.inputs : side == Side::Outputs ? subgraph.outputs : subgraph.params;
}

// Exposes ports of one subgraph, which nobody else changes meanwhile.
class Exposing {
public:
    explicit Exposing(Subgraph& subgraph)
        : m_subgraph(subgraph)
    {
        for (const Side side : {Side::Inputs, Side::Outputs, Side::Params})
            for (const Exposed& exposed : listOf(subgraph, side))
                namesOf(side).emplace(exposed.name, 2);
    }

    // Under the name, or the name with a number.
    const std::string& expose(Side side, const std::string& wish, std::vector<PortRef> inner)
    {
        std::vector<Exposed>& list = listOf(m_subgraph, side);
        if (list.size() == maxExposed)
            throw Error(ErrorKind::BadArgument,
                "a subgraph can have at most " + std::to_string(maxExposed) + " ports of one kind; choose fewer nodes");
        const std::string base = wish.empty() ? "port" : wish;
        std::map<std::string, int>& names = namesOf(side);
        std::string name = base;
        while (names.contains(name))
            name = base + "_" + std::to_string(names.at(base)++);
        names.emplace(name, 2);
        list.push_back({std::move(name), std::move(inner)});
        return list.back().name;
    }

private:
    // Those of inputs and parameters together: links do not tell them apart.
    std::map<std::string, int>& namesOf(Side side) { return side == Side::Outputs ? m_outputs : m_inputs; }

    Subgraph& m_subgraph;
    std::map<std::string, int> m_inputs, m_outputs; // names taken, and with which number to try next
};

// A node outside that the nodes feed and that feeds them; 0 if there is none.
NodeId nodeBetween(const Graph& graph, const Links& links, const Ids& nodes)
{
    std::vector<NodeId> open(nodes.begin(), nodes.end());
    std::unordered_set<NodeId> outside;
    while (!open.empty()) {
        const NodeId at = open.back();
        open.pop_back();
        for (const Link* link : links.outOf(at)) {
            const NodeId to = link->to.node;
            if (nodes.contains(to) && !nodes.contains(at))
                return at;
            if (!nodes.contains(to) && graph.nodes.contains(to) && outside.insert(to).second)
                open.push_back(to);
        }
    }
    return 0;
}

// Takes nodes out of a graph and puts a subgraph in their place.
class Making {
public:
    Making(Graph graph, const Ids& nodes, FindNodeType findType)
        : m_graph(std::move(graph))
        , m_nodes(nodes)
        , m_findType(findType)
        , m_links(m_graph)
    {
    }

    MadeSubgraph make(const std::string& title)
    {
        Graph body = copied(m_graph, m_nodes);
        exposeLinkedInputs();
        for (const auto& [id, node] : body.nodes)
            exposePorts(id, node);
        m_subgraph.body = std::make_shared<const Graph>(std::move(body));

        Node node;
        node.type = "subgraph";
        node.title = title;
        const Rect frame = frameOf(m_graph, m_nodes);
        node.rect = {frame.x, frame.y, 0, 0};
        node.subgraph = std::make_shared<const Subgraph>(std::move(m_subgraph));
        Graph rest = removed(m_graph, m_nodes);
        const NodeId made = addNode(rest, std::move(node));
        for (const auto& [from, name] : m_into)
            rest.links.emplace(rest.nextId++, Link{from, {made, name}});
        for (const auto& [name, to] : m_outOf)
            rest.links.emplace(rest.nextId++, Link{{made, name}, to});
        return {std::move(rest), made};
    }

private:
    bool isInside(NodeId id) const { return m_nodes.contains(id); }
    bool isOutside(NodeId id) const { return !isInside(id) && m_graph.nodes.contains(id); }

    Side sideOf(const PortRef& target) const
    {
        NodeType made;
        const NodeType* type = typeOf(m_graph.nodes.at(target.node), made, m_findType);
        return type && !findInput(*type, target.port) && findParam(*type, target.port) ? Side::Params : Side::Inputs;
    }

    // One port for all that one output outside feeds.
    void exposeLinkedInputs()
    {
        std::map<std::pair<PortRef, Side>, std::vector<PortRef>> fed;
        for (const NodeId id : m_nodes)
            for (const Link* link : m_links.into(id))
                if (isOutside(link->from.node))
                    fed[{link->from, sideOf(link->to)}].push_back(link->to);
        for (const auto& [key, inner] : fed)
            m_into.emplace_back(key.first, m_exposing.expose(key.second, inner.front().port, inner));
    }

    void exposePorts(NodeId id, const Node& node)
    {
        std::set<std::string, std::less<>> linked; // outputs
        std::map<std::string, std::vector<PortRef>> outward;
        for (const Link* link : m_links.outOf(id)) {
            linked.insert(link->from.port);
            if (isOutside(link->to.node))
                outward[link->from.port].push_back(link->to);
        }
        for (const auto& [port, targets] : outward) {
            const std::string name = m_exposing.expose(Side::Outputs, port, {{id, port}});
            for (const PortRef& to : targets)
                m_outOf.emplace_back(name, to);
        }
        NodeType made;
        const NodeType* type = typeOf(node, made, m_findType);
        if (!type)
            return;
        for (const OutputPort& output : type->outputs)
            if (!linked.contains(output.name))
                m_exposing.expose(Side::Outputs, std::string(output.name), {{id, std::string(output.name)}});
        for (const InputPort& input : type->inputs)
            if (!input.optional && !m_links.into(id, input.name))
                m_exposing.expose(Side::Inputs, std::string(input.name), {{id, std::string(input.name)}});
    }

    const Graph m_graph;
    const Ids& m_nodes;
    const FindNodeType m_findType;
    const Links m_links;
    Subgraph m_subgraph;
    Exposing m_exposing{m_subgraph};
    std::vector<std::pair<PortRef, std::string>> m_into; // what feeds the ports
    std::vector<std::pair<std::string, PortRef>> m_outOf; // what they feed
};

using ExposedList = std::vector<Exposed> Subgraph::*;

// Whether it can be exposed: its node is there, and nothing inside feeds it already.
bool isFree(const Graph& body, const Links& links, const PortRef& port, ExposedList list)
{
    const auto node = body.nodes.find(port.node);
    return node != body.nodes.end()
        && (!isSubgraph(node->second) || findExposed(node->second.subgraph.get()->*list, port.port))
        && (list == &Subgraph::outputs || !links.into(port.node, port.port));
}

// Gives the node another body and takes away what it exposed and no longer can, with its links.
void setBody(Graph& graph, NodeId id, Graph body)
{
    Node& node = graph.nodes.at(id);
    Subgraph changed = *node.subgraph;
    const Links links(body);
    std::set<std::string> goneIn, goneOut;
    for (const auto list : {&Subgraph::inputs, &Subgraph::params, &Subgraph::outputs}) {
        std::erase_if(changed.*list, [&](Exposed& exposed) {
            std::erase_if(exposed.inner, [&](const PortRef& port) { return !isFree(body, links, port, list); });
            if (exposed.inner.empty())
                (list == &Subgraph::outputs ? goneOut : goneIn).insert(exposed.name);
            return exposed.inner.empty();
        });
    }
    changed.body = std::make_shared<const Graph>(std::move(body));
    node.subgraph = std::make_shared<const Subgraph>(std::move(changed));
    std::erase_if(graph.links, [&](const auto& entry) {
        const Link& link = entry.second;
        return (link.to.node == id && goneIn.contains(link.to.port))
            || (link.from.node == id && goneOut.contains(link.from.port));
    });
}

bool hasPort(const Graph& graph, Side side, const PortRef& port, FindNodeType findType)
{
    const auto node = graph.nodes.find(port.node);
    NodeType made;
    const NodeType* type = node == graph.nodes.end() ? nullptr : typeOf(node->second, made, findType);
    if (!type)
        return false;
    return side == Side::Inputs ? findInput(*type, port.port) != nullptr
        : side == Side::Outputs ? findOutput(*type, port.port) != nullptr
                                : findParam(*type, port.port) != nullptr;
}

// A subgraph's node, to be changed; null if there is none.
Node* subgraphNode(Graph& graph, NodeId id)
{
    const auto at = graph.nodes.find(id);
    return at != graph.nodes.end() && isSubgraph(at->second) ? &at->second : nullptr;
}

}

MadeSubgraph intoSubgraph(Graph graph, const Ids& nodes, const std::string& title, FindNodeType findType)
{
    Ids chosen;
    for (const NodeId id : nodes)
        if (graph.nodes.contains(id))
            chosen.insert(id);
    if (chosen.empty())
        throw Error(ErrorKind::BadArgument, "there are no nodes to make a subgraph of");
    expectDepth(depthOf(copied(graph, chosen)) + 1);
    if (const NodeId between = nodeBetween(graph, Links(graph), chosen))
        throw Error(ErrorKind::BadArgument,
            nodeName(graph, between, findType)
                + " is fed by the chosen nodes and feeds them, so the subgraph would be in a circle; choose it too");
    return Making(std::move(graph), chosen, findType).make(title);
}

Pasted outOfSubgraph(Graph graph, NodeId subgraph)
{
    const Node* node = subgraphNode(graph, subgraph);
    if (!node)
        return {std::move(graph), {}};
    const auto inside = node->subgraph;
    const NodeMode mode = node->mode;
    const Graph& body = *inside->body;
    Ids all;
    for (const auto& [id, inner] : body.nodes)
        all.insert(id);
    const Rect frame = frameOf(body, all);
    const double right = node->rect.x - frame.x, down = node->rect.y - frame.y;
    std::vector<Link> outer;
    for (const auto& [id, link] : graph.links)
        if (link.from.node == subgraph || link.to.node == subgraph)
            outer.push_back(link);

    std::map<NodeId, NodeId> ids; // nodes are pasted first, in their order
    NodeId next = graph.nextId;
    Pasted result = pasted(removed(std::move(graph), {subgraph}), body, right, down);
    for (const auto& [id, inner] : body.nodes) {
        ids[id] = next++;
        NodeMode& innerMode = result.graph.nodes.at(ids[id]).mode;
        innerMode = innerMode == NodeMode::Normal ? mode : innerMode;
    }
    std::vector<Link> links;
    const auto link = [&](const PortRef& from, const PortRef& to) {
        if (result.graph.nodes.contains(from.node) && result.graph.nodes.contains(to.node))
            links.push_back({from, to});
    };
    const auto outward = [&](const PortRef& port) {
        const auto id = ids.find(port.node);
        return PortRef{id == ids.end() ? 0 : id->second, port.port};
    };
    for (const Link& old : outer) {
        for (const auto list : {&Subgraph::inputs, &Subgraph::params})
            if (const Exposed* exposed = findExposed(*inside.*list, old.to.port); exposed && old.to.node == subgraph)
                for (const PortRef& inner : exposed->inner)
                    link(old.from, outward(inner));
        const Exposed* exposed = old.from.node == subgraph ? findExposed(inside->outputs, old.from.port) : nullptr;
        if (exposed && !exposed->inner.empty())
            link(outward(exposed->inner.front()), old.to);
    }
    result.graph = connected(std::move(result.graph), links);
    return result;
}

Graph withExposed(
    Graph graph, NodeId subgraph, Side side, const std::string& name, const PortRef& inner, FindNodeType findType)
{
    Node* node = subgraphNode(graph, subgraph);
    if (!node)
        return graph;
    Subgraph changed = *node->subgraph;
    const auto same = [&](const Exposed& exposed) {
        return std::ranges::find(exposed.inner, inner) != exposed.inner.end();
    };
    if (std::ranges::any_of(listOf(changed, side), same))
        return graph;
    const Graph& body = *changed.body;
    const std::string what = inQuotes(inner.port) + " of " + nodeName(body, inner.node, findType);
    if (!hasPort(body, side, inner, findType))
        throw Error(ErrorKind::BadArgument, what + " is not there, so it cannot be shown outside");
    if (side != Side::Outputs && linkInto(body, inner.node, inner.port))
        throw Error(ErrorKind::BadArgument, what + " is linked inside, so it cannot be fed from outside");
    Exposing(changed).expose(side, name, {inner});
    node->subgraph = std::make_shared<const Subgraph>(std::move(changed));
    return graph;
}

Graph withoutExposed(Graph graph, NodeId subgraph, Side side, const std::string& name)
{
    Node* node = subgraphNode(graph, subgraph);
    if (!node)
        return graph;
    Subgraph changed = *node->subgraph;
    std::erase_if(listOf(changed, side), [&](const Exposed& exposed) { return exposed.name == name; });
    node->subgraph = std::make_shared<const Subgraph>(std::move(changed));
    const PortRef port{subgraph, name};
    std::erase_if(graph.links,
        [&](const auto& entry) { return (side == Side::Outputs ? entry.second.from : entry.second.to) == port; });
    return graph;
}

const Graph* bodyAt(const Graph& graph, const NodePath& path)
{
    const Graph* at = &graph;
    for (const NodeId id : path) {
        const auto node = at->nodes.find(id);
        if (node == at->nodes.end() || !isSubgraph(node->second))
            return nullptr;
        at = node->second.subgraph->body.get();
    }
    return at;
}

Graph withBody(Graph graph, const NodePath& path, Graph body)
{
    assert(bodyAt(graph, path));
    expectDepth(depthOf(body) + int(path.size()));
    for (NodePath outer = path; !outer.empty();) {
        const NodeId id = outer.back();
        outer.pop_back();
        Graph level = *bodyAt(graph, outer);
        setBody(level, id, std::move(body));
        body = std::move(level);
    }
    return body;
}

std::string writeLibraryNode(const Node& node)
{
    Graph graph;
    addNode(graph, node);
    return writeWorkflow(graph);
}

Node readLibraryNode(std::string_view json, const std::string& source)
{
    const LoadedWorkflow loaded = readWorkflow(json, source);
    if (loaded.graph.nodes.size() != 1)
        throw Error(ErrorKind::BadFile,
            printable(source) + ": a node of the library is a workflow of one node, this one has "
                + std::to_string(loaded.graph.nodes.size()));
    return loaded.graph.nodes.begin()->second;
}

}
