#include "inference/graph/validate.h"

#include "inference/graph/flatten.h"
#include "inference/graph/graph_edit.h"
#include "inference/graph/graph_links.h"
#include "inference/graph/link_rules.h"
#include "inference/graph/param_check.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace athanor {

namespace {

constexpr size_t maxProblems = 1'000;

class Problems {
public:
    void add(NodePath node, std::string_view port, std::string text)
    {
        if (m_list.size() < maxProblems)
            m_list.push_back({std::move(node), std::string(port), std::move(text)});
        else
            ++m_more;
    }

    std::vector<Problem> take()
    {
        if (m_more > 0)
            m_list.push_back({{}, "", "and " + std::to_string(m_more) + " more problems"});
        return std::move(m_list);
    }

private:
    std::vector<Problem> m_list;
    size_t m_more = 0;
};

// The graph as it stands, level by level: what its nodes, links and exposed ports say.
class LevelCheck {
public:
    LevelCheck(const Graph& graph, NodePath path, FindNodeType findType, Problems& problems)
        : m_graph(graph)
        , m_path(std::move(path))
        , m_findType(findType)
        , m_links(graph)
        , m_problems(problems)
    {
        for (const auto& [id, node] : graph.nodes)
            if (isSubgraph(node))
                m_made.emplace(id, subgraphType(node, findType));
    }

    void check()
    {
        for (const auto& [id, node] : m_graph.nodes)
            if (node.mode != NodeMode::Muted)
                checkNode(id, node);
        for (const auto& [id, link] : m_graph.links)
            checkLink(link);
    }

private:
    const NodeType* typeOfNode(NodeId id, const Node& node) const
    {
        const auto made = m_made.find(id);
        return made == m_made.end() ? m_findType(node.type) : &made->second;
    }

    NodePath pathOf(NodeId id) const
    {
        NodePath path = m_path;
        path.push_back(id);
        return path;
    }

    std::string nameOf(NodeId id) const
    {
        const auto node = m_graph.nodes.find(id);
        return node == m_graph.nodes.end() ? "node " + std::to_string(id) + ", which is not there,"
                                           : nodeName(node->second, pathOf(id), m_findType);
    }

    void add(NodeId id, std::string_view port, const std::string& text)
    {
        m_problems.add(pathOf(id), port, nameOf(id) + ": " + text);
    }

    void checkNode(NodeId id, const Node& node)
    {
        if (node.mode == NodeMode::Bypassed)
            return;
        if (node.type == "subgraph" && !isSubgraph(node))
            return add(id, "", "this subgraph holds nothing; delete it");
        const NodeType* type = typeOfNode(id, node);
        if (!type)
            return add(id, "",
                "the node type " + inQuotes(node.type)
                    + " is not known to this program; its data is kept, but it cannot run");
        if (isSubgraph(node))
            return checkExposed(id, *node.subgraph);
        if (node.version > type->version)
            add(id, "",
                "made by version " + std::to_string(node.version) + " of this node type, this program has version "
                    + std::to_string(type->version));
        checkParams(id, node, *type);
    }

    void checkParams(NodeId id, const Node& node, const NodeType& type)
    {
        for (const auto& [name, value] : node.params)
            if (!findParam(type, name))
                add(id, name, "there is no parameter " + inQuotes(name));
        Node complete = type.check ? node : Node();
        bool allGood = true;
        for (const Param& param : type.params) {
            const ParamValue& value = paramOf(node, param);
            const bool linked = m_links.into(id, param.name);
            const std::string problem = linked ? "" : paramProblem(param, value);
            if (!problem.empty())
                add(id, param.name, problem);
            allGood = allGood && !linked && problem.empty();
            if (type.check)
                complete.params[std::string(param.name)] = value;
        }
        const std::string problem = type.check && allGood ? type.check(complete) : "";
        if (!problem.empty())
            add(id, "", problem);
    }

    void checkExposed(NodeId id, const Subgraph& subgraph)
    {
        const NodeType& made = m_made.at(id);
        std::set<std::string_view> into, out;
        const auto check = [&](const Exposed& exposed, std::set<std::string_view>& names, bool known) {
            if (!names.insert(exposed.name).second)
                add(id, exposed.name, "exposes " + inQuotes(exposed.name) + " twice");
            const auto isThere = [&](const PortRef& inner) { return subgraph.body->nodes.contains(inner.node); };
            if (!known || !std::ranges::all_of(exposed.inner, isThere))
                add(id, exposed.name, "exposes as " + inQuotes(exposed.name) + " what is not there inside");
        };
        for (const Exposed& exposed : subgraph.inputs)
            check(exposed, into, findInput(made, exposed.name));
        for (const Exposed& exposed : subgraph.params)
            check(exposed, into, findParam(made, exposed.name));
        for (const Exposed& exposed : subgraph.outputs)
            check(exposed, out, findOutput(made, exposed.name));
    }

