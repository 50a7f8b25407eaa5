#include "inference/formats/comfyui_values.h"

#include "inference/weights/json_text.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <variant>

namespace athanor {

namespace {

constexpr std::string_view byteOrderMark = "\xef\xbb\xbf";
constexpr double farthestNode = 1e6, largestNode = 1e5; // of a node, in canvas units
constexpr size_t mostWarnings = 100;
constexpr int64_t highestId = (int64_t(1) << 40) - 1; // beyond, numbers of programs that count otherwise

// A bare word in place of a number, and the text of the same length that stands for it until all is parsed: a control
// character between quotes, which no one writes.
struct BareNumber {
    std::string_view word, text;
    double value;
};
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr BareNumber bareNumbers[] = {
    {"-Infinity", "\"\x7f-\"     ", -infinity},
    {"Infinity", "\"\x7f+\"    ", infinity},
    {"NaN", "\"\x7f\"", std::numeric_limits<double>::quiet_NaN()},
};

const BareNumber* bareNumberAt(std::string_view text)
{
    for (const BareNumber& bare : bareNumbers)
        if (text.starts_with(bare.word))
            return &bare;
    return nullptr;
}

// The places of errors stay what they were.
bool replaceBareNumbers(std::string& text)
{
    bool any = false;
    for (size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '"') {
            for (++at; at < text.size() && text[at] != '"'; ++at)
                at += text[at] == '\\';
        } else if (text[at] == 'N' || text[at] == 'I' || text[at] == '-') {
            const BareNumber* bare = bareNumberAt(std::string_view(text).substr(at));
            if (!bare)
                continue;
            text.replace(at, bare->text.size(), bare->text);
            at += bare->text.size() - 1;
            any = true;
        }
    }
    return any;
}

void putBareNumbers(Json& root)
{
    std::vector<Json*> open{&root};
    while (!open.empty()) {
        Json& json = *open.back();
        open.pop_back();
        if (json.is_structured()) {
            for (Json& inner : json)
                open.push_back(&inner);
        } else if (const std::string text = textOf(json); text.starts_with('\x7f')) {
            for (const BareNumber& bare : bareNumbers)
                if (bare.text.substr(1, bare.text.rfind('"') - 1) == text)
                    json = bare.value;
        }
    }
}

double coordinate(const Json& pair, size_t index)
{
    if (pair.is_array())
        return index < pair.size() ? numberOf(pair[index], 0) : 0;
    return numberOf(member(pair, index == 0 ? "0" : "1"), 0);
}

}

std::string withoutBareNumbers(std::string_view text)
{
    std::string plain(text);
    replaceBareNumbers(plain);
    return plain;
}

Json parseComfyJson(std::string_view text, const std::string& source)
{
    if (text.starts_with(byteOrderMark))
        text.remove_prefix(byteOrderMark.size());
    std::string plain(text);
    const bool any = replaceBareNumbers(plain);
    Json json = parseJson(source, plain, JsonPlace::Line);
    if (any)
        putBareNumbers(json);
    return json;
}

double numberOf(const Json& value, double otherwise)
{
    const double number = value.is_number() ? value.get<double>() : otherwise;
    return std::isfinite(number) ? number : otherwise;
}

std::optional<int64_t> wholeOf(const Json& value)
{
    if (value.is_number_integer() && (!value.is_number_unsigned() || value.get<uint64_t>() <= uint64_t(INT64_MAX)))
        return value.get<int64_t>();
    return {};
}

