#include "inference/graph/param_check.h"

#include "inference/sampling/names.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <cmath>
#include <cstdint>
#include <optional>
#include <variant>

namespace athanor {

namespace {

struct ValueText {
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(int64_t value) const { return std::to_string(value); }
    std::string operator()(uint64_t value) const { return std::to_string(value); }
    std::string operator()(double value) const { return numberText(value); }
    std::string operator()(const std::string& value) const { return inQuotes(value); }
};

std::optional<double> asNumber(const ParamValue& value)
{
    if (const auto* whole = std::get_if<int64_t>(&value))
        return double(*whole);
    if (const auto* whole = std::get_if<uint64_t>(&value))
        return double(*whole);
    if (const auto* real = std::get_if<double>(&value))
        return *real;
    return {};
}

// A range of 0 … 0 is none.
std::string rangeText(const Param& param)
{
    return param.lowest < param.highest ? " from " + numberText(param.lowest) + " to " + numberText(param.highest) : "";
}

bool inRange(const Param& param, double value)
{
    return std::isfinite(value)
        && (!(param.lowest < param.highest) || (value >= param.lowest && value <= param.highest));
}

// What the value must be; empty if it is.
std::string wanted(const Param& param, const ParamValue& value)
{
    const auto number = asNumber(value);
    const bool whole = number && !std::holds_alternative<double>(value);
    switch (rowOf(param.kind).type) {
    case PortType::Bool:
        return std::holds_alternative<bool>(value) ? "" : "true or false";
    case PortType::Int:
        return whole && inRange(param, *number) ? "" : "a whole number" + rangeText(param);
    case PortType::Float:
        return number && inRange(param, *number) ? "" : "a number" + rangeText(param);
    case PortType::Seed:
        return whole && *number >= 0 ? "" : "a whole number from 0 to 18446744073709551615";
    default:
        return std::holds_alternative<std::string>(value) ? "" : "a text";
    }
}

}

std::string paramProblem(const Param& param, const ParamValue& value)
{
    if (const std::string right = wanted(param, value); !right.empty())
        return std::string(param.name) + " is " + std::visit(ValueText(), value) + ", but must be " + right;
    const auto* text = std::get_if<std::string>(&value);
    const auto check = rowOf(param.kind).problem;
    return text && check ? check(param, *text) : "";
}

void requireRange(const char* name, double value, double low, double high)
{
    if (!(value >= low && value <= high))
        throw Error(ErrorKind::BadArgument,
            std::string(name) + " is " + numberText(value) + ", expected " + numberText(low) + " to "
                + numberText(high));
}

const ParamValue& paramOf(const Node& node, const Param& param)
{
    const auto it = node.params.find(std::string(param.name));
    return it == node.params.end() ? param.value : it->second;
}

const ParamValue* writtenValue(const Node& node, const NodeType& type, std::string_view output)
{
    const OutputPort* port = findOutput(type, output);
    const bool isValue = port && !port->isList && type.inputs.empty() && type.outputs.size() == 1;
    const Param* param = isValue ? findParam(type, output) : nullptr;
    return param ? &paramOf(node, *param) : nullptr;
}

}
