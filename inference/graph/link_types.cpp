#include "inference/graph/link_types.h"

#include "inference/graph/link_rules.h"
#include "inference/graph/subgraph_type.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace athanor {

namespace {

constexpr int portTypes = int(PortType::Seed) + 1;
constexpr uint32_t everyType = (1U << portTypes) - 1;

uint32_t bit(PortType type)
{
    return 1U << int(type);
}

}

LinkTypes::LinkTypes(const Graph& graph, const Links& links, FindNodeType findType)
    : m_graph(graph)
    , m_links(links)
    , m_findType(findType)
{
}

const NodeType* LinkTypes::typeOfNode(NodeId id)
{
    const auto [known, isNew] = m_types.emplace(id, nullptr);
    if (!isNew)
        return known->second;
    const auto node = m_graph.nodes.find(id);
    if (node != m_graph.nodes.end())
        known->second = typeOf(node->second, m_made[id], m_findType);
    return known->second;
}

PortType LinkTypes::given(PortRef output)
{
    std::vector<NodeId> way;
    PortType found = PortType::Any;
    for (;;) {
        const NodeType* type = typeOfNode(output.node);
        const OutputPort* port = type ? findOutput(*type, output.port) : nullptr;
        if (!port || port->type != PortType::Any) {
            found = port ? port->type : PortType::Any;
            break;
        }
        const auto [known, isNew] = m_given.emplace(output.node, PortType::Any); // which also ends a circle
        if (!isNew) {
            found = known->second;
            break;
        }
        way.push_back(output.node);
        const Link* link = nullptr;
        for (const InputPort& input : type->inputs)
            if (!link && input.type == PortType::Any)
                link = m_links.into(output.node, input.name);
        if (!link)
            break;
        output = link->from;
    }
    for (const NodeId id : way)
        m_given[id] = found;
    return found;
}

bool LinkTypes::isOpen(const PortRef& input)
{
    const NodeType* type = typeOfNode(input.node);
    const auto target = type ? findTarget(*type, input.port) : std::nullopt;
    return target && target->type == PortType::Any;
}

LinkTypes::Types LinkTypes::taken(const PortRef& to)
{
    const NodeType* type = typeOfNode(to.node);
    const auto target = type ? findTarget(*type, to.port) : std::nullopt;
    if (!target)
        return everyType; // not this check's matter
    if (target->type == PortType::Any) {
        const auto narrowed = m_taken.find(to.node);
        return narrowed == m_taken.end() ? everyType : narrowed->second;
    }
    Types types = 0;
    for (int i = 0; i < portTypes; ++i)
        types |= target->takes(PortType(i)) ? bit(PortType(i)) : 0;
    return types;
}

// What feeds a link that takes only these.
void LinkTypes::narrow(const PortRef& from, Types types)
{
    const NodeType* type = typeOfNode(from.node);
    const OutputPort* port = type ? findOutput(*type, from.port) : nullptr;
    if (!port || port->type != PortType::Any)
        return;
    Types& now = m_taken.try_emplace(from.node, everyType).first->second;
    if ((now & types) == now)
        return;
    now &= types;
    m_narrowed.push_back(from.node);
}

// From the inputs that are of one type upwards. A node comes again at most once for each type that it loses.
void LinkTypes::collectTaken()
{
    if (std::exchange(m_collected, true))
        return;
    for (const auto& [id, link] : m_graph.links)
        if (!isOpen(link.to))
            narrow(link.from, taken(link.to));
    while (!m_narrowed.empty()) {
        const NodeId id = m_narrowed.back();
        m_narrowed.pop_back();
        for (const Link* link : m_links.into(id))
            if (isOpen(link->to))
                narrow(link->from, m_taken.at(id));
    }
}

bool LinkTypes::fit(const PortRef& from, const PortRef& to)
{
    collectTaken();
    const NodeType *typeFrom = typeOfNode(from.node), *typeTo = typeOfNode(to.node);
    return typeFrom && typeTo && findOutput(*typeFrom, from.port) && findTarget(*typeTo, to.port)
        && (taken(to) & bit(given(from)));
}

}
