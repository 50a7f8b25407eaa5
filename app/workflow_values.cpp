#include "app/workflow_values.h"

#include "app/options.h"
#include "inference/pipeline/run_plan.h"
#include "inference/pipeline/subgraph.h"
#include "inference/pipeline/validate.h"
#include "inference/sampling/names.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace athanor {

namespace {

constexpr size_t mostNamed = 12; // nodes or parameters in a message

[[noreturn]] void refuse(const std::string& text, const std::string& reason)
{
    throw Error(ErrorKind::BadArgument, inQuotes(text) + ' ' + reason);
}

// For comparison: blanks and - as _.
std::string plain(std::string_view name)
{
    std::string text(name);
    std::ranges::replace_if(
        text, [](char c) { return c == ' ' || c == '-'; }, '_');
    return text;
}

std::string titleOf(const Node& node)
{
    NodeType made;
    const NodeType* type = typeOf(node, made);
    return !node.title.empty() ? node.title : type ? std::string(type->title) : node.type;
}

std::string listed(const std::vector<std::string>& names)
{
    std::string text;
    for (size_t i = 0; i < std::min(names.size(), mostNamed); ++i)
        text += (i ? ", " : "") + names[i];
    return names.size() > mostNamed ? text + ", …" : text;
}

std::vector<NodeId> nodesMeant(const Graph& graph, const std::string& name)
{
    NodeId id = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), id);
    if (error == std::errc() && end == name.data() + name.size() && graph.nodes.contains(id))
        return {id};
    std::vector<NodeId> titled, typed;
    for (const auto& [nodeId, node] : graph.nodes) {
        if (sameName(plain(titleOf(node)), plain(name)))
            titled.push_back(nodeId);
        if (sameName(node.type, plain(name)))
            typed.push_back(nodeId);
    }
    return titled.empty() ? typed : titled;
}

NodeId nodeMeant(const Graph& graph, const std::string& text, const std::string& name)
{
    const std::vector<NodeId> meant = nodesMeant(graph, name);
    if (meant.size() == 1)
        return meant.front();
    std::vector<std::string> names;
    for (const auto& [id, node] : graph.nodes)
        if (meant.empty() || std::ranges::find(meant, id) != meant.end())
            names.push_back(titleOf(node) + " (" + std::to_string(id) + ")");
    if (meant.empty())
        refuse(text, "names no node; there are " + listed(names));
    refuse(text, "names several nodes: " + listed(names) + "; use the number");
}

// The parameter, its name as it is written; null if there is none.
const Param* paramNamed(const NodeType& type, std::string_view name)
{
    const auto it =
        std::ranges::find_if(type.params, [&](const Param& param) { return sameName(param.name, plain(name)); });
    return it == type.params.end() ? nullptr : &*it;
}

// `made` holds the type of a subgraph.
const Param& paramAt(const Graph& graph, const ParamAddress& address, NodeType& made)
{
    return *paramNamed(*typeOf(graph.nodes.at(address.node), made), address.param);
}

ParamValue wholeNumber(const std::string& option, const std::string& text)
{
    return parseInteger(option, text, INT64_MIN, INT64_MAX);
}

ParamValue seedValue(const std::string& option, const std::string& text)
{
    return wholeValue(parseSeed(option, text));
}

}

ParamAddress findParamAddress(const Graph& graph, const std::string& text)
{
    const size_t dot = text.rfind('.');
    if (dot == text.npos || dot == 0 || dot + 1 == text.size())
        refuse(text, "must be NODE.PARAM, such as prompt.text");
    const NodeId node = nodeMeant(graph, text, text.substr(0, dot));
    NodeType made;
    const NodeType* type = typeOf(graph.nodes.at(node), made);
    if (!type)
        refuse(text, "names a node of the unknown type " + inQuotes(graph.nodes.at(node).type));
    if (const Param* param = paramNamed(*type, text.substr(dot + 1)))
        return {node, std::string(param->name), text};
    std::vector<std::string> names;
    for (const Param& param : type->params)
        names.emplace_back(param.name);
    refuse(text, "names no parameter of that node; it has " + (names.empty() ? "none" : listed(names)));
}

ParamValue parseParamValue(const Graph& graph, const ParamAddress& address, const std::string& text)
{
    NodeType made;
    const Param& param = paramAt(graph, address, made);
    ParamValue value = text;
    switch (param.kind) {
    case ParamKind::Bool:
        value = parseChoice(address.text, text, {"false", "true"}) == 1;
        break;
    case ParamKind::Int:
        value = wholeNumber(address.text, text);
        break;
    case ParamKind::Float:
        value = parseNumber(address.text, text, -1e300, 1e300);
        break;
    case ParamKind::Seed:
        value = seedValue(address.text, text);
        break;
    case ParamKind::Text:
    case ParamKind::Pose:
    case ParamKind::Prompt:
        value = parsePrompt(address.text, text);
        break;
    default:
        break;
    }
    if (const std::string problem = paramProblem(param, value); !problem.empty())
        throw Error(ErrorKind::BadArgument, printable(address.text) + ' ' + problem);
    return value;
}

Graph withValue(Graph graph, const ParamAddress& address, const ParamValue& value)
{
    return withParam(disconnected(std::move(graph), {address.node, address.param}), address.node, address.param, value);
}

std::pair<std::string, std::string> splitAssignment(const std::string& option, const std::string& text)
{
    const size_t equals = text.find('=');
    if (equals == text.npos)
        throw Error(ErrorKind::BadArgument, option + ' ' + inQuotes(text) + " must be NODE.PARAM=VALUE");
    return {text.substr(0, equals), text.substr(equals + 1)};
}

bool isFileParam(const Graph& graph, const ParamAddress& address)
{
    NodeType made;
    return fileKind(paramAt(graph, address, made).kind).has_value();
}

}
