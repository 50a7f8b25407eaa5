#include "inference/formats/infotext.h"

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

// The length of the name that `text` begins with, before its colon; 0 if it begins with none.
size_t nameLength(std::string_view text)
{
    const size_t end = size_t(std::ranges::find_if_not(text, isNameCharacter) - text.begin());
    return end >= 2 && end < text.size() && text[end] == ':' ? end : 0;
}

// Up to the comma, or the line end before the next name. Other line ends are part of the value.
size_t plainLength(std::string_view text)
{
    for (size_t at = text.find_first_of(",\n"); at != text.npos; at = text.find_first_of(",\n", at + 1))
        if (text[at] == ',' || nameLength(text.substr(at + 1)) > 0)
            return at;
    return text.size();
}

// Of those that are written without quotes no value holds a comma.
bool isPlainField(std::string_view name)
{
    constexpr std::string_view names[] = {"Steps", "Sampler", "Schedule type", "CFG scale", "Seed", "Size",
        "Model hash", "Denoising strength", "Clip skip", "ENSD", "Eta", "RNG", "Version"};
    return std::ranges::find(names, name) != std::end(names);
}

// `name: value, name: "quoted, value", …`, also over several lines. A part without a name belongs to the value before
// it, as in "Template: {a|b} house, at sunset", or else to the field of what is not understood. Fewer than three fields
// are none.
class FieldReader {
public:
    explicit FieldReader(std::string_view text)
        : m_rest(text)
    {
    }

    std::vector<std::pair<std::string, std::string>> read()
    {
        while (!m_rest.empty() && m_fields.size() < mostFields) {
            skipBlanks();
            if (const size_t length = nameLength(m_rest))
                readNamed(length);
            else
                readNameless();
        }
        if (m_fields.size() < fewestFields)
            return {};
        if (!m_lost.empty() && m_fields.size() < mostFields)
            m_fields.emplace_back(notUnderstoodField, std::move(m_lost));
        return std::move(m_fields);
    }

private:
    void skipBlanks() { m_rest.remove_prefix(std::min(m_rest.find_first_not_of(blanks), m_rest.size())); }

    void readNamed(size_t length)
    {
        m_fields.emplace_back(m_rest.substr(0, length), "");
        m_rest.remove_prefix(length + 1);
        skipBlanks();
        const size_t inQuotes = quotedLength(m_rest), end = inQuotes ? inQuotes : plainLength(m_rest);
        m_value = m_rest.substr(0, end);
        m_fields.back().second = unquoted(trimmed(m_value));
        m_open = !inQuotes && !isPlainField(m_fields.back().first);
        m_rest.remove_prefix(std::min(end + 1, m_rest.size()));
    }

    void readNameless()
    {
        const size_t end = plainLength(m_rest);
        const std::string_view part = trimmed(m_rest.substr(0, end));
        if (m_open && !part.empty()) { // both are parts of one text
            m_value = {m_value.data(), size_t(part.data() + part.size() - m_value.data())};
            m_fields.back().second = trimmed(m_value);
        } else if (!part.empty()) {
            m_lost.append(m_lost.empty() ? "" : ", ").append(part);
        }
        m_rest.remove_prefix(std::min(end + 1, m_rest.size()));
    }

    std::string_view m_rest, m_value; // what is left; of the last field as it is written
    bool m_open = false; // whether more may belong to that value
    std::vector<std::pair<std::string, std::string>> m_fields;
    std::string m_lost;
};

void appendLine(std::string& text, std::string_view line)
{
    if (!text.empty())
        text += '\n';
    text += line;
}

// Where the settings begin, and they: at the last line that begins with "Steps:", which others wrap or go on behind, or
// else with the last line as A1111 has it; the end of the text where there are none.
size_t settingsAt(std::string_view text, std::vector<std::pair<std::string, std::string>>& fields)
{
    constexpr std::string_view front = "Steps:";
    size_t at = text.rfind(front);
    while (at != text.npos && at > 0 && text[at - 1] != '\n')
        at = text.rfind(front, at - 1);
    const size_t lastLine = text.rfind('\n') + 1; // 0 if there is one line
    for (const size_t start : {at, lastLine}) {
        if (start == text.npos)
            continue;
        fields = FieldReader(text.substr(start)).read();
        if (!fields.empty())
            return start;
    }
    return text.size();
}

// As A1111 reads it, without our exact prompts.
Infotext readPlain(std::string_view text)
{
    Infotext info;
    text = trimmed(text);
    text = text.substr(0, settingsAt(text, info.fields));

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
    std::string text = writePlain(info);
    if (readInfotext(text) == info)
        return text;
    Infotext exact = info;
    exact.fields.emplace_back(exactPrompt, info.prompt);
    exact.fields.emplace_back(exactNegative, info.negativePrompt);
    text = writePlain(exact);
    if (readInfotext(text) == info)
        return text;
    exact.prompt = exact.negativePrompt = {}; // one of their lines passes for the settings
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
