#include "inference/formats/metadata.h"

#include "inference/formats/formats.h"
#include "inference/formats/settings_reader.h"
#include "inference/weights/json_text.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <span>

namespace athanor {

namespace {

constexpr std::string_view parametersText = "parameters";

bool hasSettings(const MetadataSource& source)
{
    return !source.info.fields.empty();
}

Metadata readA1111(const MetadataSource& source)
{
    return {"A1111", source.info, {}};
}

// Null where the text is not JSON.
nlohmann::json objectIn(std::string_view text)
{
    if (!looksLikeJson(text) || text.size() > maxJsonBytes
        || !jsonLimitProblem(text, maxJsonDepth, maxJsonString).empty())
        return nullptr;
    nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
    return json.is_object() ? std::move(json) : nlohmann::json();
}

MetadataSource sourceOf(const MetadataTexts& texts, const std::string& name)
{
    MetadataSource source{texts, name, {}, nullptr, {}};
    constexpr std::string_view byteOrderMark = "\xef\xbb\xbf";
    source.parameters = source.text(parametersText);
    if (source.parameters.starts_with(byteOrderMark))
        source.parameters.remove_prefix(byteOrderMark.size());
    source.json = objectIn(source.parameters);
    if (source.json.is_null())
        source.info = readInfotext(source.parameters);
    return source;
}

const MetadataFormat* formatOf(const MetadataSource& source)
{
    const auto formats = metadataFormats();
    const auto at = std::ranges::find_if(formats, [&](const MetadataFormat& format) { return format.knows(source); });
    return at == formats.end() ? nullptr : &*at;
}

// Whether it begins as a list of JSON, what Python prints, or XML, and no prompt does.
bool looksLikeOtherData(std::string_view text)
{
    const size_t first = text.find_first_not_of(" \t\r\n");
    text.remove_prefix(std::min(first, text.size()));
    constexpr std::string_view fronts[] = {"{'", "[\"", "['", "[{\"", "[{'", "<?xml"};
    return std::ranges::any_of(fronts, [&](std::string_view front) { return text.starts_with(front); });
}

// A text that no format has: a prompt alone, if it is no other program's data.
Metadata withoutSettings(const MetadataSource& source)
{
    if (!source.json.is_null())
        throw Error(ErrorKind::BadFile,
            printable(source.name) + ": \"parameters\" is JSON with the keys " + keysOf(source.json)
                + ", which no format known here has; nothing of it is taken over");
    if (looksLikeJson(source.parameters))
        throw Error(ErrorKind::BadFile,
            printable(source.name)
                + ": \"parameters\" begins as JSON but is damaged or too large; nothing of it is taken "
                  "over");
    if (looksLikeOtherData(source.parameters))
        throw Error(ErrorKind::BadFile,
            printable(source.name)
                + ": \"parameters\" is the data of another program, in no format known here; nothing of it is taken "
                  "over");
    return {"A1111", source.info, {"the text holds no settings; all of it is taken as the prompt"}};
}

}

bool looksLikeJson(std::string_view text)
{
    // An object begins with a key.
    const size_t brace = text.find_first_not_of(" \t\r\n"), quote = text.find_first_not_of(" \t\r\n", brace + 1);
    return brace != text.npos && text[brace] == '{' && quote != text.npos && (text[quote] == '"' || text[quote] == '}');
}

std::string_view MetadataSource::text(std::string_view key) const
{
    const auto at = texts.find(key);
    return at == texts.end() ? std::string_view() : at->second;
}

std::span<const MetadataFormat> metadataFormats()
{
    static const MetadataFormat formats[] = {swarmUiFormat(), fooocusFormat(), fooocusTextFormat(), invokeFormat(),
        invoke2Format(), novelAiFormat(), drawThingsFormat(), easyDiffusionFormat(), stableDiffusionCppFormat(),
        kritaFormat(), {"A1111", hasSettings, readA1111, true}};
    return formats;
}

bool versionBegins(const Infotext& info, std::string_view front)
{
    return fieldValue(info, "Version").starts_with(front);
}

void addStrengthMode(Infotext& info, std::string_view mode)
{
    if (!fieldValue(info, "Denoising strength").empty())
        info.fields.emplace_back("Strength mode", mode);
}

std::string takeField(Infotext& info, std::string_view name)
{
    const std::string value(fieldValue(info, name));
    std::erase_if(info.fields, [&](const auto& field) { return field.first == name; });
    return value;
}

std::optional<Metadata> readMetadata(const MetadataTexts& texts, const std::string& name)
{
    const MetadataSource source = sourceOf(texts, name);
    if (const MetadataFormat* format = formatOf(source))
        return format->read(source);
    if (!texts.contains(parametersText))
        return {};
    return withoutSettings(source);
}

Metadata readTextMetadata(std::string_view text)
{
    const MetadataTexts texts{{std::string(parametersText), std::string(text)}};
    const MetadataSource source{texts, "text", text, nullptr, readInfotext(text)};
    for (const MetadataFormat& format : metadataFormats())
        if (format.isText && format.knows(source))
            return format.read(source);
    return {"A1111", source.info, {}};
}

bool isMetadata(std::string_view text)
{
    return formatOf(sourceOf({{std::string(parametersText), std::string(text)}}, "text")) != nullptr;
}

}
