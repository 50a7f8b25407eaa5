#include "inference/graph/graph.h"

namespace athanor {

namespace {

template <class T> bool sameValue(const std::shared_ptr<const T>& a, const std::shared_ptr<const T>& b)
{
    return a == b || (a && b && *a == *b);
}

}

bool Subgraph::operator==(const Subgraph& other) const
{
    return sameValue(body, other.body) && inputs == other.inputs && outputs == other.outputs && params == other.params;
}

bool Node::operator==(const Node& other) const
{
    return type == other.type && version == other.version && title == other.title && params == other.params
        && mode == other.mode && rect == other.rect && colour == other.colour && collapsed == other.collapsed
        && sameValue(subgraph, other.subgraph) && foreign == other.foreign;
}

const Link* linkInto(const Graph& graph, NodeId node, std::string_view port)
{
    for (const auto& [id, link] : graph.links)
        if (link.to.node == node && link.to.port == port)
            return &link;
    return nullptr;
}

}
