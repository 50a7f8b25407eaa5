#include "app/commands/commands.h"
#include "inference/graph/node_type.h"
#include "inference/sampling/names.h"
#include "ui/document/node_texts.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <variant>

namespace athanor {

namespace {

using OrderedJson = nlohmann::ordered_json;

OrderedJson toJson(const ParamValue& value)
{
    return std::visit([](const auto& v) { return OrderedJson(v); }, value);
}

bool hasRange(const Param& param)
{
    const PortType type = rowOf(param.kind).type;
    return type == PortType::Int || type == PortType::Float;
}

// A whole number as one: 64, not 64.0.
OrderedJson number(const Param& param, double value)
{
    return rowOf(param.kind).type == PortType::Int ? OrderedJson(int64_t(value)) : OrderedJson(value);
}

OrderedJson toJson(const Param& param)
{
    OrderedJson json{{"name", param.name}, {"kind", rowOf(param.kind).name}, {"default", toJson(param.value)}};
    if (hasRange(param)) {
        json["lowest"] = number(param, param.lowest);
        json["highest"] = number(param, param.highest);
        json["step"] = number(param, param.step);
    }
    if (!param.choices.empty())
        json["choices"] = param.choices;
    json["port"] = name(param.fedBy == PortType::Any ? rowOf(param.kind).type : param.fedBy);
    json["text"] = param.text;
    return json;
}

OrderedJson toJson(const NodeType& type)
{
    OrderedJson inputs = OrderedJson::array(), params = OrderedJson::array(), outputs = OrderedJson::array();
    for (const InputPort& port : type.inputs)
        inputs.push_back({{"name", port.name}, {"type", name(port.type)}, {"optional", port.optional},
            {"list", port.wholeList}, {"text", port.text}});
    for (const Param& param : type.params)
        params.push_back(toJson(param));
    for (const OutputPort& port : type.outputs)
        outputs.push_back({{"name", port.name}, {"type", name(port.type)}, {"text", port.text}});
    return {{"id", type.id}, {"title", type.title}, {"category", type.category}, {"text", type.text},
        {"version", type.version}, {"output", type.isOutput}, {"inputs", inputs}, {"parameters", params},
        {"outputs", outputs}};
}

std::string rangeText(const Param& param)
{
    std::string text;
    for (const std::string_view choice : param.choices)
        text.append(text.empty() ? ", " : " | ").append(choice);
    if (hasRange(param))
        text = ", " + numberText(param.lowest) + " to " + numberText(param.highest);
    return text;
}

void addLine(
    std::string& text, std::string_view mark, std::string_view portName, std::string_view kind, std::string_view rest)
{
    text.append("  ").append(mark).append(" ").append(portName).append(" (").append(kind).append(") ").append(rest);
    text += '\n';
}

std::string toText(const NodeType& type)
{
    std::string text = std::string(type.id) + ": " + std::string(type.title) + ", " + std::string(type.category) + '\n';
    text.append("  ").append(type.text).append("\n");
    for (const InputPort& port : type.inputs)
        addLine(text, ">", port.name, std::string(name(port.type)) + (port.optional ? ", optional" : ""), port.text);
    for (const Param& param : type.params)
        addLine(text, "=", param.name,
            std::string(rowOf(param.kind).name) + rangeText(param) + "; " + toJson(param.value).dump(), param.text);
    for (const OutputPort& port : type.outputs)
        addLine(text, "<", port.name, name(port.type), port.text);
    return text;
}

// As C++ for the tool that collects what is to be translated.
void printTexts()
{
    std::string text;
    for (const std::string& line : nodeTexts()) // JSON escapes as C++ does
        text += "QT_TRANSLATE_NOOP(\"nodes\", " + OrderedJson(line).dump() + ")\n";
    std::fwrite(text.data(), 1, text.size(), stdout);
}

void printNodes(bool asJson)
{
    OrderedJson all = OrderedJson::array();
    std::string text = "> input   = parameter (kind, range; default)   < output\n";
    for (const NodeType& type : nodeTypes()) {
        all.push_back(toJson(type));
        text += '\n' + toText(type);
    }
    if (asJson)
        text = all.dump(2) + '\n';
    std::fwrite(text.data(), 1, text.size(), stdout);
}

}

void addNodes(CLI::App& app, Command& command)
{
    CLI::App* nodesApp = app.add_subcommand("nodes", "List the nodes that workflows are made of");
    const auto asJson = std::make_shared<bool>(false);
    nodesApp->add_flag("--json", *asJson, "Everything as JSON");
    const auto asTexts = std::make_shared<bool>(false);
    nodesApp->add_flag("--texts", *asTexts, "Their texts alone, to be translated");
    nodesApp->callback([&command, asJson, asTexts] {
        command = [asJson, asTexts] { *asTexts ? printTexts() : printNodes(*asJson); };
    });
}

}
