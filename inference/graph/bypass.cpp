#include "inference/graph/bypass.h"

#include "inference/graph/link_rules.h"
#include "inference/graph/placeholder.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace athanor {

namespace {

struct Slot {
    std::string name;
    SlotType type;
};

struct Slots {
    std::vector<Slot> inputs, outputs;
    bool known = true; // false: no one says what the node has
};

const SlotType anySlot = "*";

SlotType slotTypeOf(PortType type)
{
    constexpr std::string_view names[] = {"*", "MODEL", "CLIP", "VAE", "CONDITIONING", "LATENT", "IMAGE", "MASK",
        "CONTROL_NET", "IMAGE", "STRING", "STRING", "INT", "FLOAT", "BOOLEAN", "STRING", "INT"};
    return SlotType(names[size_t(type)]);
}

// Of a placeholder, as its file says.
SlotType slotTypeOf(const Json& slot)
{
    const std::string type = textOf(member(slot, "type"));
    return type.empty() ? anySlot : type == "COMBO" || member(slot, "type").is_array() ? "STRING" : type;
}

Slots slotsOf(const NodeType& type)
{
    Slots slots;
    for (const InputPort& input : type.inputs)
        slots.inputs.push_back({std::string(input.name), slotTypeOf(input.type)});
    for (const Param& param : type.params)
        slots.inputs.push_back({std::string(param.name), slotTypeOf(rowOf(param.kind).type)});
    for (const OutputPort& output : type.outputs)
        slots.outputs.push_back({std::string(output.name), slotTypeOf(output.type)});
    return slots;
}

Slots placeholderSlots(const Node& node)
{
    const Json foreign = node.foreign.empty() ? Json() : Json::parse(node.foreign, nullptr, false);
    const Json& json = member(foreign, "comfyui");
    const Json& inputs = member(json, "inputs");
    const Json& outputs = member(json, "outputs");
    Slots slots;
    slots.known = outputs.is_array();
    const std::vector<std::string> into = placeholderInputs(json), out = placeholderOutputs(json);
    for (size_t i = 0; i < into.size(); ++i)
        slots.inputs.push_back({into[i], slotTypeOf(inputs[i])});
    for (size_t i = 0; i < out.size(); ++i)
        slots.outputs.push_back({out[i], slotTypeOf(outputs[i])});
    return slots;
}

Slots slotsOf(const Node& node, FindNodeType findType);

Slots subgraphSlots(const Subgraph& subgraph, FindNodeType findType)
{
    Slots slots;
    const auto add = [&](std::vector<Exposed> Subgraph::*list, std::vector<Slot>& into, bool isOutput) {
        for (const Exposed& exposed : subgraph.*list) {
            const ExposedPort inner = exposedPort(subgraph, exposed, list);
            if (!inner.node)
                continue;
            const Slots all = slotsOf(*inner.node, findType);
            const std::vector<Slot>& side = isOutput ? all.outputs : all.inputs;
            const auto at = std::ranges::find(side, inner.port, &Slot::name);
            into.push_back({exposed.name, at == side.end() ? anySlot : at->type});
        }
    };
    add(&Subgraph::inputs, slots.inputs, false);
    add(&Subgraph::params, slots.inputs, false);
    add(&Subgraph::outputs, slots.outputs, true);
    return slots;
}

// What an exposed port stands for is no subgraph, so that this goes one level deep.
Slots slotsOf(const Node& node, FindNodeType findType)
{
    if (isSubgraph(node))
        return subgraphSlots(*node.subgraph, findType);
    const NodeType* type = findType(node.type);
    return type ? slotsOf(*type) : placeholderSlots(node);
}

bool isAny(const SlotType& type)
{
    return type == anySlot;
}

// Types may be lists: "IMAGE,MASK". A whole number fits where any number does.
bool typeFits(std::string_view given, std::string_view wanted)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; };
    const auto names = [&](std::string_view list) {
        std::vector<std::string> all(1);
        for (const char c : list)
            if (c == ',')
                all.emplace_back();
            else if (c != ' ')
                all.back() += lower(c);
        return all;
    };
    if (given == anySlot || wanted == anySlot)
        return true;
    const std::vector<std::string> to = names(wanted);
    return std::ranges::any_of(names(given), [&](const std::string& name) {
        return std::ranges::find(to, name) != to.end() || (name == "int" && std::ranges::find(to, "float") != to.end());
    });
}

}

