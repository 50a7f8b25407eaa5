#include "inference/pipeline/infotext.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cassert>
#include <cctype>

namespace athanor {

namespace {

constexpr std::string_view negativeMark = "Negative prompt:";
constexpr std::string_view exactPrompt = "Exact prompt", exactNegative = "Exact negative prompt";
constexpr size_t fewestFields = 3, mostFields = 1'000;
constexpr std::string_view blanks = " \t\r\n\v\f";

std::string_view trimmed(std::string_view text)
{
    const size_t first = text.find_first_not_of(blanks);
    return first == text.npos ? std::string_view() : text.substr(first, text.find_last_not_of(blanks) + 1 - first);
}

std::string quoted(const std::string& value)
{
    const bool plain =
        value.find_first_of(",:\r\n") == value.npos && !value.starts_with('"') && trimmed(value) == value;
    return plain ? value : nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string unquoted(std::string_view value)
{
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
        const auto json = nlohmann::json::parse(value, nullptr, false);
        if (json.is_string())
            return json.get<std::string>();
    }
    return std::string(value);
}

bool isNameCharacter(unsigned char c)
{
    return c >= 0x80 || std::isalnum(c) || c == '_' || c == ' ' || c == '-' || c == '/';
}

// The length of the JSON string that `text` begins with if a comma or the end follows it, else 0.
size_t quotedLength(std::string_view text)
{
    if (!text.starts_with('"'))
        return 0;
    for (size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '\\')
            ++i;
        else if (text[i] == '"')
            return i + 1 == text.size() || text[i + 1] == ',' ? i + 1 : 0;
    }
    return 0;
}

// `name: value, name: "quoted, value", …`; what has no name is passed over.
std::vector<std::pair<std::string, std::string>> readFields(std::string_view line)
{
    std::vector<std::pair<std::string, std::string>> fields;
    while (!line.empty() && fields.size() < mostFields) {
        line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
        const size_t nameEnd = std::ranges::find_if_not(line, isNameCharacter) - line.begin();
        const bool named = nameEnd >= 2 && nameEnd < line.size() && line[nameEnd] == ':';
        const std::string_view name = line.substr(0, named ? nameEnd : 0);
        line.remove_prefix(named ? nameEnd + 1 : 0);
        line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
        const size_t inQuotes = named ? quotedLength(line) : 0;
        const size_t valueEnd = inQuotes ? inQuotes : std::min(line.find(','), line.size());
        if (named)
            fields.emplace_back(name, unquoted(trimmed(line.substr(0, valueEnd))));
        line.remove_prefix(std::min(valueEnd + 1, line.size()));
    }
    return fields;
}

void appendLine(std::string& text, std::string_view line)
{
    if (!text.empty())
        text += '\n';
    text += line;
}

// As A1111 reads it, without our exact prompts.
Infotext readPlain(std::string_view text)
{
    Infotext info;
    text = trimmed(text);
    const size_t lastLine = text.rfind('\n') + 1; // 0 if there is one line
    info.fields = readFields(text.substr(lastLine));
    if (info.fields.size() < fewestFields)
        info.fields.clear();
    else
        text = text.substr(0, lastLine);

    bool negative = false;
    while (!text.empty()) {
        const size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = trimmed(text.substr(0, end));
        if (line.starts_with(negativeMark)) {
            negative = true;
            line = trimmed(line.substr(negativeMark.size()));
        }
        appendLine(negative ? info.negativePrompt : info.prompt, line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return info;
}

std::string writePlain(const Infotext& info)
{
    std::string text = info.prompt + '\n';
    if (!info.negativePrompt.empty())
        text.append(negativeMark).append(" ").append(info.negativePrompt) += '\n';
    const char* separator = "";
    for (const auto& [name, value] : info.fields) {
        text.append(separator).append(name).append(": ").append(quoted(value));
        separator = ", ";
    }
    return text;
}

// Takes the last field of that name out of the list and puts its value into `value`.
void takeField(Infotext& info, std::string_view name, std::string& value)
{
    const auto at =
        std::find_if(info.fields.rbegin(), info.fields.rend(), [&](const auto& field) { return field.first == name; });
    if (at == info.fields.rend())
        return;
    value = std::move(at->second);
    info.fields.erase(std::next(at).base());
}

}

std::string writeInfotext(const Infotext& info)
{
    assert(info.fields.size() >= fewestFields);
    const std::string text = writePlain(info);
    if (readInfotext(text) == info)
        return text;
    Infotext exact = info;
    exact.fields.emplace_back(exactPrompt, info.prompt);
    exact.fields.emplace_back(exactNegative, info.negativePrompt);
    return writePlain(exact);
}

Infotext readInfotext(std::string_view text)
{
    Infotext info = readPlain(text);
    takeField(info, exactPrompt, info.prompt);
    takeField(info, exactNegative, info.negativePrompt);
    return info;
}

std::string_view fieldValue(const Infotext& info, std::string_view name)
{
    for (const auto& [key, value] : info.fields) {
        if (key == name)
            return value;
    }
    return {};
}

}
