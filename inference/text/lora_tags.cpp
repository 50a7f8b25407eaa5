#include "inference/text/lora_tags.h"

#include "inference/text/later_syntax.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

namespace athanor {

namespace {

std::optional<double> finiteNumber(std::string_view text)
{
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool isWhole = error == std::errc() && end == text.data() + text.size() && !text.empty();
    return isWhole && std::isfinite(number) ? std::optional(number) : std::nullopt;
}

// tag: with its "<" and ">". Nothing where a part of it is not understood.
std::optional<NamedLora> parsed(std::string_view tag)
{
    tag = tag.substr(1, tag.size() - 2);
    std::vector<std::string_view> parts;
    for (size_t from = 0, colon; from <= tag.size(); from = colon + 1) {
        colon = std::min(tag.find(':', from), tag.size());
        parts.push_back(tag.substr(from, colon - from));
    }
    if (parts.size() < 2 || parts[1].empty())
        return std::nullopt;
    std::optional<double> text, model;
    int place = 0;
    for (size_t i = 2; i < parts.size(); ++i) {
        const size_t equals = parts[i].find('=');
        const std::string_view key = equals == std::string_view::npos ? "" : parts[i].substr(0, equals);
        const auto number = finiteNumber(key.empty() ? parts[i] : parts[i].substr(equals + 1));
        if (!number || (key.empty() ? place > 1 : key != "te" && key != "unet"))
            return std::nullopt;
        (key == "unet" || (key.empty() && place == 1) ? model : text) = number;
        place += key.empty();
    }
    const double ofText = text.value_or(1);
    return NamedLora{std::string(parts[1]), model.value_or(ofText), ofText};
}

}

PromptAndLoras takeLoraTags(std::string_view prompt)
{
    PromptAndLoras result;
    std::vector<LaterPart> taken;
    for (const LaterPart& part : findTags(prompt))
        if (part.kind == LaterSyntax::Lora)
            if (auto lora = parsed(prompt.substr(part.at, part.length))) {
                result.loras.push_back(*std::move(lora));
                taken.push_back(part);
            }
    result.prompt = withoutTags(prompt, taken);
    return result;
}

}
