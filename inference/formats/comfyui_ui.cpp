#include "inference/formats/comfyui_ui.h"

#include "inference/graph/workflow_json.h"
#include "inference/weights/printable.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>

namespace athanor {

namespace {

struct UiLink {
    std::string id, from, to;
    Json fromSlot, toSlot;
};

// [id, from, slot, to, slot, type] or an object.
std::optional<UiLink> readLink(const Json& json)
{
    if (json.is_array() && json.size() >= 5)
        return UiLink{idText(json[0]), idText(json[1]), idText(json[3]), json[2], json[4]};
    if (json.is_object())
        return UiLink{idText(member(json, "id")), idText(member(json, "origin_id")), idText(member(json, "target_id")),
            member(json, "origin_slot"), member(json, "target_slot")};
    return {};
}

std::string linkName(const UiLink& link)
{
    return "link " + printable(link.id, 40);
}

// One step of reading after the other; the graph is complete after all.
class UiReader {
public:
    UiReader(const Json& json, const ComfyDefinitions& definitions, ComfyReport& report)
        : m_json(json)
        , m_definitions(definitions)
        , m_report(report)
        , m_inputNode(idText(member(member(json, "inputNode"), "id")))
        , m_outputNode(idText(member(member(json, "outputNode"), "id")))
        , m_made{{}, {}, idsOf(json, report), {}, {}, 0, 0}
    {
        m_made.graph.nextId = m_made.ids.nextId();
    }

    ComfyGraph read()
    {
        readNodes();
        m_made.inputs.resize(arraySize("inputs"));
        m_made.outputs.resize(arraySize("outputs"));
        readLinks();
        readGroups();
        return std::move(m_made);
    }

private:
    static ComfyIds idsOf(const Json& json, ComfyReport& report)
    {
        const Json& nodes = member(json, "nodes");
        if (!nodes.is_array())
            report.refuse("its nodes are not a list");
        if (nodes.size() > maxWorkflowNodes)
            report.refuse("it has " + std::to_string(nodes.size()) + " nodes; " + std::to_string(maxWorkflowNodes)
                + " are possible");
        std::vector<Json> ids;
        for (const Json& node : nodes)
            ids.push_back(member(node, "id"));
        return {ids, report};
    }

    size_t arraySize(const char* key) const
    {
        const Json& list = member(m_json, key);
        return list.is_array() ? list.size() : 0;
    }

    void readNodes()
    {
        const Json& nodes = member(m_json, "nodes");
        for (size_t i = 0; i < nodes.size(); ++i) {
            const NodeId id = m_made.ids.ids()[i];
            const auto definition = m_definitions.find(textOf(member(nodes[i], "type")));
            const bool host = definition != m_definitions.end();
            ComfyNode made =
                host ? hostNode(nodes[i], id, definition->second, m_report) : uiNode(nodes[i], id, m_report);
            m_made.graph.nodes.emplace(id, made.node);
            m_made.nodes.emplace(id, std::move(made));
            m_made.count += 1 + (host ? definition->second.nodes : 0);
            if (host)
                m_made.depth = std::max(m_made.depth, definition->second.depth);
            if (m_made.count > maxWorkflowNodes)
                m_report.refuse(
                    "with those in its subgraphs it has more than " + std::to_string(maxWorkflowNodes) + " nodes");
        }
    }

    void readLinks()
    {
        const Json& links = member(m_json, "links");
        if (!links.is_structured())
            return;
        if (links.size() > maxWorkflowLinks)
            m_report.refuse("it has " + std::to_string(links.size()) + " links; " + std::to_string(maxWorkflowLinks)
                + " are possible");
        for (const Json& json : links)
            if (const auto link = readLink(json))
                m_links.try_emplace(link->id, link->to);
        std::set<std::string> seen;
        for (const Json& json : links) {
            if (json.is_null())
                continue;
            const auto link = readLink(json);
            if (!link) {
                m_report.warn("a link that is neither a list nor an object is left out");
                continue;
            }
            if (!seen.insert(link->id).second)
                m_report.warn("the id of " + linkName(*link) + " is there twice");
            addLink(*link);
        }
        for (const auto& [id, made] : m_made.nodes)
            for (const auto& [link, slot] : made.linkSlots)
                if (!seen.contains(link))
                    m_report.warn("node " + std::to_string(id) + ": the link " + printable(link, 40)
                        + " into one of its inputs is not there");
    }

