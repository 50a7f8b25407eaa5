#include "inference/graph/subgraph_type.h"

#include <algorithm>
#include <string>

namespace athanor {

namespace {

using ExposedList = std::vector<Exposed> Subgraph::*;

void addInput(NodeType& made, const Exposed& exposed, const ExposedPort& leaf, const NodeType* type)
{
    const InputPort* input = type ? findInput(*type, leaf.port) : nullptr;
    if (input)
        made.inputs.push_back({exposed.name, input->type, input->text, input->optional, input->wholeList});
    else if (!type)
        made.inputs.push_back({exposed.name, PortType::Any, "", true});
}

void addOutput(NodeType& made, const Exposed& exposed, const ExposedPort& leaf, const NodeType* type)
{
    const OutputPort* output = type ? findOutput(*type, leaf.port) : nullptr;
    if (output)
        made.outputs.push_back({exposed.name, output->type, output->text});
    else if (!type)
        made.outputs.push_back({exposed.name, PortType::Any, ""});
}

void addParam(NodeType& made, const Exposed& exposed, const ExposedPort& leaf, const NodeType* type)
{
    const Param* param = type ? findParam(*type, leaf.port) : nullptr;
    if (!param)
        return;
    made.params.push_back(*param);
    made.params.back().name = exposed.name;
    const auto set = leaf.node->params.find(std::string(leaf.port));
    if (set != leaf.node->params.end())
        made.params.back().value = set->second;
}

using Add = void (*)(NodeType&, const Exposed&, const ExposedPort&, const NodeType*);

void addAll(NodeType& made, const Subgraph& subgraph, ExposedList list, Add add, FindNodeType findType)
{
    for (const Exposed& exposed : subgraph.*list) {
        const ExposedPort leaf = exposedPort(subgraph, exposed, list);
        if (leaf.node)
            add(made, exposed, leaf, findType(leaf.node->type));
    }
}

}

ExposedPort exposedPort(const Subgraph& subgraph, const Exposed& exposed, ExposedList list)
{
    const Subgraph* outer = &subgraph;
    const Exposed* found = &exposed;
    for (int depth = 0; depth <= maxSubgraphDepth && found && !found->inner.empty(); ++depth) {
        const PortRef& inner = found->inner.front();
        const auto node = outer->body->nodes.find(inner.node);
        if (node == outer->body->nodes.end())
            return {};
        if (!isSubgraph(node->second))
            return {&node->second, inner.port};
        outer = node->second.subgraph.get();
        found = findExposed(outer->*list, inner.port);
    }
    return {};
}

const Exposed* findExposed(const std::vector<Exposed>& list, std::string_view name)
{
    const auto at = std::ranges::find(list, name, [](const Exposed& e) { return std::string_view(e.name); });
    return at == list.end() ? nullptr : &*at;
}

bool isSubgraph(const Node& node)
{
    return node.type == "subgraph" && node.subgraph && node.subgraph->body;
}

NodeType subgraphType(const Node& node, FindNodeType findType)
{
    NodeType made;
    made.id = "subgraph";
    made.title = node.title.empty() ? std::string_view("Subgraph") : node.title;
    made.version = node.version;
    if (!isSubgraph(node))
        return made;
    addAll(made, *node.subgraph, &Subgraph::inputs, addInput, findType);
    addAll(made, *node.subgraph, &Subgraph::params, addParam, findType);
    addAll(made, *node.subgraph, &Subgraph::outputs, addOutput, findType);
    return made;
}

const NodeType* typeOf(const Node& node, NodeType& made, FindNodeType findType)
{
    if (!isSubgraph(node))
        return findType(node.type);
    made = subgraphType(node, findType);
    return &made;
}

}