std::string idText(const Json& id)
{
    if (id.is_string())
        return id.get<std::string>();
    return id.is_null() ? "" : id.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<ParamValue> scalarOf(const Json& value)
{
    if (value.is_boolean())
        return value.get<bool>();
    if (const auto whole = wholeOf(value))
        return *whole;
    if (value.is_number_unsigned())
        return value.get<uint64_t>();
    if (value.is_number() && std::isfinite(value.get<double>()))
        return value.get<double>();
    if (value.is_string())
        return value.get<std::string>();
    return {};
}

Json jsonOf(const ParamValue& value)
{
    return std::visit([](const auto& v) { return Json(v); }, value);
}

Rect rectOf(const Json& position, const Json& size)
{
    const auto place = [&](size_t i) { return std::clamp(coordinate(position, i), -farthestNode, farthestNode); };
    const auto side = [&](size_t i) { return std::clamp(coordinate(size, i), 0.0, largestNode); };
    return {place(0), place(1), side(0), side(1)};
}

std::string colourOf(const Json& colour)
{
    std::string text = textOf(colour);
    if ((text.size() != 4 && text.size() != 7) || text[0] != '#'
        || text.find_first_not_of("0123456789abcdefABCDEF", 1) != text.npos)
        return {};
    if (text.size() == 4)
        text = {'#', text[1], text[1], text[2], text[2], text[3], text[3]};
    std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'F' ? char(c - 'A' + 'a') : c; });
    return text;
}

bool isControl(const Json& value)
{
    constexpr std::string_view words[] = {"fixed", "increment", "decrement", "randomize", "increment-wrap"};
    return value.is_string() && std::ranges::find(words, value.get_ref<const std::string&>()) != std::end(words);
}

void ComfyReport::warn(std::string text)
{
    if (warnings.size() < mostWarnings)
        warnings.push_back(std::move(text));
    else
        ++more;
}

void ComfyReport::refuse(const std::string& text) const
{
    throw Error(ErrorKind::BadFile, printable(source) + ": " + text);
}

std::vector<std::string> ComfyReport::take()
{
    constexpr size_t mostNames = 10;
    std::vector<std::string> lines = std::move(warnings);
    if (more > 0)
        lines.push_back("and " + std::to_string(more) + " warnings more");
    if (unknown.empty())
        return lines;
    std::string list;
    size_t named = 0;
    for (const auto& [name, nodes] : unknown) {
        if (named++ == mostNames) {
            list += ", and " + std::to_string(unknown.size() - mostNames) + " classes more";
            break;
        }
        list += (list.empty() ? "" : ", ") + (name.empty() ? "(no type)" : printable(name, 60))
            + (nodes > 1 ? " (" + std::to_string(nodes) + " nodes)" : "");
    }
    lines.push_back("not known here, kept as placeholders that cannot run: " + list);
    return lines;
}

ComfyIds::ComfyIds(const std::vector<Json>& ids, ComfyReport& report)
    : m_ids(ids.size())
{
    std::set<NodeId> used;
    for (size_t i = 0; i < ids.size(); ++i) {
        const std::string text = idText(ids[i]);
        const auto whole = ids[i].is_string() && text.size() <= 13 && !text.empty() && text[0] != '0'
                && text.find_first_not_of("0123456789") == text.npos
            ? std::optional<int64_t>(std::stoll(text))
            : wholeOf(ids[i]);
        if (whole && *whole >= 1 && *whole <= highestId && used.insert(*whole).second) {
            m_ids[i] = *whole;
            m_byText.emplace(text, *whole);
        }
    }
    m_nextId = used.empty() ? 1 : *used.rbegin() + 1;
    size_t changed = 0;
    std::string first;
    for (size_t i = 0; i < ids.size(); ++i) {
        if (m_ids[i] != 0)
            continue;
        m_ids[i] = m_nextId++;
        const std::string text = idText(ids[i]);
        const bool twice = !m_byText.emplace(text, m_ids[i]).second;
        if (changed++ == 0)
            first = "the id " + (text.empty() ? "of a node that has none" : printable(text, 40))
                + (twice ? ", there twice," : "") + " becomes " + std::to_string(m_ids[i]);
    }
    if (changed > 0)
        report.warn(
            std::to_string(changed) + (changed == 1 ? " node is renumbered: " : " nodes are renumbered: ") + first);
}

NodeId ComfyIds::find(const std::string& id) const
{
    const auto at = m_byText.find(id);
    return at == m_byText.end() ? 0 : at->second;
}

}