    // Where in a list; its size if nowhere.
    static size_t index(const Json& slot, size_t size)
    {
        const int64_t whole = wholeOf(slot).value_or(-1);
        return whole >= 0 && uint64_t(whole) < size ? size_t(whole) : size;
    }

    void addLink(const UiLink& link)
    {
        const bool outside = !m_inputNode.empty() && link.from == m_inputNode;
        const bool leaves = !m_outputNode.empty() && link.to == m_outputNode;
        const NodeId from = outside ? 0 : m_made.ids.find(link.from);
        const NodeId to = leaves ? 0 : m_made.ids.find(link.to);
        if ((!outside && from == 0) || (!leaves && to == 0)) {
            m_report.warn(linkName(link) + " is left out: the node "
                + printable(from == 0 && !outside ? link.from : link.to, 40) + " is not there");
            return;
        }
        const size_t input = index(link.fromSlot, m_made.inputs.size());
        const size_t output = index(link.toSlot, m_made.outputs.size());
        if ((outside && input == m_made.inputs.size()) || (leaves && output == m_made.outputs.size())) {
            m_report.warn(linkName(link) + " is left out: the subgraph has no such port");
            return;
        }
        if (outside && leaves) {
            const NodeId bend = addReroute();
            m_made.inputs[input].ports.push_back({bend, "value"});
            m_made.outputs[output] = {bend, "value"};
            return;
        }
        const PortRef source = outside ? PortRef() : PortRef{from, outputName(m_made.nodes.at(from), link.fromSlot)};
        if (leaves) {
            m_made.outputs[output] = source;
            return;
        }
        if (isStale(m_made.nodes.at(to), link))
            return;
        const ComfyPort port = targetPort(m_made.nodes.at(to), link);
        if (port.name.empty())
            m_report.warn(linkName(link) + " is left out: node " + std::to_string(to) + " has no use for it here");
        else if (outside)
            (port.isParam ? m_made.inputs[input].params : m_made.inputs[input].ports).push_back({to, port.name});
        else
            m_made.graph.links.emplace(m_made.graph.nextId++, Link{source, {to, port.name}});
    }

    // Whether the input it leads to names another link, which is there: only that one counts, as in ComfyUI.
    bool isStale(const ComfyNode& node, const UiLink& link) const
    {
        if (node.linkSlots.contains(link.id))
            return false;
        const auto slot = wholeOf(link.toSlot);
        return slot && std::ranges::any_of(node.linkSlots, [&](const auto& named) {
            const auto other = m_links.find(named.first);
            return int64_t(named.second) == *slot && other != m_links.end() && other->second == link.to;
        });
    }

    // The input that names the link; the link's own slot may be out of date.
    static ComfyPort targetPort(const ComfyNode& node, const UiLink& link)
    {
        const auto named = node.linkSlots.find(link.id);
        if (named != node.linkSlots.end() && named->second < node.inputs.size())
            return node.inputs[named->second];
        const size_t slot = index(link.toSlot, node.inputs.size());
        return slot < node.inputs.size() ? node.inputs[slot] : ComfyPort{slotName(link.toSlot), false};
    }

    NodeId addReroute()
    {
        const NodeId id = m_made.graph.nextId++;
        ComfyNode bend;
        bend.node.type = "reroute";
        m_made.graph.nodes.emplace(id, bend.node);
        m_made.nodes.emplace(id, std::move(bend));
        ++m_made.count;
        return id;
    }

    void readGroups()
    {
        const Json& groups = member(m_json, "groups");
        if (!groups.is_array())
            return;
        for (const Json& json : groups) {
            const Json& box = member(json, "bounding");
            const bool whole = box.is_array() && box.size() == 4;
            m_made.graph.groups.emplace(m_made.graph.nextId++,
                Group{textOf(member(json, "title")), whole ? rectOf({box[0], box[1]}, {box[2], box[3]}) : Rect{},
                    colourOf(member(json, "color"))});
        }
    }

    const Json& m_json;
    const ComfyDefinitions& m_definitions;
    ComfyReport& m_report;
    const std::string m_inputNode, m_outputNode; // ids that stand for the outside; empty: there is none
    std::map<std::string, std::string> m_links; // of all the node that each leads to, by id
    ComfyGraph m_made;
};

}

ComfyGraph readUiGraph(const Json& json, const ComfyDefinitions& definitions, ComfyReport& report)
{
    return UiReader(json, definitions, report).read();
}

}
