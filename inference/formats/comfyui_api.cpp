#include "inference/formats/comfyui_api.h"

#include "inference/graph/lay_out.h"
#include "inference/graph/workflow_json.h"
#include "inference/weights/printable.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace athanor {

namespace {

void addLinks(Graph& graph, const std::map<NodeId, ComfyNode>& nodes, const ComfyIds& ids, NodeId to,
    const Json& inputs, ComfyReport& report)
{
    if (!inputs.is_object())
        return;
    for (const auto& [name, value] : inputs.items()) {
        if (!isApiLink(value))
            continue;
        const std::string where = "node " + std::to_string(to) + ", " + printable(name, 60);
        const NodeId from = ids.find(idText(value[0]));
        const ComfyPort port = portNamed(nodes.at(to), name);
        if (from == 0)
            report.warn(where + ": the node " + printable(idText(value[0]), 40) + " it is linked to is not there");
        else if (port.name.empty())
            report.warn(where + ": is left out, nothing here takes it");
        else
            graph.links.emplace(graph.nextId++, Link{{from, outputName(nodes.at(from), value[1])}, {to, port.name}});
        if (graph.links.size() > maxWorkflowLinks)
            report.refuse("it has more than " + std::to_string(maxWorkflowLinks) + " links");
    }
}

}

Graph readApiGraph(const Json& json, ComfyReport& report)
{
    if (json.size() > maxWorkflowNodes)
        report.refuse(
            "it has " + std::to_string(json.size()) + " nodes; " + std::to_string(maxWorkflowNodes) + " are possible");
    std::vector<Json> keys;
    std::vector<const Json*> entries;
    for (const auto& [key, entry] : json.items()) {
        if (!entry.is_object()) {
            report.warn("\"" + printable(key, 40) + "\" is left out: it is no node");
            continue;
        }
        keys.push_back(key);
        entries.push_back(&entry);
    }
    if (std::ranges::none_of(entries, [](const Json* entry) { return entry->contains("class_type"); }))
        report.refuse("is no workflow of ComfyUI: it has no \"nodes\", and no node with a \"class_type\"");
    const ComfyIds ids(keys, report);
    Graph graph;
    graph.nextId = ids.nextId();
    std::map<NodeId, ComfyNode> nodes;
    for (size_t i = 0; i < entries.size(); ++i) {
        const NodeId id = ids.ids()[i];
        ComfyNode& made = nodes.emplace(id, apiNode(*entries[i], id, report)).first->second;
        graph.nodes.emplace(id, made.node);
    }
    for (size_t i = 0; i < entries.size(); ++i)
        addLinks(graph, nodes, ids, ids.ids()[i], member(*entries[i], "inputs"), report);
    layOut(graph);
    return graph;
}

}