    void checkLink(const Link& link)
    {
        const auto from = m_graph.nodes.find(link.from.node), to = m_graph.nodes.find(link.to.node);
        if (from == m_graph.nodes.end() || to == m_graph.nodes.end())
            return addLink(link, "leads to nothing");
        const NodeType* type = typeOfNode(from->first, from->second);
        if (type && !findOutput(*type, link.from.port))
            return addLink(link, "begins at no output");
        type = typeOfNode(to->first, to->second);
        if (type && !findTarget(*type, link.to.port))
            return addLink(link, "ends at no input or parameter");
    }

    // At the end that is there.
    void addLink(const Link& link, const char* what)
    {
        const PortRef& end = m_graph.nodes.contains(link.to.node) ? link.to : link.from;
        m_problems.add(m_graph.nodes.contains(end.node) ? pathOf(end.node) : m_path, end.port,
            "the link from " + inQuotes(link.from.port) + " of " + nameOf(link.from.node) + " to "
                + inQuotes(link.to.port) + " of " + nameOf(link.to.node) + " " + what + "; delete it");
    }

    const Graph& m_graph;
    const NodePath m_path;
    const FindNodeType m_findType;
    const Links m_links;
    Problems& m_problems;
    std::map<NodeId, NodeType> m_made; // of subgraphs
};

void checkLevels(const Graph& graph, FindNodeType findType, Problems& problems)
{
    std::vector<std::pair<const Graph*, NodePath>> open{{&graph, {}}};
    while (!open.empty()) {
        const auto [level, path] = std::move(open.back());
        open.pop_back();
        LevelCheck(*level, path, findType, problems).check();
        for (const auto& [id, node] : level->nodes) {
            if (!isSubgraph(node) || node.mode != NodeMode::Normal)
                continue;
            NodePath inner = path;
            inner.push_back(id);
            open.emplace_back(node.subgraph->body.get(), std::move(inner));
        }
    }
}

std::string nameIn(const FlatGraph& flat, NodeId id, FindNodeType findType)
{
    return nodeName(flat.graph.nodes.at(id), flat.paths.at(id), findType);
}

void checkFedOnce(const FlatGraph& flat, FindNodeType findType, Problems& problems)
{
    const Links links(flat.graph);
    const auto samePort = [](const Link* a, const Link* b) { return a->to.port == b->to.port; };
    for (const auto& [id, node] : flat.graph.nodes) {
        const auto into = links.into(id);
        for (auto at = into.begin(); (at = std::adjacent_find(at, into.end(), samePort)) != into.end(); ++at)
            problems.add(flat.paths.at(id), (*at)->to.port,
                nameIn(flat, id, findType) + ": " + inQuotes((*at)->to.port) + " is fed twice, by "
                    + nameIn(flat, (*at)->from.node, findType) + " and by "
                    + nameIn(flat, (*std::next(at))->from.node, findType) + "; delete one link");
    }
}

void checkCircles(const FlatGraph& flat, FindNodeType findType, Problems& problems)
{
    const std::vector<NodeId> circle = findCycle(flat.graph);
    if (!circle.empty())
        problems.add(flat.paths.at(circle.front()), "",
            circleText(circle, [&](NodeId id) { return nameIn(flat, id, findType); }) + "; delete one of the links");
}

// The graph as it runs: what flows along its links, and what is missing on the way to an output.
class FlowCheck {
public:
    // `outputs`: whether there is one, perhaps of a node that does not run.
    FlowCheck(const FlatGraph& flat, bool outputs, FindNodeType findType, Problems& problems)
        : m_flat(flat)
        , m_outputs(outputs)
        , m_findType(findType)
        , m_links(flat.graph)
        , m_problems(problems)
    {
        for (const auto& [id, node] : flat.graph.nodes)
            m_types.emplace(id, findType(node.type));
    }

