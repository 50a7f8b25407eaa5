#include "inference/formats/comfyui_ui.h"

#include "inference/graph/graph_edit.h"
#include "inference/graph/subgraph_type.h"
#include "inference/graph/workflow_json.h"
#include "inference/weights/printable.h"

#include <algorithm>
#include <set>

namespace athanor {

namespace {

std::string freeName(std::string name, const char* otherwise, std::set<std::string>& used)
{
    if (name.empty())
        name = otherwise;
    std::string unique = name;
    for (int i = 2; !used.insert(unique).second; ++i)
        unique = name + '_' + std::to_string(i);
    return unique;
}

// How the widget that a parameter inside comes from is called there.
std::string widgetOf(const ComfyGraph& body, const PortRef& port)
{
    const auto& widgets = body.nodes.at(port.node).widgets;
    if (!widgets.contains(port.port)) // else of a placeholder or a subgraph, which have many
        for (const auto& [theirs, ours] : widgets)
            if (ours == port.port)
                return theirs;
    return port.port;
}

void exposeInputs(
    ComfyDefinition& made, Subgraph& shape, const ComfyGraph& body, const Json& inputs, std::set<std::string>& used)
{
    for (size_t i = 0; i < body.inputs.size(); ++i) {
        const std::string theirs = textOf(member(inputs[i], "name"));
        const auto& [ports, params] = body.inputs[i];
        made.inputs.push_back(theirs);
        if (!ports.empty()) {
            const std::string name = freeName(theirs, "input", used);
            shape.inputs.push_back({name, ports});
            made.ports.try_emplace(theirs, ComfyPort{name, false});
        }
        if (!params.empty()) {
            const std::string name = freeName(theirs, "value", used);
            shape.params.push_back({name, params});
            made.ports.try_emplace(theirs, ComfyPort{name, true});
            made.widgets.push_back({name, comfyKind(widgetOf(body, params.front()))});
        }
    }
}

ComfyDefinition makeDefinition(const Json& json, const ComfyDefinitions& others, ComfyReport& report)
{
    ComfyGraph body = readUiGraph(json, others, report);
    ComfyDefinition made;
    made.title = textOf(member(json, "name"));
    made.nodes = body.count;
    made.depth = body.depth + 1;
    Subgraph shape;
    std::set<std::string> used;
    exposeInputs(made, shape, body, member(json, "inputs"), used);
    for (size_t i = 0; i < body.outputs.size(); ++i) {
        const std::string name = freeName(textOf(member(member(json, "outputs")[i], "name")), "output", used);
        made.outputs.push_back(name);
        if (body.outputs[i].node != 0)
            shape.outputs.push_back({name, {body.outputs[i]}});
    }
    const Json& nodes = member(json, "nodes");
    for (size_t i = 0; i < nodes.size(); ++i) {
        const NodeId id = body.ids.ids()[i];
        made.inside.try_emplace(idText(member(nodes[i], "id")), id, body.nodes.at(id).widgets);
    }
    shape.body = std::make_shared<const Graph>(std::move(body.graph));
    made.shape = std::make_shared<const Subgraph>(std::move(shape));
    return made;
}

// Parameters inside that the host shows beyond the subgraph's own inputs: [["27", "text"], …]. Returns all in the order
// of the host's values.
std::vector<ComfyHostWidget> exposeProxies(Subgraph& shape, const Json& list, const ComfyDefinition& definition)
{
    std::vector<ComfyHostWidget> own = definition.widgets, order;
    std::set<std::string> used;
    for (const auto* exposed : {&shape.inputs, &shape.outputs, &shape.params})
        for (const Exposed& e : *exposed)
            used.insert(e.name);
    for (const Json& proxy : list) {
        const bool pair = proxy.is_array() && proxy.size() >= 2;
        const std::string id = pair ? idText(proxy[0]) : "", theirs = pair ? textOf(proxy[1]) : "";
        const auto inside = definition.inside.find(id);
        const auto input = definition.ports.find(theirs);
        if (id == "-1" && input != definition.ports.end()) {
            const auto at = std::ranges::find(own, input->second.name, &ComfyHostWidget::name);
            if (at != own.end()) {
                order.push_back(*at);
                own.erase(at);
            }
        } else if (inside != definition.inside.end() && inside->second.second.contains(theirs)) {
            const auto& [node, widgets] = inside->second;
            order.push_back({freeName(theirs, "value", used), comfyKind(theirs)});
            shape.params.push_back({order.back().name, {{node, widgets.at(theirs)}}});
        } else if (theirs != "control_after_generate") {
            order.push_back({});
        }
    }
    order.insert(order.begin(), own.begin(), own.end());
    return order;
}

// The host's own values in place of those inside.
void setValues(Subgraph& shape, const Json& values, const std::vector<ComfyHostWidget>& order, const std::string& who,
    ComfyReport& report)
{
    ComfyNode read;
    size_t at = 0;
    for (const auto& [name, kind] : order) {
        if (at < values.size() && !values[at].is_null())
            setComfyParam(read, who, {name, name, kind}, values[at], report);
        if (++at < values.size() && isControl(values[at]))
            ++at;
    }
    Graph body = *shape.body;
    for (const Exposed& param : shape.params) {
        const auto value = read.node.params.find(param.name);
        if (value == read.node.params.end())
            continue;
        for (const PortRef& inner : param.inner) {
            Node& node = body.nodes.at(inner.node);
            if (node.subgraph)
                body = withParam(std::move(body), inner.node, inner.port, value->second);
            else
                node.params[inner.port] = value->second;
        }
    }
    if (body != *shape.body)
        shape.body = std::make_shared<const Graph>(std::move(body));
}

// The subgraph with what this host shows and sets; the definition's own if that is nothing.
std::shared_ptr<const Subgraph> shapeFor(
    const Json& json, NodeId id, const ComfyDefinition& definition, ComfyReport& report)
{
    const Json& proxies = member(member(json, "properties"), "proxyWidgets");
    const Json& values = member(json, "widgets_values");
    const bool shows = proxies.is_array() && !proxies.empty();
    const bool sets = values.is_array() && !values.empty();
    if (!shows && (!sets || definition.widgets.empty()))
        return definition.shape;
    Subgraph shape = *definition.shape;
    const auto order = exposeProxies(shape, shows ? proxies : Json::array(), definition);
    if (sets)
        setValues(shape, values, order, comfyName(definition.title, id), report);
    return std::make_shared<const Subgraph>(std::move(shape));
}

}

ComfyNode hostNode(const Json& json, NodeId id, const ComfyDefinition& definition, ComfyReport& report)
{
    report.ports += definition.inputs.size() + definition.outputs.size();
    if (report.ports > maxWorkflowLinks)
        report.refuse("its subgraphs have more than " + std::to_string(maxWorkflowLinks) + " ports");
    ComfyNode made;
    made.node.type = "subgraph";
    readLooks(made.node, json, "");
    if (made.node.title.empty())
        made.node.title = definition.title;
    made.node.subgraph = shapeFor(json, id, definition, report);
    made.outputs = definition.outputs;
    for (const Exposed& param : made.node.subgraph->params)
        made.widgets.emplace(param.name, param.name);

    const Json& inputs = member(json, "inputs");
    const auto addInput = [&](const std::string& name) {
        const auto port = definition.ports.find(name);
        made.inputs.push_back(port == definition.ports.end() ? ComfyPort() : port->second);
    };
    if (!inputs.is_array())
        std::ranges::for_each(definition.inputs, addInput);
    else
        for (size_t i = 0; i < inputs.size(); ++i) {
            addInput(textOf(member(inputs[i], "name")));
            if (const Json& link = member(inputs[i], "link"); !link.is_null())
                made.linkSlots.emplace(idText(link), i);
        }
    return made;
}

ComfyDefinitions readDefinitions(const Json& json, ComfyReport& report)
{
    const Json& list = member(member(json, "definitions"), "subgraphs");
    std::map<std::string, const Json*> byId;
    if (list.is_array())
        for (const Json& definition : list)
            byId.try_emplace(idText(member(definition, "id")), &definition);

    // Those that contain none first, then those that contain only these, …
    std::map<std::string, std::set<std::string>> needs, neededBy;
    std::vector<std::string> ready;
    for (const auto& [id, definition] : byId) {
        const Json& nodes = member(*definition, "nodes");
        for (const Json& node : nodes.is_array() ? nodes : Json::array())
            if (const std::string type = textOf(member(node, "type")); byId.contains(type)) {
                needs[id].insert(type);
                neededBy[type].insert(id);
            }
        if (!needs.contains(id))
            ready.push_back(id);
    }
    ComfyDefinitions made;
    for (size_t i = 0; i < ready.size(); ++i) {
        const std::string id = ready[i];
        ComfyDefinition definition = makeDefinition(*byId.at(id), made, report);
        if (definition.depth > maxSubgraphDepth)
            report.refuse("its subgraphs are nested deeper than " + std::to_string(maxSubgraphDepth) + " levels");
        made.emplace(id, std::move(definition));
        for (const std::string& outer : neededBy[id]) {
            needs[outer].erase(id);
            if (needs[outer].empty())
                ready.push_back(outer);
        }
    }
    if (made.size() < byId.size())
        report.warn(std::to_string(byId.size() - made.size()) + " subgraphs contain themselves and are left out");
    return made;
}

}
