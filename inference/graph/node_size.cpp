#include "inference/graph/node_size.h"

#include "inference/graph/param_check.h"
#include "inference/graph/subgraph_type.h"

#include <algorithm>
#include <variant>

namespace athanor {

namespace {

constexpr size_t paramsAlwaysShown = 6;

double paramsHeight(const Node& node, const NodeType& type, const PortNames& linkedInputs)
{
    constexpr double blockHeight = canvas::blockLines * canvas::lineHeight + 12;
    double height = 0;
    bool isHidden = false; // any of them: a row says how many
    for (size_t i = 0; i < type.params.size(); ++i) {
        const Param& param = type.params[i];
        const bool isBlock =
            isTextBlock(param, paramOf(node, param)) && !linkedInputs.contains(std::string(param.name));
        if (!showsParam(node, type, i, linkedInputs))
            isHidden = true;
        else
            height += isBlock ? blockHeight : canvas::rowHeight;
    }
    return height + (isHidden ? canvas::rowHeight : 0);
}

// What a sampler makes is shown while it does, and on a subgraph what happens in it.
bool showsPictures(const Node& node, const NodeType& type)
{
    return type.isOutput || type.id == "sample" || isSubgraph(node)
        || std::ranges::any_of(type.outputs, [](const OutputPort& port) {
               return port.type == PortType::Image || port.type == PortType::ControlMap || port.type == PortType::Any;
           });
}

}

bool showsParam(const Node& node, const NodeType& type, size_t param, const PortNames& linkedInputs)
{
    const Param& shown = type.params[param];
    return type.params.size() <= paramsAlwaysShown + 1 || param < paramsAlwaysShown
        || linkedInputs.contains(std::string(shown.name)) || paramOf(node, shown) != shown.value;
}

bool isTextBlock(const Param& param, const ParamValue& value)
{
    const auto* text = std::get_if<std::string>(&value);
    return param.kind == ParamKind::Prompt
        || (param.kind == ParamKind::Text && text && text->find('\n') != std::string::npos);
}

NodeType typeByLinks(const PortNames& linkedInputs, const PortNames& linkedOutputs)
{
    NodeType type;
    for (const std::string& name : linkedInputs)
        type.inputs.push_back({name, PortType::Any, ""});
    for (const std::string& name : linkedOutputs)
        type.outputs.push_back({name, PortType::Any, ""});
    return type;
}

double nodeHeight(const Node& node, const PortNames& linkedInputs, const PortNames& linkedOutputs)
{
    NodeType made;
    const NodeType* known = typeOf(node, made);
    const NodeType guessed = known ? NodeType() : typeByLinks(linkedInputs, linkedOutputs);
    const NodeType& type = known ? *known : guessed;
    if (type.id == "reroute")
        return canvas::rerouteHeight;
    if (node.collapsed)
        return canvas::headerHeight;
    return canvas::headerHeight + 2 * canvas::rowMargin
        + canvas::rowHeight * double(std::max(type.inputs.size(), type.outputs.size()))
        + paramsHeight(node, type, linkedInputs)
        + (known && showsPictures(node, type) ? canvas::highestPicture + canvas::pictureMargin : 0);
}

}
