#include "inference/run/node_values_in_names.h"

#include "inference/formats/comfyui_node.h"
#include "inference/graph/subgraph_type.h"
#include "inference/run/output_name.h"
#include "inference/sampling/names.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <variant>

namespace athanor {

namespace {

struct Named {
    const Graph* graph = nullptr;
    NodeId id = 0;
    const Node* node = nullptr;
};

// Of all levels, outer ones first.
std::vector<Named> nodesOfAllLevels(const Graph& graph)
{
    std::vector<const Graph*> levels{&graph};
    std::vector<Named> nodes;
    for (size_t level = 0; level < levels.size(); ++level)
        for (const auto& [id, node] : levels[level]->nodes) {
            nodes.push_back({levels[level], id, &node});
            if (isSubgraph(node))
                levels.push_back(node.subgraph->body.get());
        }
    return nodes;
}

std::string nameForSearch(const Node& node)
{
    if (node.foreign.empty())
        return {};
    const Json foreign = Json::parse(node.foreign, nullptr, false);
    return textOf(member(member(member(foreign, "comfyui"), "properties"), searchNameKey));
}

// Whether all that the node says is said by the class, of those that are one node type here.
bool fitsClass(const Node& node, const ComfyClass& row)
{
    return std::ranges::all_of(node.params, [&](const auto& param) {
        return std::ranges::find(row.widgets, param.first, &ComfyWidget::ours) != row.widgets.end()
            || std::ranges::find(row.fixed, param.first, &ComfyFixed::ours) != row.fixed.end();
    });
}

bool isOfClass(const Node& node, std::string_view name)
{
    const std::string wanted = nameForSearch(node);
    if (!wanted.empty())
        return wanted == name;
    const ComfyClass* row = findComfyClass(name);
    return (row && row->ours == node.type) || node.type == std::string(comfyPrefix) + std::string(name);
}

bool isTitled(const Node& node, std::string_view name)
{
    NodeType made;
    const NodeType* type = typeOf(node, made);
    return node.title == name || (node.title.empty() && type && type->title == name);
}

const Named* findNode(const std::vector<Named>& nodes, std::string_view name)
{
    const ComfyClass* row = findComfyClass(name);
    const std::function<bool(const Named&)> ways[] = {
        [&](const Named& n) { return isOfClass(*n.node, name) && (!row || fitsClass(*n.node, *row)); },
        [&](const Named& n) { return isOfClass(*n.node, name); },
        [&](const Named& n) { return isTitled(*n.node, name); },
        [&](const Named& n) { return n.node->type == name || std::to_string(n.id) == name; },
    };
    for (const auto& way : ways)
        if (const auto at = std::ranges::find_if(nodes, way); at != nodes.end())
            return &*at;
    return nullptr;
}

// The parameter that a widget of ComfyUI is here, and how its value is written there; that of the name as it is.
ComfyWidget widgetOf(const Node& node, std::string_view nodeName, std::string_view widget)
{
    const ComfyClass* named = findComfyClass(nodeName);
    for (const ComfyClass& row : comfyClasses())
        if (row.ours == node.type && (!named || named->ours != node.type || named == &row))
            for (const ComfyWidget& w : row.widgets)
                if (w.theirs == widget)
                    return w;
    return {widget, widget, ComfyKind::Plain};
}

std::optional<ParamValue> ownValue(const Node& node, std::string_view param)
{
    if (const auto set = node.params.find(std::string(param)); set != node.params.end())
        return set->second;
    NodeType made;
    const NodeType* type = typeOf(node, made);
    const Param* known = type ? findParam(*type, param) : nullptr;
    return known ? std::optional(known->value) : std::nullopt;
}

std::optional<ParamValue> valueAt(const Named& at, std::string_view param)
{
    const Link* link = linkInto(*at.graph, at.id, param);
    const auto from = link ? at.graph->nodes.find(link->from.node) : at.graph->nodes.end();
    if (from != at.graph->nodes.end())
        if (const auto fed = ownValue(from->second, "value"))
            return fed;
    return ownValue(*at.node, param);
}

std::optional<std::string> replacement(std::string_view token, const std::vector<Named>& nodes)
{
    const size_t dot = token.find('.');
    const Named* node = findNode(nodes, token.substr(0, dot));
    if (!node)
        return {};
    const ComfyWidget widget = widgetOf(*node->node, token.substr(0, dot), token.substr(dot + 1));
    const auto value = valueAt(*node, widget.ours);
    return value ? std::optional(harmlessNamePart(valueText(toComfy(*value, widget.kind)))) : std::nullopt;
}

}

std::string valueText(const ParamValue& value)
{
    struct Text {
        std::string operator()(bool v) const { return v ? "true" : "false"; }
        std::string operator()(int64_t v) const { return std::to_string(v); }
        std::string operator()(uint64_t v) const { return std::to_string(v); }
        std::string operator()(double v) const { return numberText(v); }
        std::string operator()(const std::string& v) const { return v; }
    };
    return std::visit(Text(), value);
}

NameWithValues withNodeValues(std::string_view name, const Graph& graph)
{
    NameWithValues made;
    std::optional<std::vector<Named>> nodes;
    while (!name.empty()) {
        const size_t begin = std::min(name.find('%'), name.size());
        made.name += name.substr(0, begin);
        name.remove_prefix(begin);
        const size_t end = name.size() > 1 ? name.find('%', 1) : name.npos;
        const std::string_view token = end == name.npos ? "" : name.substr(1, end - 1);
        const bool one = std::ranges::count(token, '.') == 1 && !token.starts_with("date:");
        if (one && !nodes)
            nodes = nodesOfAllLevels(graph);
        const auto text = one ? replacement(token, *nodes) : std::nullopt;
        if (one && !text)
            made.unknown.emplace_back(token);
        if (text)
            made.name += *text;
        else
            made.name += name.substr(0, token.empty() ? std::min<size_t>(1, name.size()) : end + 1);
        name.remove_prefix(token.empty() ? std::min<size_t>(1, name.size()) : end + 1);
    }
    return made;
}

}
