// A graph for ComfyUI's API.
#include "inference/formats/comfyui_json.h"

#include "inference/formats/comfyui_node.h"
#include "inference/formats/comfyui_prompt.h"
#include "inference/graph/flatten.h"
#include "inference/graph/graph_links.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <optional>
#include <variant>
#include <vector>

namespace athanor {

namespace {

bool isValueNode(const Node& node)
{
    constexpr std::string_view types[] = {"int_value", "float_value", "seed_value", "text_value", "bool_value"};
    return std::ranges::find(types, node.type) != std::end(types);
}

// What choose_sampler and choose_schedule hold stands in a parameter of the same name as the port.
std::string_view valueParam(const Node& node)
{
    return node.type == "choose_sampler" ? "sampler"
        : node.type == "choose_schedule" ? "schedule"
        : isValueNode(node)              ? "value"
                                         : "";
}

class ApiWriter {
public:
    ApiWriter(const Graph& graph, FindNodeType findType)
        : m_graph(graph)
        , m_links(graph)
        , m_findType(findType)
    {
    }

    Json write()
    {
        for (const auto& [id, node] : m_graph.nodes)
            m_rows[id] = rowFor(id, node);
        Json json = Json::object();
        for (const auto& [id, node] : m_graph.nodes)
            if (node.type != "note" && valueParam(node).empty())
                json[std::to_string(id)] = entry(id, node);
        return json;
    }

private:
    // The class that leaves out the least of what the node says, and asks for the least that it lacks.
    const ComfyClass* rowFor(NodeId id, const Node& node) const
    {
        const ComfyClass* best = nullptr;
        size_t least = 0;
        for (const ComfyClass& row : comfyClasses()) {
            if (row.ours != node.type || !row.runs)
                continue;
            const size_t lost = leftOut(row, id, node);
            if (!best || lost < least) {
                best = &row;
                least = lost;
            }
        }
        return best;
    }

    size_t leftOut(const ComfyClass& row, NodeId id, const Node& node) const
    {
        size_t lost = 0;
        for (const ComfyFixed& fixed : row.fixed)
            lost += fixed.tells && valueOf(node, fixed.ours) != fixed.value;
        for (const auto& [name, value] : node.params) {
            const bool fixed = std::ranges::find(row.fixed, name, &ComfyFixed::ours) != row.fixed.end();
            lost += !fixed && !theirWidget(row, name) && usual(node, name) != value;
        }
        for (const ComfyInput& input : row.inputs)
            lost += !input.ours.empty() && !m_links.into(id, input.ours);
        for (const Link* link : m_links.into(id))
            lost += std::ranges::find(row.inputs, link->to.port, &ComfyInput::ours) == row.inputs.end()
                && !theirWidget(row, link->to.port);
        for (const Link* link : m_links.outOf(id))
            lost += std::ranges::find(row.outputs, link->from.port) == row.outputs.end();
        return lost;
    }

    static const ComfyWidget* theirWidget(const ComfyClass& row, std::string_view ours)
    {
        const auto at = std::ranges::find(row.widgets, ours, &ComfyWidget::ours);
        return at == row.widgets.end() ? nullptr : &*at;
    }

    std::optional<ParamValue> usual(const Node& node, std::string_view name) const
    {
        const NodeType* type = m_findType(node.type);
        const Param* param = type ? findParam(*type, name) : nullptr;
        return param ? std::optional(param->value) : std::nullopt;
    }

    std::optional<ParamValue> valueOf(const Node& node, std::string_view name) const
    {
        const auto set = node.params.find(std::string(name));
        return set != node.params.end() ? std::optional(set->second) : usual(node, name);
    }

    Json entry(NodeId id, const Node& node) const
    {
        const ComfyClass* row = m_rows.at(id);
        Json made = row ? known(id, node, *row) : placeholder(id, node);
        const std::string className = made["class_type"].get<std::string>();
        made["_meta"] = {{"title", node.title.empty() ? className : node.title}};
        return made;
    }