    void check()
    {
        for (const NodeId id : inOrder(m_flat.graph, m_links))
            for (const Link* link : m_links.into(id)) {
                checkType(*link);
                checkValue(*link);
            }
        checkMissing();
    }

private:
    std::string nameOf(NodeId id) const { return nodeName(m_flat.graph.nodes.at(id), m_flat.paths.at(id), m_findType); }

    PortType typeOut(const PortRef& output) const
    {
        const NodeType* type = m_types.at(output.node);
        const OutputPort* port = type ? findOutput(*type, output.port) : nullptr;
        if (!port)
            return PortType::Any;
        const auto through = m_through.find(output.node);
        return port->type == PortType::Any && through != m_through.end() ? through->second : port->type;
    }

    void checkType(const Link& link)
    {
        const NodeType* type = m_types.at(link.to.node);
        const auto target = type ? findTarget(*type, link.to.port) : std::nullopt;
        if (!target)
            return;
        const PortType out = typeOut(link.from);
        if (target->type == PortType::Any)
            m_through.emplace(link.to.node, out);
        if (!target->takes(out))
            m_problems.add(m_flat.paths.at(link.to.node), link.to.port,
                nameOf(link.to.node) + ": " + inQuotes(link.to.port) + " takes " + std::string(name(target->type))
                    + ", but " + inQuotes(link.from.port) + " of " + nameOf(link.from.node) + " gives "
                    + std::string(name(out)));
    }

    // What a node of a value gives is known before anything runs.
    void checkValue(const Link& link)
    {
        const NodeType* to = m_types.at(link.to.node);
        const NodeType* from = m_types.at(link.from.node);
        const Param* param = to && !findInput(*to, link.to.port) ? findParam(*to, link.to.port) : nullptr;
        if (!param || !from || !m_links.into(link.from.node).empty())
            return;
        const ParamValue* value = writtenValue(m_flat.graph.nodes.at(link.from.node), *from, link.from.port);
        const std::string problem = value ? paramProblem(*param, *value) : "";
        if (!problem.empty())
            m_problems.add(m_flat.paths.at(link.to.node), link.to.port,
                nameOf(link.to.node) + ": " + problem + "; it comes from " + nameOf(link.from.node));
    }

    void checkMissing()
    {
        std::vector<NodeId> open;
        for (const auto& [id, type] : m_types)
            if (type && type->isOutput)
                open.push_back(id);
        if (open.empty())
            m_problems.add({}, "",
                m_outputs
                    ? "nothing that saves or shows a picture is left to run: all that do are muted or bypassed, or "
                      "need a node that is"
                    : "nothing here saves or shows a picture; add a node that does, such as Save image");
        std::ranges::sort(open, std::greater<>());
        std::unordered_set<NodeId> seen;
        while (!open.empty()) {
            const NodeId id = open.back();
            open.pop_back();
            if (!seen.insert(id).second)
                continue;
            checkInputs(id);
            for (const Link* link : m_links.into(id))
                open.push_back(link->from.node);
        }
    }

    void checkInputs(NodeId id)
    {
        const NodeType* type = m_types.at(id);
        if (!type)
            return;
        for (const InputPort& input : type->inputs)
            if (!input.optional && !m_links.into(id, input.name))
                m_problems.add(m_flat.paths.at(id), input.name,
                    nameOf(id) + ": " + inQuotes(input.name) + " is not linked; it takes "
                        + std::string(name(input.type)));
    }

    const FlatGraph& m_flat;
    const bool m_outputs;
    const FindNodeType m_findType;
    const Links m_links;
    Problems& m_problems;
    std::unordered_map<NodeId, const NodeType*> m_types;
    std::unordered_map<NodeId, PortType> m_through; // what Any is of a node
};

}

std::vector<Problem> validate(const Graph& graph, FindNodeType findType)
{
    Problems problems;
    try {
        FlatGraph flat = withoutSubgraphs(graph); // first, since it holds the limits
        checkLevels(graph, findType, problems);
        checkFedOnce(flat, findType, problems);
        checkCircles(flat, findType, problems);
        const bool outputs = std::ranges::any_of(flat.graph.nodes, [&](const auto& entry) {
            const NodeType* type = findType(entry.second.type);
            return type && type->isOutput;
        });
        FlowCheck(flat = asItRuns(std::move(flat), findType), outputs, findType, problems).check();
    } catch (const Error& error) {
        problems.add({}, "", error.what());
    }
    return problems.take();
}

}
