#include "inference/graph/graph_links.h"

#include <algorithm>
#include <functional>
#include <queue>
#include <tuple>
#include <unordered_map>

namespace athanor {

namespace {

using Order = std::tuple<NodeId, std::string_view>;

Order byTarget(const Link* link)
{
    return {link->to.node, link->to.port};
}

Order bySource(const Link* link)
{
    return {link->from.node, link->from.port};
}

std::span<const Link* const> ofNode(const std::vector<const Link*>& links, NodeId node, const PortRef Link::*end)
{
    const auto nodeOf = [&](const Link* link) { return (link->*end).node; }; // equal_range's result clang 14 cannot use
    return {std::ranges::lower_bound(links, node, {}, nodeOf), std::ranges::upper_bound(links, node, {}, nodeOf)};
}

}

Links::Links(const Graph& graph)
{
    m_byTarget.reserve(graph.links.size());
    for (const auto& [id, link] : graph.links)
        m_byTarget.push_back(&link);
    m_bySource = m_byTarget;
    std::ranges::stable_sort(m_byTarget, {}, byTarget);
    std::ranges::stable_sort(m_bySource, {}, bySource);
}

std::span<const Link* const> Links::into(NodeId node) const
{
    return ofNode(m_byTarget, node, &Link::to);
}

std::span<const Link* const> Links::outOf(NodeId node) const
{
    return ofNode(m_bySource, node, &Link::from);
}

const Link* Links::into(NodeId node, std::string_view port) const
{
    const auto first = std::ranges::lower_bound(m_byTarget, Order{node, port}, {}, byTarget);
    return first != m_byTarget.end() && byTarget(*first) == Order{node, port} ? *first : nullptr;
}

std::vector<NodeId> inOrder(const Graph& graph, const Links& links)
{
    std::unordered_map<NodeId, size_t> missing; // links into a node from nodes that have not come yet
    std::priority_queue<NodeId, std::vector<NodeId>, std::greater<>> ready;
    for (const auto& [id, node] : graph.nodes) {
        const auto into = links.into(id);
        missing[id] = size_t(
            std::ranges::count_if(into, [&](const Link* link) { return graph.nodes.contains(link->from.node); }));
        if (missing[id] == 0)
            ready.push(id);
    }
    std::vector<NodeId> order;
    while (!ready.empty()) {
        order.push_back(ready.top());
        ready.pop();
        for (const Link* link : links.outOf(order.back())) {
            const auto target = missing.find(link->to.node);
            if (target != missing.end() && --target->second == 0)
                ready.push(target->first);
        }
    }
    return order;
}

}
