#include "inference/models/config_values.h"

#include "inference/sampling/names.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace athanor {

namespace {

[[noreturn]] void refuseValue(
    const std::string& place, const std::string& key, const std::string& value, const std::string& wanted)
{
    throw Error(ErrorKind::BadFile, place + ": " + key + " is " + printable(value, 60) + ", supported is " + wanted);
}

std::string textOfJson(const nlohmann::json& value)
{
    return value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

std::string rangeText(NumberRange range)
{
    return "a number from " + numberText(range.low) + " to " + numberText(range.high);
}

bool isInside(double value, NumberRange range)
{
    return value >= range.low && value <= range.high; // of what is not a number, neither
}

// transformers' names; the same function has several.
constexpr std::string_view textNames[] = {
    "quick_gelu", "gelu", "gelu_new", "gelu_pytorch_tanh", "gelu_fast", "relu", "silu", "swish"};
constexpr Activation textFunctions[] = {Activation::QuickGelu, Activation::Gelu, Activation::GeluTanh,
    Activation::GeluTanh, Activation::GeluTanh, Activation::Relu, Activation::Silu, Activation::Silu};

// diffusers' names.
constexpr std::string_view unetNames[] = {"silu", "swish", "gelu", "relu"};
constexpr Activation unetFunctions[] = {Activation::Silu, Activation::Silu, Activation::Gelu, Activation::Relu};

}

const nlohmann::json* configValue(const ModelFiles& files, Part part, const char* key)
{
    const nlohmann::json& config = partOf(files, part).config;
    const auto at = config.is_object() ? config.find(key) : config.end();
    return at == config.end() || at->is_null() ? nullptr : &*at;
}

const std::string* metadataValue(const ModelFiles& files, const std::string& key)
{
    for (const TensorFile& file : files.files)
        if (const auto it = file.metadata.find(key); it != file.metadata.end())
            return &it->second;
    return nullptr;
}

std::string configPlace(const ModelFiles& files, Part part)
{
    const std::string& path = partOf(files, part).configPath;
    return printable(path.empty() ? files.path : path);
}

double numberSetting(const ModelFiles& files, Part part, const std::string& metadataKey, const char* configKey,
    double standard, NumberRange range)
{
    if (const std::string* text = metadataKey.empty() ? nullptr : metadataValue(files, metadataKey)) {
        double value = 0;
        const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
        if (error != std::errc() || end != text->data() + text->size() || !isInside(value, range))
            refuseValue(printable(files.path), metadataKey, *text, rangeText(range));
        return value;
    }
    const nlohmann::json* value = configValue(files, part, configKey);
    if (!value)
        return standard;
    if (!value->is_number() || !isInside(value->get<double>(), range))
        refuseValue(configPlace(files, part), configKey, textOfJson(*value), rangeText(range));
    return value->get<double>();
}

bool flagSetting(const ModelFiles& files, Part part, const char* configKey, bool standard)
{
    const nlohmann::json* value = configValue(files, part, configKey);
    if (value && !value->is_boolean())
        refuseValue(configPlace(files, part), configKey, textOfJson(*value), "true or false");
    return value ? value->get<bool>() : standard;
}

size_t choiceSetting(const ModelFiles& files, Part part, const std::string& metadataKey, const char* configKey,
    std::span<const std::string_view> names, size_t standard)
{
    const std::string* told = metadataKey.empty() ? nullptr : metadataValue(files, metadataKey);
    const nlohmann::json* value = configValue(files, part, configKey);
    if (!told && !value)
        return standard;
    if (!told && value->is_string())
        told = &value->get_ref<const std::string&>();
    for (size_t i = 0; told && i < names.size(); ++i)
        if (sameName(names[i], *told))
            return i;
    std::string all;
    for (const std::string_view name : names)
        all.append(all.empty() ? "" : ", ").append(name);
    const bool byMetadata = told && (!value || !value->is_string() || told != &value->get_ref<const std::string&>());
    refuseValue(byMetadata ? printable(files.path) : configPlace(files, part), byMetadata ? metadataKey : configKey,
        told ? *told : textOfJson(*value), all);
}

Activation unetActivation(const ModelFiles& files, Part part)
{
    return unetFunctions[choiceSetting(files, part, {}, "act_fn", unetNames, 0)];
}

Activation textActivation(const ModelFiles& files, Part part, Activation standard)
{
    const size_t index = size_t(std::ranges::find(textFunctions, standard) - textFunctions);
    return textFunctions[choiceSetting(files, part,
        part == Part::TextEncoder ? "athanor.text.activation" : std::string(), "hidden_act", textNames, index)];
}

}