SlotType slotType(const Node& node, std::string_view input, FindNodeType findType)
{
    if (const NodeType* type = isSubgraph(node) ? nullptr : findType(node.type)) {
        const auto target = findTarget(*type, input);
        return target ? slotTypeOf(target->type) : anySlot;
    }
    const Slots slots = slotsOf(node, findType);
    const auto at = std::ranges::find(slots.inputs, input, &Slot::name);
    return at == slots.inputs.end() ? anySlot : at->type;
}

HandedOn handedOn(const Node& node, std::string_view output, const SlotType& wanted, FindNodeType findType)
{
    const Slots slots = slotsOf(node, findType);
    if (!slots.known)
        return {std::string(output), anySlot}; // what would be called alike
    const auto at = std::ranges::find(slots.outputs, output, &Slot::name);
    if (at == slots.outputs.end() || slots.inputs.empty())
        return {};
    const size_t place = size_t(at - slots.outputs.begin());
    const bool beside = place < slots.inputs.size();
    const auto handed = [&](size_t input) { return HandedOn{slots.inputs[input].name, slots.inputs[input].type}; };
    const auto good = [&](const Slot& input) { return typeFits(input.type, at->type) && typeFits(input.type, wanted); };
    if (isAny(wanted))
        return handed(beside ? place : 0);
    if (beside && good(slots.inputs[place]))
        return handed(place);
    const auto exact = std::ranges::find(slots.inputs, wanted, &Slot::type);
    if (exact != slots.inputs.end())
        return handed(size_t(exact - slots.inputs.begin()));
    const auto first = std::ranges::find_if(slots.inputs, good);
    return first == slots.inputs.end() ? HandedOn() : handed(size_t(first - slots.inputs.begin()));
}

bool isReroute(const Node& node)
{
    return node.type == "reroute";
}

WaysPast::WaysPast(const Graph& graph, IsLeftOut isLeftOut, FindNodeType findType)
    : m_graph(graph)
    , m_links(graph)
    , m_isLeftOut(std::move(isLeftOut))
    , m_findType(findType)
{
}

std::optional<PortRef> WaysPast::source(PortRef output, SlotType wanted)
{
    std::vector<Key> way;
    std::optional<PortRef> found;
    for (;;) {
        const auto node = m_graph.nodes.find(output.node);
        if (node == m_graph.nodes.end())
            break;
        if (!m_isLeftOut(node->first, node->second)) {
            found = output;
            break;
        }
        const auto [known, isNew] = m_known.emplace(Key{output, wanted}, std::nullopt); // which also ends a circle
        if (!isNew) {
            found = known->second;
            break;
        }
        way.push_back(known->first);
        const Link* link = stepBack(node->second, output, wanted);
        if (!link)
            break;
        output = link->from;
    }
    for (const Key& passed : way)
        m_known[passed] = found;
    return found;
}

// What feeds the output of a node that is left out; null if nothing does. `wanted` becomes the type of its input.
const Link* WaysPast::stepBack(const Node& node, const PortRef& output, SlotType& wanted) const
{
    if (isReroute(node)) {
        const auto into = m_links.into(output.node);
        return into.empty() ? nullptr : into.front();
    }
    const HandedOn handed = handedOn(node, output.port, wanted, m_findType);
    wanted = handed.type;
    return m_links.into(output.node, handed.input);
}

}
