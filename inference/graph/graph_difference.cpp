#include "inference/graph/graph_difference.h"

#include <map>
#include <set>

namespace athanor {

namespace {

void addValues(NodeDifference& difference, const GraphChange::NodeChange& change)
{
    const auto &before = change.before->params, &after = change.after->params;
    const auto find = [](const auto& params, const std::string& name) {
        const auto at = params.find(name);
        return at == params.end() ? std::optional<ParamValue>() : std::optional<ParamValue>(at->second);
    };
    std::map<std::string, NodeDifference::Value> values;
    for (const auto* params : {&before, &after})
        for (const auto& [name, value] : *params)
            if (const NodeDifference::Value both{name, find(before, name), find(after, name)};
                both.before != both.after)
                values[name] = both;
    for (const auto& text : change.texts) // which are empty in both by now
        if (!text.before.empty() || !text.after.empty())
            values[text.param] = {text.param, ParamValue(text.before), ParamValue(text.after)};
    for (auto& [name, value] : values)
        difference.values.push_back(std::move(value));
}

bool isAlike(const NodeDifference& d)
{
    return d.before && d.after && d.values.empty()
        && !(d.title || d.mode || d.moved || d.look || d.links || d.ports || d.before->foreign != d.after->foreign
            || d.before->version != d.after->version);
}

// By path, so that links can be added to what is known of their nodes.
using FoundNodes = std::map<NodePath, std::vector<NodeDifference>>;

void collect(const GraphChange& change, const NodePath& outer, FoundNodes& found)
{
    const auto pathOf = [&](NodeId id) {
        NodePath path = outer;
        path.push_back(id);
        return path;
    };
    for (const auto& node : change.nodes()) {
        std::vector<NodeDifference>& here = found[pathOf(node.id)];
        if (!node.before || !node.after || node.before->type != node.after->type) {
            if (node.before)
                here.push_back({.path = pathOf(node.id), .before = node.before});
            if (node.after)
                here.push_back({.path = pathOf(node.id), .after = node.after});
            continue;
        }
        const Node &before = *node.before, &after = *node.after;
        NodeDifference difference{.path = pathOf(node.id), .before = before, .after = after};
        difference.title = before.title != after.title;
        difference.mode = before.mode != after.mode;
        difference.moved = before.rect.x != after.rect.x || before.rect.y != after.rect.y;
        difference.look = before.colour != after.colour || before.collapsed != after.collapsed
            || before.rect.width != after.rect.width || before.rect.height != after.rect.height;
        if (before.subgraph && after.subgraph)
            difference.ports = before.subgraph->inputs != after.subgraph->inputs
                || before.subgraph->outputs != after.subgraph->outputs
                || before.subgraph->params != after.subgraph->params;
        addValues(difference, node);
        here.push_back(std::move(difference));
        if (node.body)
            collect(*node.body, pathOf(node.id), found);
    }
}

const Graph* bodyOf(const Graph* graph, NodeId id)
{
    const auto node = graph ? graph->nodes.find(id) : decltype(graph->nodes.end())();
    return graph && node != graph->nodes.end() && node->second.subgraph ? node->second.subgraph->body.get() : nullptr;
}

// Nodes in both whose feeding links are not the same, by ends: the ids of links are no one's matter.
void markLinks(
    const GraphChange& change, const Graph* before, const Graph* after, const NodePath& outer, FoundNodes& found)
{
    std::set<NodeId> fed;
    std::map<std::pair<PortRef, PortRef>, int> ends;
    for (const auto& link : change.links()) {
        if (link.before)
            --ends[{link.before->to, link.before->from}];
        if (link.after)
            ++ends[{link.after->to, link.after->from}];
    }
    for (const auto& [link, count] : ends)
        if (count != 0)
            fed.insert(link.first.node);
    for (const NodeId id : fed) {
        if (!before || !after || !before->nodes.contains(id) || !after->nodes.contains(id))
            continue;
        NodePath path = outer;
        path.push_back(id);
        std::vector<NodeDifference>& here = found[path];
        if (here.empty())
            here.push_back({.path = path, .before = before->nodes.at(id), .after = after->nodes.at(id)});
        here.back().links = true;
    }
    for (const auto& node : change.nodes())
        if (node.body) {
            NodePath path = outer;
            path.push_back(node.id);
            markLinks(*node.body, bodyOf(before, node.id), bodyOf(after, node.id), path, found);
        }
}

size_t framesIn(const GraphChange& change)
{
    size_t frames = change.groups().size() + change.comments().size();
    for (const auto& node : change.nodes())
        frames += node.body ? framesIn(*node.body) : 0;
    return frames;
}

}

GraphDifference differenceOf(const Graph& before, const Graph& after)
{
    const GraphChange change(before, after);
    FoundNodes found;
    collect(change, {}, found);
    markLinks(change, &before, &after, {}, found);
    GraphDifference difference;
    for (auto& [path, nodes] : found)
        for (NodeDifference& node : nodes)
            if (!isAlike(node))
                difference.nodes.push_back(std::move(node));
    difference.frames = framesIn(change);
    difference.form = before.form != after.form || before.freshSeeds != after.freshSeeds;
    return difference;
}

}
