#include "inference/formats/settings_reader.h"

#include "inference/sampling/names.h"
#include "inference/weights/json_text.h"
#include "inference/weights/printable.h"

#include <algorithm>
#include <cctype>

namespace athanor {

namespace {

// Fields are named by letters, digits, blanks, _, - and /, at least two.
std::string settingName(std::string name)
{
    constexpr std::string_view others = "_- /";
    std::ranges::replace_if(
        name, [&](unsigned char c) { return c < 0x80 && !std::isalnum(c) && others.find(char(c)) == others.npos; },
        ' ');
    name.resize(std::max<size_t>(name.size(), 2), '_');
    return name;
}

}

std::string settingText(const nlohmann::json& value)
{
    if (value.is_null())
        return {};
    if (value.is_string())
        return value.get<std::string>();
    if (value.is_number_float())
        return numberText(value.get<double>());
    return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string keysOf(const nlohmann::json& object)
{
    constexpr size_t most = 5;
    std::string text;
    size_t count = 0;
    for (const auto& [key, value] : object.items())
        if (count++ < most)
            text.append(text.empty() ? "" : ", ").append(inQuotes(key, 40));
    if (count > most)
        text += " and " + std::to_string(count - most) + " others";
    return text.empty() ? "none" : text;
}

nlohmann::json settingsIn(const std::string& name, std::string_view key, std::string_view text)
{
    const std::string place = printable(name) + ", text " + inQuotes(key);
    nlohmann::json json = parseJson(place, text, JsonPlace::Byte);
    return json.is_object() ? std::move(json) : nlohmann::json::object();
}

const nlohmann::json& SettingsReader::value(const std::string& key)
{
    static const nlohmann::json none;
    m_taken.insert(key);
    const auto at = m_object.is_object() ? m_object.find(key) : m_object.end();
    return at == m_object.end() ? none : *at;
}

std::string SettingsReader::take(const std::string& key)
{
    return settingText(value(key));
}

void SettingsReader::add(const std::string& field, std::string text)
{
    if (!text.empty())
        m_info.fields.emplace_back(field, std::move(text));
}

void SettingsReader::moveSize(const std::string& width, const std::string& height)
{
    const std::string w = take(width), h = take(height);
    if (!w.empty() && !h.empty())
        add("Size", w + 'x' + h);
}

void SettingsReader::drop(std::initializer_list<const char*> keys)
{
    m_taken.insert(keys.begin(), keys.end());
}

void SettingsReader::dropIf(const std::string& key, std::string_view text)
{
    if (m_object.is_object() && m_object.contains(key) && settingText(m_object[key]) == text)
        m_taken.insert(key);
}

void SettingsReader::keepRest()
{
    constexpr std::string_view nothing[] = {"", "None", "none", "[]", "{}", "false", "null"};
    for (const auto& [key, entry] : m_object.items()) {
        std::string text = settingText(entry);
        if (!m_taken.contains(key) && std::ranges::find(nothing, text) == std::end(nothing))
            add(settingName(key), std::move(text));
    }
}

}
