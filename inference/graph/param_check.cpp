#include "inference/graph/param_check.h"

#include "inference/sampling/names.h"
#include "inference/text/prompt_syntax.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
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
    switch (param.kind) {
    case ParamKind::Bool:
        return std::holds_alternative<bool>(value) ? "" : "true or false";
    case ParamKind::Int:
        return whole && inRange(param, *number) ? "" : "a whole number" + rangeText(param);
    case ParamKind::Float:
        return number && inRange(param, *number) ? "" : "a number" + rangeText(param);
    case ParamKind::Seed:
        return whole && *number >= 0 ? "" : "a whole number from 0 to 18446744073709551615";
    default:
        return std::holds_alternative<std::string>(value) ? "" : "a text";
    }
}

std::string choiceProblem(const Param& param, const std::string& text)
{
    if (param.choices.empty() || std::ranges::find(param.choices, text) != param.choices.end())
        return {};
    try {
        throwUnknownName(param.name, text, param.choices);
    } catch (const Error& error) {
        return error.what();
    }
}

bool hasControlCharacter(const std::string& text)
{
    return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

std::string fileProblem(const Param& param, const std::string& text)
{
    const std::string name(param.name);
    if (text.empty())
        return name + ": no file is chosen";
    if (hasControlCharacter(text))
        return name + " is " + ValueText()(text) + ", and no file's name holds control characters";
    if (text.find("://") != text.npos || text.starts_with("//") || text.starts_with("\\\\"))
        return name + " is " + ValueText()(text) + ": nothing is ever opened over a network; copy the file to a folder";
    return {};
}

std::string textProblem(const Param& param, const std::string& text)
{
    switch (param.kind) {
    case ParamKind::Prompt:
        if (text.size() > maxPromptBytes)
            return std::string(param.name) + " has " + std::to_string(text.size())
                + " bytes, the limit for a prompt is " + std::to_string(maxPromptBytes);
        return {};
    case ParamKind::Choice:
        return choiceProblem(param, text);
    case ParamKind::ModelFile:
    case ParamKind::VaeFile:
    case ParamKind::ControlNetFile:
    case ParamKind::UpscalerFile:
    case ParamKind::ImageFile:
        return fileProblem(param, text);
    default:
        return {};
    }
}

}

std::string paramProblem(const Param& param, const ParamValue& value)
{
    if (const std::string right = wanted(param, value); !right.empty())
        return std::string(param.name) + " is " + std::visit(ValueText(), value) + ", but must be " + right;
    const auto* text = std::get_if<std::string>(&value);
    return text ? textProblem(param, *text) : "";
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
