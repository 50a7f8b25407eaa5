#include "inference/graph/link_rules.h"

#include "inference/weights/printable.h"

#include <algorithm>

namespace athanor {

std::string nodeName(const Node& node, const NodePath& path, FindNodeType findType)
{
    const NodeType* type = findType(node.type);
    std::string title = node.title;
    if (title.empty())
        title = type ? type->title : node.type;
    title = printable(title, 60) + " (node ";
    for (size_t i = 0; i < path.size(); ++i)
        title.append(i ? "/" : "").append(std::to_string(path[i]));
    return title + ")";
}

bool Target::takes(PortType output) const
{
    return accepts(type, output) || (alsoType != PortType::Any && accepts(alsoType, output));
}

std::optional<Target> findTarget(const NodeType& type, std::string_view port)
{
    if (const InputPort* input = findInput(type, port))
        return Target{input->type};
    if (const Param* param = findParam(type, port))
        return Target{rowOf(param->kind).type, param->fedBy};
    return {};
}

std::string circleText(const std::vector<NodeId>& circle, const std::function<std::string(NodeId)>& nameOf)
{
    constexpr size_t most = 10;
    if (circle.size() == 1)
        return nameOf(circle.front()) + " feeds itself";
    std::string text = "a circle of " + std::to_string(circle.size()) + " nodes can never run: ";
    for (size_t i = 0; i < std::min(most, circle.size()); ++i)
        text += nameOf(circle[i]) + " → ";
    return text + (circle.size() > most ? "…" : "the first again");
}

}
