#include "inference/run/output_name.h"

#include "inference/graph/file_name.h"
#include "inference/weights/printable.h"

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <vector>

namespace athanor {

namespace {

constexpr std::string_view nameless = "athanor"; // in place of a part of which nothing is left

bool isUnsafe(char c)
{
    return uint8_t(c) < 0x20 || c == 0x7f || std::string_view("<>:\"/\\|?*").find(c) != std::string_view::npos;
}

// At most maxBytes, not cut inside a character.
std::string shortened(std::string text, size_t maxBytes)
{
    if (text.size() > maxBytes) {
        while (maxBytes > 0 && (uint8_t(text[maxBytes]) & 0xc0) == 0x80)
            --maxBytes;
        text.resize(maxBytes);
    }
    return text;
}

// The same of a part of a name, in which a counterMark takes the room of the largest number.
std::string shortenedPart(std::string text, size_t maxBytes)
{
    constexpr size_t counterBytes = 7;
    size_t bytes = 0;
    for (size_t i = 0; i < text.size(); ++i) {
        bytes += text[i] == counterMark ? counterBytes : 1;
        if (bytes > maxBytes)
            return shortened(std::move(text), i);
    }
    return text;
}

std::string harmless(std::string_view value)
{
    if (!isUtf8(value))
        return {};
    std::string text(value);
    std::ranges::replace_if(text, isUnsafe, '_');
    text = shortened(text.substr(std::min(text.find_first_not_of(' '), text.size())), 80);
    return text.substr(0, text.find_last_not_of(' ') + 1);
}

std::tm localNow()
{
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    localtime_r(&now, &local);
    return local;
}

std::string nowAs(const char* format)
{
    const std::tm local = localNow();
    char text[32];
    return {text, std::strftime(text, sizeof text, format, &local)};
}

// "yyyy-MM-dd" → "2026-05-01".
std::string dateAs(std::string_view format)
{
    const std::tm now = localNow();
    const auto numberOf = [&](char letter) {
        return letter == 'd' ? now.tm_mday
            : letter == 'M'  ? now.tm_mon + 1
            : letter == 'h'  ? now.tm_hour
            : letter == 'm'  ? now.tm_min
            : letter == 's'  ? now.tm_sec
                             : -1;
    };
    const std::string year = std::to_string(now.tm_year + 1900);
    std::string text;
    for (size_t at = 0; at < format.size();) {
        const char letter = format[at];
        size_t length = 1;
        while (at + length < format.size() && format[at + length] == letter && length < (letter == 'y' ? 4 : 2))
            ++length;
        const int number = numberOf(letter);
        if (number >= 0)
            text += (length == 2 && number < 10 ? "0" : "") + std::to_string(number);
        else if (letter == 'y' && (length == 4 || length == 2))
            text += length == 4 ? year : year.substr(year.size() - 2);
        else
            for (size_t i = 0; i < length; ++i)
                text += letter != '/' && isUnsafe(letter) ? '_' : letter;
        at += length;
    }
    return text;
}

// The pattern with each %date:FORMAT% replaced, which may bring folders.
std::string withDates(std::string_view pattern)
{
    constexpr std::string_view mark = "%date:";
    std::string text;
    for (size_t at; (at = pattern.find(mark)) != pattern.npos;) {
        const size_t end = pattern.find('%', at + mark.size());
        if (end == pattern.npos)
            break;
        text += pattern.substr(0, at);
        text += dateAs(pattern.substr(at + mark.size(), end - at - mark.size()));
        pattern.remove_prefix(end + 1);
    }
    return text += pattern;
}

// False for a token that is not known.
bool replaceToken(std::string_view token, const Infotext& info, std::string& out)
{
    constexpr std::pair<std::string_view, std::string_view> fields[] = {
        {"seed", "Seed"}, {"model", "Model"}, {"sampler", "Sampler"}, {"steps", "Steps"}, {"cfg", "CFG scale"}};
    for (const auto& [name, field] : fields)
        if (token == name)
            return out += harmless(fieldValue(info, field)), true;
    constexpr std::pair<std::string_view, const char*> times[] = {{"date", "%Y-%m-%d"}, {"time", "%H-%M-%S"},
        {"year", "%Y"}, {"month", "%m"}, {"day", "%d"}, {"hour", "%H"}, {"minute", "%M"}, {"second", "%S"}};
    for (const auto& [name, format] : times)
        if (token == name)
            return out += nowAs(format), true;
    const std::string_view size = fieldValue(info, "Size");
    const size_t cross = std::min(size.find('x'), size.size());
    if (token == "width")
        out += harmless(size.substr(0, cross));
    else if (token == "height")
        out += harmless(size.substr(std::min(cross + 1, size.size())));
    else if (token == "prompt")
        out += harmless(info.prompt);
    else
        return false;
    return true;
}

// The end of the token that begins at `begin`, or npos.
size_t endOfToken(std::string_view part, size_t begin)
{
    return part.find(part[begin] == '[' ? ']' : '%', begin + 1);
}

std::string expandedPart(std::string_view part, const Infotext& info, size_t maxBytes, bool isLast)
{
    std::string out;
    while (!part.empty()) {
        const size_t begin = std::min(part.find_first_of("%["), part.size());
        out += part.substr(0, begin);
        part.remove_prefix(begin);
        const size_t end = part.empty() ? part.npos : endOfToken(part, 0);
        const std::string_view token = end == part.npos ? "" : part.substr(1, end - 1);
        if (isLast && token == "counter") {
            out += counterMark;
            part.remove_prefix(end + 1);
        } else if (end != part.npos && replaceToken(token, info, out)) {
            part.remove_prefix(end + 1);
        } else if (!part.empty()) { // no token; what follows may hold one
            out += part.front();
            part.remove_prefix(1);
        }
    }
    out = shortenedPart(std::move(out), maxBytes);
    while (out.ends_with('.') || out.ends_with(' '))
        out.pop_back();
    std::string told = out;
    std::ranges::replace(told, counterMark, '0');
    return fileNameProblem(told).empty() ? out : std::string(nameless);
}

}

std::string harmlessNamePart(std::string_view text)
{
    std::string part = harmless(text);
    if (part == "." || part == "..")
        part.assign(part.size(), '_');
    return part;
}

std::string namePatternProblem(std::string_view written)
{
    if (!isUtf8(written))
        return "is not UTF-8";
    const std::string pattern = withDates(written);
    if (pattern.find_first_of("<>\"|?*") != pattern.npos)
        return "holds one of <>\"|?*, which file names do not have everywhere";
    std::string path;
    for (const std::string_view part : pathParts(pattern)) {
        const bool onlyDots = part.size() > 2 && part.find_first_not_of('.') == part.npos; // another name comes instead
        path.append(path.empty() ? "" : "/").append(onlyDots ? nameless : part);
        if (part.empty())
            return pattern.empty() ? "is empty" : "has an empty folder name in it";
    }
    return fileNameProblem(path);
}

std::string expandedName(std::string_view written, const Infotext& info, size_t reserve)
{
    const std::string pattern = withDates(written);
    std::string name;
    const std::vector<std::string_view> parts = pathParts(pattern);
    for (size_t i = 0; i < parts.size(); ++i)
        name += (i ? "/" : "") + expandedPart(parts[i], info, maxNameBytes - reserve, i + 1 == parts.size());
    return name;
}

std::string fixedFolders(std::string_view pattern)
{
    std::string fixed;
    const std::string expanded = expandedName(pattern, {}, 0);
    const std::vector<std::string_view> parts = pathParts(pattern), made = pathParts(expanded);
    for (size_t i = 0; i + 1 < std::min(parts.size(), made.size()) && parts[i] == made[i]; ++i)
        fixed.append(parts[i]).append("/");
    return fixed;
}

std::string counterText(int number)
{
    constexpr size_t digits = 5;
    const std::string text = std::to_string(number);
    return std::string(digits - std::min(digits, text.size()), '0') + text;
}

}
