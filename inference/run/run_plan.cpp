#include "inference/run/run_plan.h"

#include "inference/graph/graph_links.h"
#include "render/error.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <span>
#include <unordered_map>
#include <variant>

namespace athanor {

namespace {

class Planner {
public:
    Planner(const Graph& graph, FindNodeType findType, RunHost& host)
        : m_graph(graph)
        , m_findType(findType)
        , m_host(host)
        , m_links(graph)
        , m_environment(host.environment())
    {
    }

    std::vector<Step> plan()
    {
        for (const NodeId id : needed())
            addStep(id);
        return std::move(m_steps);
    }

private:
    // All nodes above the outputs, sources first, without recursion.
    std::vector<NodeId> needed() const
    {
        struct Visit {
            NodeId id;
            std::span<const Link* const> links;
            size_t next = 0;
        };
        std::vector<NodeId> order;
        std::set<NodeId> seen;
        std::vector<Visit> stack;
        const auto enter = [&](NodeId id) {
            if (seen.insert(id).second)
                stack.push_back({id, m_links.into(id)});
        };
        for (const auto& [id, node] : m_graph.nodes) {
            const NodeType* type = m_findType(node.type);
            if (type && type->isOutput)
                enter(id);
            while (!stack.empty()) {
                Visit& top = stack.back();
                if (top.next < top.links.size()) {
                    enter(top.links[top.next++]->from.node);
                } else {
                    order.push_back(top.id);
                    stack.pop_back();
                }
            }
        }
        return order;
    }

    // Where the value for a port comes from; nothing if it is not linked.
    std::optional<Source> sourceOf(NodeId id, std::string_view port) const
    {
        const Link* link = m_links.into(id, port);
        const auto from = link ? m_stepOf.find(link->from.node) : m_stepOf.end();
        if (from == m_stepOf.end())
            return {};
        const std::vector<OutputPort>& outputs = m_steps[from->second].type->outputs;
        const auto output = std::ranges::find(outputs, link->from.port, &OutputPort::name);
        if (output == outputs.end())
            return {};
        return Source{from->second, size_t(output - outputs.begin())};
    }

    void addStep(NodeId id)
    {
        const auto node = m_graph.nodes.find(id);
        const NodeType* type = node == m_graph.nodes.end() ? nullptr : m_findType(node->second.type);
        if (!type || !type->run)
            return;
        Step step{.id = id, .node = &node->second, .type = type};
        addFeeds(step);
        if (!step.problem)
            addFingerprint(step);
        m_stepOf[id] = m_steps.size();
        m_steps.push_back(std::move(step));
    }

    // The one input that a switch hands on, where the choice is written in the node; else null.
    const InputPort* chosenInput(const Step& step) const
    {
        const Param* choice = step.type->id == "switch" ? findParam(*step.type, "choice") : nullptr;
        if (!choice || m_links.into(step.id, "choice"))
            return nullptr;
        const auto* number = std::get_if<int64_t>(&paramOf(*step.node, *choice));
        return number && *number >= 1 && *number <= int64_t(step.type->inputs.size())
            ? &step.type->inputs[size_t(*number - 1)]
            : nullptr;
    }

    void addFeeds(Step& step)
    {
        const InputPort* chosen = chosenInput(step);
        for (const InputPort& input : step.type->inputs) {
            if (chosen && chosen != &input)
                continue;
            if (const auto source = sourceOf(step.id, input.name))
                step.feeds.push_back({input.name, &input, nullptr, *source});
            else if (!input.optional && !step.problem)
                step.problem = {std::string(input.name), "nothing comes to it", int(ErrorKind::BadArgument)};
        }
        for (const Param& param : step.type->params)
            if (const auto source = sourceOf(step.id, param.name))
                step.feeds.push_back({param.name, nullptr, &param, *source});
    }

    void addFingerprint(Step& step)
    {
        Hasher hasher;
        hasher.add(std::string_view(m_environment));
        hasher.add(step.type->id);
        hasher.add(uint64_t(step.type->version));
        for (const Feed& feed : step.feeds) {
            const Step& from = m_steps[feed.source.step];
            hasher.add(feed.port);
            hasher.add(from.fingerprint);
            hasher.add(uint64_t(feed.source.output));
            step.keeps = step.keeps && from.keeps;
            if (feed.param && rowOf(feed.param->kind).file)
                addLinkedStamp(step, feed, from, hasher);
        }
        for (const Param& param : step.type->params) {
            if (std::ranges::find(step.feeds, param.name, &Feed::port) != step.feeds.end())
                continue;
            hasher.add(param.name);
            hasher.add(paramOf(*step.node, param));
            if (rowOf(param.kind).file)
                addStamp(step, param, paramOf(*step.node, param), hasher);
        }
        for (const NetworkFile& network : step.type->networks)
            if (const std::string path = m_host.findNetwork(network.name); !path.empty())
                hasher.add(std::string_view(m_host.stamp(path)));
        step.fingerprint = hasher.result();
    }

    // Which file a link names is known only when it comes, but for one from a node of a text.
    void addLinkedStamp(Step& step, const Feed& feed, const Step& from, Hasher& hasher)
    {
        const ParamValue* name = from.feeds.empty()
            ? writtenValue(*from.node, *from.type, from.type->outputs[feed.source.output].name)
            : nullptr;
        if (name)
            addStamp(step, *feed.param, *name, hasher);
        else
            step.keeps = false;
    }

    void addStamp(Step& step, const Param& param, const ParamValue& value, Hasher& hasher)
    {
        const auto* name = std::get_if<std::string>(&value);
        if (!name || name->empty())
            return;
        try {
            hasher.add(std::string_view(m_host.stamp(m_host.resolve(*rowOf(param.kind).file, *name))));
        } catch (const Error& error) {
            step.problem = {std::string(param.name), error.what(), int(error.kind)};
        }
    }

    const Graph& m_graph;
    FindNodeType m_findType;
    RunHost& m_host;
    Links m_links;
    std::string m_environment;
    std::unordered_map<NodeId, size_t> m_stepOf;
    std::vector<Step> m_steps;
};

}

std::vector<Step> planRun(const Graph& graph, FindNodeType findType, RunHost& host)
{
    return Planner(graph, findType, host).plan();
}

}