    Json known(NodeId id, const Node& node, const ComfyClass& row) const
    {
        Json inputs = Json::object();
        for (const ComfyWidget& widget : row.widgets)
            if (const auto value = widget.ours.empty() ? std::nullopt : valueOf(node, widget.ours))
                inputs[std::string(widget.theirs)] = jsonOf(toComfy(inTheirSyntax(node, *value), widget.kind));
        for (const Link* link : m_links.into(id)) {
            const auto input = std::ranges::find(row.inputs, link->to.port, &ComfyInput::ours);
            const ComfyWidget* widget = theirWidget(row, link->to.port);
            if (input != row.inputs.end())
                setSource(inputs, input->theirs, *link, std::nullopt);
            else if (widget)
                setSource(inputs, widget->theirs, *link, widget->kind);
        }
        return {{"class_type", row.theirs}, {"inputs", std::move(inputs)}};
    }

    // A prompt of this program's own syntax in ComfyUI's.
    ParamValue inTheirSyntax(const Node& node, const ParamValue& value) const
    {
        const auto* text = std::get_if<std::string>(&value);
        const bool own =
            node.type.starts_with("encode_prompt") && valueOf(node, "syntax") != ParamValue(std::string("comfyui"));
        return text && own ? promptToComfy(*text) : value;
    }

    Json placeholder(NodeId id, const Node& node) const
    {
        const Json kept = foreign(node);
        const Json& keptInputs = member(kept, "inputs");
        Json inputs = keptInputs.is_object() ? keptInputs : Json::object(); // a list in UI files
        for (const auto& [name, value] : node.params)
            inputs[name] = jsonOf(value);
        for (const Link* link : m_links.into(id))
            setSource(inputs, link->to.port, *link, ComfyKind::Plain);
        const bool theirs = node.type.starts_with(comfyPrefix);
        Json made{{"class_type", theirs ? node.type.substr(comfyPrefix.size()) : node.type}};
        made["inputs"] = std::move(inputs);
        return made;
    }

    static Json foreign(const Node& node)
    {
        const Json json = node.foreign.empty() ? Json() : Json::parse(node.foreign, nullptr, false);
        return member(json, "comfyui");
    }

    // Sets the input to the node and slot that the link comes from, or to the value of a node that is nothing else.
    // What is not in the file feeds nothing.
    void setSource(Json& inputs, std::string_view name, const Link& link, std::optional<ComfyKind> kind) const
    {
        const auto from = m_graph.nodes.find(link.from.node);
        if (from == m_graph.nodes.end() || from->second.type == "note")
            return;
        const std::string_view param = valueParam(from->second);
        if (param.empty())
            inputs[std::string(name)] = {
                std::to_string(from->first), slotOf(from->first, from->second, link.from.port)};
        else if (const auto value = kind ? valueOf(from->second, param) : std::nullopt)
            inputs[std::string(name)] = jsonOf(toComfy(*value, *kind));
    }

    int64_t slotOf(NodeId id, const Node& node, const std::string& port) const
    {
        std::vector<std::string> names;
        if (const ComfyClass* row = m_rows.at(id))
            names.assign(row->outputs.begin(), row->outputs.end());
        else if (const NodeType* type = m_findType(node.type))
            for (const OutputPort& output : type->outputs)
                names.emplace_back(output.name);
        else
            names = placeholderOutputs(foreign(node));
        const auto at = std::ranges::find(names, port);
        if (at != names.end())
            return at - names.begin();
        int64_t number = 0; // as slotName writes it
        if (const size_t line = port.rfind('_'); line != port.npos)
            std::from_chars(port.data() + line + 1, port.data() + port.size(), number);
        return number;
    }

    const Graph& m_graph;
    const Links m_links;
    const FindNodeType m_findType;
    std::map<NodeId, const ComfyClass*> m_rows; // null: none
};

}

std::string writeComfyApi(const Graph& graph, FindNodeType findType)
{
    const FlatGraph flat = flatten(graph, findType);
    return ApiWriter(flat.graph, findType).write().dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}
