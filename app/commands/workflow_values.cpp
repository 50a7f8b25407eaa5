#include "app/commands/workflow_values.h"

#include "app/commands/options.h"
#include "inference/graph/file_name.h"
#include "inference/graph/subgraph.h"
#include "inference/graph/validate.h"
#include "inference/run/run_event.h"
#include "inference/sampling/names.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iterator>

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

std::string commaList(const std::vector<std::string>& names)
{
    std::string text;
    for (size_t i = 0; i < std::min(names.size(), mostNamed); ++i)
        text += (i ? ", " : "") + names[i];
    return names.size() > mostNamed ? text + ", …" : text;
}

// Those of one level that the name means.
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

struct GraphLevel {
    const Graph* graph;
    NodePath path; // of the subgraph
};

std::vector<GraphLevel> levelsOf(const Graph& graph)
{
    std::vector<GraphLevel> levels{{&graph, {}}};
    for (size_t i = 0; i < levels.size(); ++i)
        for (const auto& [id, node] : levels[i].graph->nodes)
            if (isSubgraph(node)) {
                NodePath path = levels[i].path;
                path.push_back(id);
                levels.push_back({node.subgraph->body.get(), std::move(path)});
            }
    return levels;
}

std::vector<NodePath> pathsTo(const GraphLevel& level, const std::string& name)
{
    std::vector<NodePath> paths;
    for (const NodeId id : nodesMeant(*level.graph, name)) {
        paths.push_back(level.path);
        paths.back().push_back(id);
    }
    return paths;
}

// By the way "outer/inner": all that it may mean.
std::vector<NodePath> alongTheWay(const Graph& graph, const std::string& way)
{
    std::vector<GraphLevel> levels{{&graph, {}}};
    std::vector<NodePath> paths;
    for (const std::string_view part : pathParts(way)) {
        paths.clear();
        for (const GraphLevel& level : levels)
            std::ranges::move(pathsTo(level, std::string(part)), std::back_inserter(paths));
        levels.clear();
        for (const NodePath& path : paths)
            if (const Graph* body = bodyAt(graph, path))
                levels.push_back({body, path});
    }
    return paths;
}

std::vector<NodePath> allMeant(const Graph& graph, const std::string& name)
{
    std::vector<NodePath> meant = pathsTo({&graph, {}}, name);
    if (meant.empty() && name.find('/') != name.npos)
        return alongTheWay(graph, name);
    if (meant.empty())
        for (const GraphLevel& level : levelsOf(graph))
            std::ranges::move(pathsTo(level, name), std::back_inserter(meant));
    return meant;
}

const Node& nodeAt(const Graph& graph, const NodePath& path)
{
    return bodyAt(graph, {path.begin(), path.end() - 1})->nodes.at(path.back());
}

NodePath nodeMeant(const Graph& graph, const std::string& text, const std::string& name)
{
    std::vector<NodePath> meant = allMeant(graph, name);
    if (meant.size() == 1)
        return meant.front();
    const bool none = meant.empty();
    for (const GraphLevel& level : none ? levelsOf(graph) : std::vector<GraphLevel>())
        for (const auto& [id, node] : level.graph->nodes) {
            meant.push_back(level.path);
            meant.back().push_back(id);
        }
    std::vector<std::string> names;
    for (const NodePath& path : meant)
        names.push_back(titleOf(nodeAt(graph, path)) + " (" + pathText(path) + ")");
    if (none)
        refuse(text, "names no node; there are " + commaList(names));
    refuse(text, "names several nodes: " + commaList(names) + "; use the number");
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
    return *paramNamed(*typeOf(nodeAt(graph, address.path), made), address.param);
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
    NodePath path = nodeMeant(graph, text, text.substr(0, dot));
    const Node& node = nodeAt(graph, path);
    NodeType made;
    const NodeType* type = typeOf(node, made);
    if (!type)
        refuse(text, "names a node of the unknown type " + inQuotes(node.type));
    if (const Param* param = paramNamed(*type, text.substr(dot + 1)))
        return {std::move(path), std::string(param->name), text};
    std::vector<std::string> names;
    for (const Param& param : type->params)
        names.emplace_back(param.name);
    refuse(text, "names no parameter of that node; it has " + (names.empty() ? "none" : commaList(names)));
}

ParamValue parseParamValue(const Graph& graph, const ParamAddress& address, const std::string& text)
{
    NodeType made;
    const Param& param = paramAt(graph, address, made);
    ParamValue value = text;
    const ParamKindRow& kind = rowOf(param.kind);
    switch (kind.type) {
    case PortType::Bool:
        value = parseChoice(address.text, text, {"false", "true"}) == 1;
        break;
    case PortType::Int:
        value = wholeNumber(address.text, text);
        break;
    case PortType::Float:
        value = parseNumber(address.text, text, -1e300, 1e300);
        break;
    case PortType::Seed:
        value = seedValue(address.text, text);
        break;
    default:
        if (kind.isFreeText)
            value = parsePrompt(address.text, text);
    }
    if (const std::string problem = paramProblem(param, value); !problem.empty())
        throw Error(ErrorKind::BadArgument, printable(address.text) + ' ' + problem);
    return value;
}

Graph withValue(Graph graph, const ParamAddress& address, const ParamValue& value)
{
    NodePath level = address.path;
    PortRef at{level.back(), address.param};
    level.pop_back();
    Graph body = withParam(disconnected(*bodyAt(graph, level), at), at.node, at.port, value);
    graph = withBody(std::move(graph), level, std::move(body));
    while (!level.empty()) { // where it is shown outside
        const NodeId host = level.back();
        level.pop_back();
        Graph outer = *bodyAt(graph, level);
        const std::vector<Exposed>& params = outer.nodes.at(host).subgraph->params;
        const auto shown = std::ranges::find_if(params,
            [&](const Exposed& exposed) { return std::ranges::find(exposed.inner, at) != exposed.inner.end(); });
        if (shown == params.end())
            break;
        at = {host, shown->name};
        graph = withBody(std::move(graph), level, disconnected(std::move(outer), at));
    }
    return graph;
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
    return rowOf(paramAt(graph, address, made).kind).file.has_value();
}

}
