#include "inference/models/layout.h"

#include "inference/models/config_values.h"
#include "inference/weights/printable.h"
#include "render/error.h"
#include <algorithm>
#include <charconv>

namespace athanor {

namespace {

void noteMissing(Layout& layout, const std::string& name)
{
    if (std::find(layout.missing.begin(), layout.missing.end(), name) == layout.missing.end())
        layout.missing.push_back(name);
}

std::vector<int64_t> withoutTrailingOnes(std::vector<int64_t> shape)
{
    while (shape.size() > 1 && shape.back() == 1)
        shape.pop_back();
    return shape;
}

[[noreturn]] void refuseSetting(const std::string& place, const std::string& key, const std::string& value)
{
    throw Error(ErrorKind::BadFile,
        place + ": " + key + " is " + printable(value) + ", expected a whole number from 1 to 65536");
}

int64_t fromText(const ModelFiles& files, const std::string& key, const std::string& text)
{
    int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 1 || value > 65536)
        refuseSetting(printable(files.path), key, text);
    return value;
}

int64_t fromJson(const std::string& place, const std::string& key, const nlohmann::json& value)
{
    // Lists give one number a level, here the same at all.
    const bool list = value.is_array() && !value.empty()
        && std::all_of(value.begin(), value.end(), [&](const auto& v) { return v == value.front(); });
    const nlohmann::json& number = list ? value.front() : value;
    if (!number.is_number_integer() || number < 1 || number > 65536)
        refuseSetting(place, key, value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace).substr(0, 80));
    return number.get<int64_t>();
}

}

std::string at(const std::string& prefix, int64_t index)
{
    return prefix + "." + std::to_string(index);
}

int64_t blockCount(const Layout& layout, const std::string& prefix)
{
    int64_t count = 0;
    for (int64_t i = 0; i < 256; ++i)
        if (has(layout, at(prefix, i)))
            count = i + 1;
    return count;
}

void requireDivides(const Layout& layout, int64_t divisor, int64_t number, const char* what, const char* ofWhat)
{
    if (number < 1 || number % divisor)
        throw Error(ErrorKind::BadFile,
            printable(layout.files.path) + ": the " + std::string(partName(layout.part)) + "'s "
                + std::to_string(divisor) + " " + what + " do not divide its " + std::to_string(number) + " " + ofWhat
                + "; state the right number in config.json or the file's metadata");
}

void requireHeadSize(const Layout& layout, int64_t channels)
{
    constexpr int64_t largest = 256;
    if (channels > largest)
        throw Error(ErrorKind::BadFile,
            printable(layout.files.path) + ": the " + std::string(partName(layout.part)) + " has attention heads of "
                + std::to_string(channels) + " channels, supported are up to " + std::to_string(largest));
}

void requirePrediction(const Layout& layout, int inputChannels, int outputChannels)
{
    const FamilyRow* family = nearestFamily(layout.files.family);
    if (inputChannels - outputChannels != (family ? channelsOf(family->extraInputs, outputChannels) : 0))
        throw Error(ErrorKind::BadFile,
            printable(layout.files.path) + ": the " + std::string(partName(layout.part)) + " predicts "
                + std::to_string(outputChannels) + " channels for latents of " + std::to_string(inputChannels)
                + "; predictions with their variance, or of something else than the latent, are not supported");
}

bool has(const Layout& layout, std::string_view prefix)
{
    const auto& tensors = partOf(layout.files, layout.part).tensors;
    const auto matches = [&](const std::string& name) {
        return name.starts_with(prefix) && (name.size() == prefix.size() || name[prefix.size()] == '.');
    };
    // Sorted by name, but "a-b" sorts between "a" and "a.b": look until the prefix ends.
    for (auto it = std::lower_bound(
             tensors.begin(), tensors.end(), prefix, [](const PartTensor&t, std::string_view p) { return t.name < p; });
         it != tensors.end() && it->name.starts_with(prefix); ++it)
        if (matches(it->name))
            return true;
    return false;
}

int64_t side(Layout& layout, const std::string& name, size_t axis)
{
    const PartTensor* tensor = findTensor(partOf(layout.files, layout.part), name);
    if (tensor && axis < tensor->info.shape.size())
        return tensor->info.shape[axis];
    noteMissing(layout, name);
    return 0;
}

void need(Layout& layout, const std::string& name, std::vector<int64_t> shape, TensorRole role)
{
    const auto isRank = [&](size_t rank) { // as loadWeights takes it
        return role == TensorRole::Vector ? rank == 1 : rank == 2 || (rank == 4 && role == TensorRole::Product);
    };
    layout.roles.emplace(name, role);
    const PartTensor* tensor = findTensor(partOf(layout.files, layout.part), name);
    if (!tensor)
        noteMissing(layout, name);
    else if (std::ranges::any_of(shape, [](int64_t length) { return length < 1; })
        || withoutTrailingOnes(tensor->info.shape) != withoutTrailingOnes(shape) || !isRank(tensor->info.shape.size()))
        layout.wrong.push_back(name + ": found " + shapeText(tensor->info.shape) + ", expected " + shapeText(shape));
}

void needLinear(Layout& layout, const std::string& name, int64_t outputs, int64_t inputs, bool bias)
{
    need(layout, name + ".weight", {outputs, inputs}, TensorRole::Product);
    if (bias)
        need(layout, name + ".bias", {outputs}, TensorRole::Vector);
}

void needConv(Layout& layout, const std::string& name, int64_t outputs, int64_t inputs, int64_t kernel)
{
    need(layout, name + ".weight", {outputs, inputs, kernel, kernel}, TensorRole::Product);
    need(layout, name + ".bias", {outputs}, TensorRole::Vector);
}

void needNorm(Layout& layout, const std::string& name, int64_t channels)
{
    need(layout, name + ".weight", {channels}, TensorRole::Vector);
    need(layout, name + ".bias", {channels}, TensorRole::Vector);
}

void refuseBroken(const Layout& layout)
{
    refuseMissing(layout.files, layout.part, layout.missing);
    if (layout.wrong.empty())
        return;
    std::string text = printable(layout.files.path) + ": the " + std::string(partName(layout.part)) + " has "
        + std::to_string(layout.wrong.size()) + (layout.wrong.size() == 1 ? " tensor" : " tensors")
        + " of another shape: ";
    for (size_t i = 0; i < std::min<size_t>(layout.wrong.size(), 5); ++i)
        text += (i ? "; " : "") + printable(layout.wrong[i]);
    throw Error(ErrorKind::BadFile, text);
}

void tellExtra(const Layout& layout, std::vector<std::string>* warnings)
{
    std::vector<std::string_view> extra;
    for (const PartTensor& tensor : partOf(layout.files, layout.part).tensors)
        if (!layout.roles.contains(tensor.name))
            extra.push_back(tensor.name);
    if (warnings && !extra.empty())
        warnings->push_back(extraTensorsText(extra, "the " + std::string(partName(layout.part))));
}

int64_t setting(const ModelFiles& files, Part part, const std::string& metadataKey,
    std::initializer_list<const char*> configKeys, int64_t standard)
{
    if (const std::string* text = metadataKey.empty() ? nullptr : metadataValue(files, metadataKey))
        return fromText(files, metadataKey, *text);
    const nlohmann::json& config = partOf(files, part).config;
    if (config.is_object())
        for (const char* key : configKeys)
            if (auto it = config.find(key); it != config.end() && !it->is_null())
                return fromJson(configPlace(files, part), key, *it);
    return standard;
}

}
