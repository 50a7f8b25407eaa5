#include "inference/pipeline/graph_links.h"

#include <algorithm>
#include <tuple>

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
    return {std::ranges::equal_range(links, node, {}, [&](const Link* link) { return (link->*end).node; })};
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

}
