#include "inference/graph/flatten.h"

#include "inference/graph/bypass.h"
#include "inference/graph/graph_links.h"
#include "inference/graph/workflow_json.h"
#include "render/error.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace athanor {

namespace {

// One graph of those that nest: the outermost or the body of a subgraph.
struct Level {
    const Graph* graph;
    NodePath path; // of the subgraph
    bool muted = false;
    std::map<NodeId, NodeId> ids = {}; // in the flat graph
    std::map<NodeId, size_t> inner = {}; // levels of its subgraphs
};

struct Place {
    size_t level;
    PortRef port;
    auto operator<=>(const Place&) const = default;
};

class Opening {
public:
    explicit Opening(const Graph& graph)
    {
        m_flat.graph.nextId = graph.nextId;
        m_levels.push_back({&graph, {}});
        for (size_t level = 0; level < m_levels.size(); ++level)
            addNodes(level);
        for (size_t level = 0; level < m_levels.size(); ++level)
            addLinks(level);
    }

    FlatGraph take() { return std::move(m_flat); }

private:
    void addNodes(size_t index)
    {
        for (const auto& [id, node] : m_levels[index].graph->nodes) {
            if (++m_nodes > maxWorkflowNodes)
                throw Error(ErrorKind::BadArgument,
                    "the workflow has more than " + std::to_string(maxWorkflowNodes)
                        + " nodes, with those in its subgraphs; split it");
            NodePath path = m_levels[index].path;
            path.push_back(id);
            const bool muted = m_levels[index].muted || node.mode == NodeMode::Muted;
            if (isSubgraph(node) && node.mode != NodeMode::Bypassed)
                addLevel(index, id, {node.subgraph->body.get(), std::move(path), muted});
            else
                addNode(index, id, node, std::move(path), muted);
        }
    }

    void addLevel(size_t outer, NodeId id, Level level)
    {
        if (level.path.size() > size_t(maxSubgraphDepth))
            throw Error(ErrorKind::BadArgument,
                "subgraphs are nested deeper than " + std::to_string(maxSubgraphDepth) + " levels");
        m_levels[outer].inner[id] = m_levels.size();
        m_levels.push_back(std::move(level));
    }

    void addNode(size_t level, NodeId id, const Node& node, NodePath path, bool muted)
    {
        const NodeId flatId = level == 0 ? id : m_flat.graph.nextId++;
        Node& added = m_flat.graph.nodes.emplace(flatId, node).first->second;
        if (muted)
            added.mode = NodeMode::Muted;
        m_flat.paths.emplace(flatId, std::move(path));
        m_levels[level].ids[id] = flatId;
    }

    void addLinks(size_t level)
    {
        for (const auto& [id, link] : m_levels[level].graph->links) {
            const auto from = source({level, link.from});
            if (from)
                addLinksTo(*from, {level, link.to});
        }
    }

    // What gives the output in the flat graph; nothing if it is not there.
    std::optional<PortRef> source(Place at) const
    {
        for (;;) {
            const Level& level = m_levels[at.level];
            if (const auto id = level.ids.find(at.port.node); id != level.ids.end())
                return PortRef{id->second, at.port.port};
            const auto inner = level.inner.find(at.port.node);
            if (inner == level.inner.end())
                return {};
            const Exposed* exposed = findExposed(level.graph->nodes.at(at.port.node).subgraph->outputs, at.port.port);
            if (!exposed || exposed->inner.empty())
                return {};
            at = {inner->second, exposed->inner.front()};
        }
    }

    void addLinksTo(const PortRef& from, const Place& to)
    {
        std::vector<Place> open{to};
        std::set<Place> seen; // a hostile file may name one many times
        while (!open.empty()) {
            const Place at = std::move(open.back());
            open.pop_back();
            if (!seen.insert(at).second)
                continue;
            const Level& level = m_levels[at.level];
            if (const auto id = level.ids.find(at.port.node); id != level.ids.end())
                addLink({from, {id->second, at.port.port}});
            const auto inner = level.inner.find(at.port.node);
            if (inner == level.inner.end())
                continue;
            const Subgraph& subgraph = *level.graph->nodes.at(at.port.node).subgraph;
            for (const auto list : {&Subgraph::inputs, &Subgraph::params})
                if (const Exposed* exposed = findExposed(subgraph.*list, at.port.port))
                    for (const PortRef& port : exposed->inner)
                        open.push_back({inner->second, port});
        }
    }

    void addLink(Link link)
    {
        if (m_flat.graph.links.size() == maxWorkflowLinks)
            throw Error(ErrorKind::BadArgument,
                "the workflow has more than " + std::to_string(maxWorkflowLinks)
                    + " links, with those in its subgraphs; split it");
        m_flat.graph.links.emplace_hint(m_flat.graph.links.end(), m_flat.graph.nextId++, std::move(link));
    }

    std::vector<Level> m_levels;
    FlatGraph m_flat;
    size_t m_nodes = 0;
};

bool isPassed(const Node& node)
{
    return node.mode == NodeMode::Bypassed || isReroute(node); // muted reroutes too, as in ComfyUI
}

void leadPastNodes(Graph& graph, FindNodeType findType)
{
    WaysPast ways(
        graph, [](NodeId, const Node& node) { return isPassed(node); }, findType);
    std::map<LinkId, Link> links;
    for (const auto& [id, link] : graph.links) {
        const auto target = graph.nodes.find(link.to.node);
        if (target == graph.nodes.end() || isPassed(target->second))
            continue;
        if (const auto from = ways.source(link.from, slotType(target->second, link.to.port, findType)))
            links.emplace_hint(links.end(), id, Link{*from, link.to});
    }
    graph.links = std::move(links);
    std::erase_if(graph.nodes, [](const auto& entry) { return isPassed(entry.second); });
}

// The muted nodes and those that cannot run without them.
std::set<NodeId> deadNodes(const Graph& graph, FindNodeType findType)
{
    std::set<NodeId> dead;
    std::vector<NodeId> open;
    for (const auto& [id, node] : graph.nodes)
        if (node.mode == NodeMode::Muted)
            open.push_back(id);
    if (open.empty())
        return dead;
    const Links links(graph);
    while (!open.empty()) {
        const NodeId id = open.back();
        open.pop_back();
        if (!dead.insert(id).second)
            continue;
        for (const Link* link : links.outOf(id)) {
            const NodeType* type = findType(graph.nodes.at(link->to.node).type);
            const InputPort* input = type ? findInput(*type, link->to.port) : nullptr;
            if (!input || !input->optional)
                open.push_back(link->to.node);
        }
    }
    return dead;
}

}

FlatGraph withoutSubgraphs(const Graph& graph)
{
    return Opening(graph).take();
}

FlatGraph asItRuns(FlatGraph flat, FindNodeType findType)
{
    leadPastNodes(flat.graph, findType);
    const std::set<NodeId> dead = deadNodes(flat.graph, findType);
    std::erase_if(flat.graph.nodes, [&](const auto& entry) { return dead.contains(entry.first); });
    std::erase_if(flat.graph.links, [&](const auto& entry) {
        return dead.contains(entry.second.from.node) || dead.contains(entry.second.to.node);
    });
    std::erase_if(flat.paths, [&](const auto& entry) { return !flat.graph.nodes.contains(entry.first); });
    return flat;
}

FlatGraph flatten(const Graph& graph, FindNodeType findType)
{
    return asItRuns(withoutSubgraphs(graph), findType);
}

}
