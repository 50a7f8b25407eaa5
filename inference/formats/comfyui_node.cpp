#include "inference/formats/comfyui_node.h"

#include "inference/graph/node_type.h"
#include "inference/weights/printable.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <set>
#include <variant>

namespace athanor {

namespace {

std::string widgetName(const Json& input)
{
    return textOf(member(member(input, "widget"), "name"));
}

// One object for Node::foreign.
std::string foreignText(Json json)
{
    return Json{{"comfyui", std::move(json)}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

ComfyPort portOf(const ComfyClass& row, std::string_view theirs)
{
    for (const ComfyInput& input : row.inputs)
        if (input.theirs == theirs)
            return {std::string(input.ours), false};
    for (const ComfyWidget& widget : row.widgets)
        if (widget.theirs == theirs)
            return {std::string(widget.ours), true};
    return {};
}

void readKnownInputs(ComfyNode& made, const Json& inputs)
{
    if (!inputs.is_array()) {
        for (const ComfyInput& input : made.row->inputs)
            made.inputs.push_back({std::string(input.ours), false});
        return;
    }
    for (const Json& input : inputs) {
        ComfyPort port = portOf(*made.row, textOf(member(input, "name")));
        if (port.name.empty() && member(input, "widget").is_object())
            port = portOf(*made.row, widgetName(input));
        if (port.name.empty() && made.inputs.empty() && !made.row->runs && !made.row->inputs.empty())
            port = {std::string(made.row->inputs[0].ours), false}; // of reroutes, under whatever name
        made.inputs.push_back(std::move(port));
    }
}

void readKnown(ComfyNode& made, const Json& json, const std::string& who, ComfyReport& report)
{
    made.node.type = made.row->ours;
    for (const ComfyFixed& fixed : made.row->fixed)
        made.node.params[std::string(fixed.ours)] = fixed.value;
    std::vector<std::string> names;
    for (const ComfyWidget& widget : made.row->widgets) {
        names.emplace_back(widget.theirs);
        if (!widget.ours.empty())
            made.widgets.emplace(widget.theirs, widget.ours);
    }
    const auto values = widgetValues(member(json, "widgets_values"), names);
    for (size_t i = 0; i < names.size(); ++i)
        if (values[i])
            setComfyParam(made, who, made.row->widgets[i], *values[i], report);
    readKnownInputs(made, member(json, "inputs"));
    made.outputs.assign(made.row->outputs.begin(), made.row->outputs.end());
}

// PrimitiveNode: a value for widgets, of the type that its first output says.
void readPrimitive(ComfyNode& made, const Json& json, const std::string& who, ComfyReport& report)
{
    const Json& outputs = member(json, "outputs");
    const Json& output = outputs.is_array() && !outputs.empty() ? outputs[0] : Json();
    const std::string type = textOf(member(output, "type"));
    const std::string widget = widgetName(output);
    const ComfyKind kind = comfyKind(widget);
    made.node.type = kind == ComfyKind::Seed ? "seed_value"
        : type == "INT"                      ? "int_value"
        : type == "FLOAT"                    ? "float_value"
        : type == "BOOLEAN"                  ? "bool_value"
                                             : "text_value";
    const Json& values = member(json, "widgets_values");
    if (values.is_array() && !values.empty())
        setComfyParam(made, who, {widget, "value", kind}, values[0], report);
    made.widgets.emplace("value", "value");
    made.outputs = {"value"};
}

// As many names as the widgets have, where the file says them.
std::vector<std::string> placeholderWidgets(const Json& json)
{
    std::vector<std::string> names;
    if (const ComfyClass* row = findComfyClass(textOf(member(json, "type")))) {
        for (const ComfyWidget& widget : row->widgets)
            names.emplace_back(widget.theirs);
        return names;
    }
    const Json& inputs = member(json, "inputs");
    for (const Json& input : inputs.is_array() ? inputs : Json::array())
        if (const std::string name = widgetName(input); !name.empty())
            names.push_back(name);
    return names;
}

// Without what becomes of numbers after a run.
size_t countedValues(const Json& values)
{
    size_t count = 0;
    for (size_t i = 0; i < values.size(); ++i)
        count += i == 0 || !values[i - 1].is_number() || !isControl(values[i]);
    return count;
}

void readPlaceholderValues(ComfyNode& made, const Json& json)
{
    const Json& values = member(json, "widgets_values");
    std::vector<std::string> names = placeholderWidgets(json);
    if (values.is_object()) {
        names.clear();
        for (const auto& [name, value] : values.items())
            names.push_back(name);
    }
    const auto found = widgetValues(values, names);
    const auto there = [](const Json* value) { return value != nullptr; };
    // The file names the widgets that are linked, or all of them.
    const bool all = !names.empty() && std::ranges::all_of(found, there)
        && (!values.is_array() || countedValues(values) == names.size());
    if (!all) { // positions that mean nothing here
        for (size_t i = 0; values.is_array() && i < values.size(); ++i)
            if (const auto value = scalarOf(values[i]))
                made.node.params["widget_" + std::to_string(i)] = *value;
        return;
    }
    for (size_t i = 0; i < names.size(); ++i) {
        if (const auto value = scalarOf(*found[i]))
            made.node.params[names[i]] = *value;
        made.widgets.emplace(names[i], names[i]);
    }
}

// Null where nodes of the class are placeholders.
const ComfyClass* runnableClass(std::string_view name)
{
    const ComfyClass* row = findComfyClass(name);
    return row && findNodeType(row->ours) ? row : nullptr;
}

void readPlaceholder(ComfyNode& made, const Json& json, const std::string& className)
{
    made.node.type = std::string(comfyPrefix) + className;
    made.node.foreign = foreignText(json);
    const Json& inputs = member(json, "inputs");
    const std::vector<std::string> names = placeholderInputs(json);
    for (size_t i = 0; i < names.size(); ++i)
        made.inputs.push_back({names[i], !widgetName(inputs[i]).empty()});
    made.outputs = placeholderOutputs(json);
    readPlaceholderValues(made, json);
}

template <class Number> std::optional<Number> typedIn(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n";
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    text = text.substr(0, text.find_last_not_of(blanks) + 1);
    text.remove_prefix(text.starts_with('+') ? 1 : 0);
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc() && end == text.data() + text.size() && std::isfinite(double(number));
    return whole ? std::optional(number) : std::nullopt;
}

std::optional<ParamValue> typedNumber(std::string_view text)
{
    if (const auto whole = typedIn<int64_t>(text))
        return *whole;
    if (const auto whole = typedIn<uint64_t>(text))
        return *whole;
    if (const auto number = typedIn<double>(text))
        return *number;
    return {};
}

// Programs that write for the API are loose: numbers stand there as texts and texts as numbers, which ComfyUI's server
// takes as what the input is.
ParamValue asParam(std::string_view type, std::string_view name, ParamValue value)
{
    const NodeType* row = findNodeType(type);
    const Param* param = row ? findParam(*row, name) : nullptr;
    const auto* text = std::get_if<std::string>(&value);
    if (!param)
        return value;
    const ParamKindRow& kind = rowOf(param->kind);
    switch (kind.type) {
    case PortType::Int:
    case PortType::Float:
    case PortType::Seed:
        return text ? typedNumber(*text).value_or(value) : value;
    case PortType::Bool:
        return text && (*text == "true" || *text == "false") ? ParamValue(*text == "true") : value;
    default:
        return text || !kind.isFreeText ? value : ParamValue(jsonOf(value).dump());
    }
}

bool isNotANumber(const Json& value)
{
    return value.is_number_float() && !std::isfinite(value.get<double>());
}

}

std::string comfyName(const std::string& className, NodeId id)
{
    return printable(className, 60) + " (node " + std::to_string(id) + ')';
}

void readLooks(Node& node, const Json& json, const std::string& usualTitle)
{
    node.title = textOf(member(json, "title"));
    if (node.title == usualTitle)
        node.title.clear();
    node.rect = rectOf(member(json, "pos"), member(json, "size"));
    const auto mode = wholeOf(member(json, "mode"));
    node.mode = mode == 2 ? NodeMode::Muted : mode == 4 ? NodeMode::Bypassed : NodeMode::Normal;
    node.colour = colourOf(member(json, "color"));
    if (node.colour.empty())
        node.colour = colourOf(member(json, "bgcolor"));
    node.collapsed = member(member(json, "flags"), "collapsed") == Json(true);
}

std::vector<const Json*> widgetValues(const Json& json, const std::vector<std::string>& names)
{
    std::vector<const Json*> values(names.size());
    size_t at = 0;
    for (size_t i = 0; i < names.size(); ++i) {
        if (json.is_object()) {
            const auto named = json.find(names[i]);
            values[i] = named == json.end() ? nullptr : &*named;
        } else if (json.is_array() && at < json.size()) {
            values[i] = &json[at++];
            const bool known = comfyKind(names[i]) == ComfyKind::Seed; // files of 2023 have a yes or no behind it
            if (values[i]->is_number() && at < json.size() && (isControl(json[at]) || (known && json[at].is_boolean())))
                ++at;
        }
    }
    return values;
}

void setComfyParam(
    ComfyNode& made, const std::string& who, const ComfyWidget& widget, const Json& value, ComfyReport& report)
{
    if (widget.ours.empty())
        return;
    if (isNotANumber(value))
        report.refuse(who + ", " + std::string(widget.theirs) + ": "
            + (std::isnan(value.get<double>()) ? "NaN" : "Infinity") + " is not a number that a node can work with");
    const auto scalar = scalarOf(value);
    if (!scalar) {
        report.warn(
            who + ", " + std::string(widget.theirs) + ": has no value that can be read; the usual one is taken");
        return;
    }
    ComfyValue ours = fromComfy(asParam(made.node.type, widget.ours, *scalar), widget.kind);
    if (!ours.remark.empty())
        report.warn(who + ": " + ours.remark);
    made.node.params[std::string(widget.ours)] = std::move(ours.value);
}

ComfyNode uiNode(const Json& json, NodeId id, ComfyReport& report)
{
    ComfyNode made;
    const std::string className = textOf(member(json, "type"));
    const std::string who = comfyName(className, id);
    made.row = runnableClass(className);
    readLooks(made.node, json, className);
    if (made.row) {
        readKnown(made, json, who, report);
        const Json& name = member(member(json, "properties"), searchNameKey);
        if (name.is_string() && name != className)
            made.node.foreign = foreignText({{"properties", {{std::string(searchNameKey), name}}}});
    } else if (className == "PrimitiveNode")
        readPrimitive(made, json, who, report);
    else {
        readPlaceholder(made, json, className);
        if (made.node.title.empty())
            made.node.title = className;
        if (made.node.mode == NodeMode::Normal) // else it stands in no one's way
            ++report.unknown[className];
    }
    const Json& inputs = member(json, "inputs");
    for (size_t i = 0; inputs.is_array() && i < inputs.size(); ++i)
        if (const Json& link = member(inputs[i], "link"); !link.is_null())
            made.linkSlots.emplace(idText(link), i);
    return made;
}

bool isApiLink(const Json& value)
{
    return value.is_array() && value.size() == 2 && (value[0].is_string() || value[0].is_number_integer())
        && value[1].is_number();
}

ComfyNode apiNode(const Json& json, NodeId id, ComfyReport& report)
{
    ComfyNode made;
    const std::string className = textOf(member(json, "class_type"));
    const std::string who = comfyName(className, id);
    const Json& inputs = member(json, "inputs");
    made.node.title = textOf(member(member(json, "_meta"), "title"));
    if (made.node.title == className)
        made.node.title.clear();
    made.row = runnableClass(className);
    if (made.row) {
        made.node.type = made.row->ours;
        made.outputs.assign(made.row->outputs.begin(), made.row->outputs.end());
        for (const ComfyFixed& fixed : made.row->fixed)
            made.node.params[std::string(fixed.ours)] = fixed.value;
        for (const ComfyWidget& widget : made.row->widgets)
            if (inputs.is_object() && inputs.contains(widget.theirs) && !isApiLink(inputs[std::string(widget.theirs)]))
                setComfyParam(made, who, widget, inputs[std::string(widget.theirs)], report);
        return made;
    }
    made.node.type = std::string(comfyPrefix) + className;
    if (made.node.title.empty())
        made.node.title = className;
    ++report.unknown[className];
    Json rest = json; // beyond links and parameters
    if (inputs.is_object())
        for (const auto& [name, value] : inputs.items()) {
            const auto scalar = scalarOf(value);
            if (scalar)
                made.node.params[name] = *scalar;
            if (scalar || isApiLink(value))
                rest["inputs"].erase(name);
        }
    made.node.foreign = foreignText(std::move(rest));
    return made;
}

ComfyPort portNamed(const ComfyNode& node, std::string_view theirs)
{
    return node.row ? portOf(*node.row, theirs) : ComfyPort{std::string(theirs), false};
}

std::string slotName(const Json& slot)
{
    return "slot_" + (slot.is_number() ? slot.dump() : std::string("unknown"));
}

std::string outputName(const ComfyNode& node, const Json& slot)
{
    const auto number = wholeOf(slot);
    return number && *number >= 0 && uint64_t(*number) < node.outputs.size() ? node.outputs[size_t(*number)]
                                                                             : slotName(slot);
}

}
