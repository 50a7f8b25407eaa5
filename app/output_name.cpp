#include "app/output_name.h"

#include "inference/weights/printable.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <ctime>
#include <vector>

namespace athanor {

namespace {

constexpr std::string_view nameless = "athanor"; // in place of a part of which nothing is left

std::vector<std::string_view> partsOf(std::string_view path)
{
    std::vector<std::string_view> parts;
    while (true) {
        const size_t slash = path.find('/');
        parts.push_back(path.substr(0, slash));
        if (slash == path.npos)
            return parts;
        path.remove_prefix(slash + 1);
    }
}

// CON, NUL, COM1 and the like, whatever follows the first dot (learn.microsoft.com, "Naming Files, Paths").
bool isReserved(std::string_view part)
{
    std::string stem(part.substr(0, part.find('.')));
    while (stem.ends_with(' '))
        stem.pop_back();
    std::ranges::transform(stem, stem.begin(), [](unsigned char c) { return std::toupper(c); });
    constexpr std::array<std::string_view, 6> names{"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"};
    const bool numbered =
        stem.size() == 4 && (stem.starts_with("COM") || stem.starts_with("LPT")) && std::isdigit(stem[3]);
    return numbered || std::ranges::find(names, stem) != names.end();
}

bool isUnsafe(char c)
{
    return uint8_t(c) < 0x20 || c == 0x7f || std::string_view("<>:\"/\\|?*").find(c) != std::string_view::npos;
}

std::string partProblem(std::string_view part)
{
    const bool onlyDots = part.find_first_not_of('.') == part.npos && part.size() > 2;
    if (part == ".." || part == ".")
        return "leads to another folder";
    if (part.starts_with('~'))
        return "begins with ~";
    if (isReserved(part))
        return "is a name that Windows reserves";
    if ((part.ends_with('.') && !onlyDots) || part.ends_with(' '))
        return "ends in a dot or a blank";
    return {};
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

// What is left of a text that came from elsewhere.
std::string harmless(std::string_view value)
{
    if (!isUtf8(value))
        return {};
    std::string text(value);
    std::ranges::replace_if(text, isUnsafe, '_');
    return shortened(text, 80);
}

std::string nowAs(const char* format)
{
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    localtime_r(&now, &local);
    char text[32];
    return {text, std::strftime(text, sizeof text, format, &local)};
}

// False for a token that is not known.
bool replaceToken(std::string_view token, const Infotext& info, std::string& out)
{
    constexpr std::pair<std::string_view, std::string_view> fields[] = {
        {"seed", "Seed"}, {"model", "Model"}, {"sampler", "Sampler"}, {"steps", "Steps"}, {"cfg", "CFG scale"}};
    for (const auto& [name, field] : fields)
        if (token == name)
            return out += harmless(fieldValue(info, field)), true;
    const std::string_view size = fieldValue(info, "Size");
    const size_t cross = std::min(size.find('x'), size.size());
    if (token == "width")
        out += harmless(size.substr(0, cross));
    else if (token == "height")
        out += harmless(size.substr(std::min(cross + 1, size.size())));
    else if (token == "prompt")
        out += harmless(info.prompt);
    else if (token == "date")
        out += nowAs("%Y-%m-%d");
    else if (token == "time")
        out += nowAs("%H-%M-%S");
    else
        return false;
    return true;
}

std::string expandedPart(std::string_view part, const Infotext& info, size_t maxBytes)
{
    std::string out;
    while (!part.empty()) {
        const size_t begin = part.find('%'), end = begin == part.npos ? begin : part.find('%', begin + 1);
        if (end == part.npos) {
            out += part;
            break;
        }
        out += part.substr(0, begin);
        if (replaceToken(part.substr(begin + 1, end - begin - 1), info, out)) {
            part.remove_prefix(end + 1);
        } else { // its second % may begin another token
            out += part.substr(begin, end - begin);
            part.remove_prefix(end);
        }
    }
    out = shortened(std::move(out), maxBytes);
    while (out.ends_with('.') || out.ends_with(' '))
        out.pop_back();
    return out.empty() || isReserved(out) || out.starts_with('~') ? std::string(nameless) : out;
}

}

std::string namePatternProblem(std::string_view pattern)
{
    if (pattern.empty())
        return "is empty";
    if (!isUtf8(pattern))
        return "is not UTF-8";
    if (pattern.starts_with('/'))
        return "is an absolute path";
    for (const std::string_view part : partsOf(pattern)) {
        if (part.empty())
            return "holds // or ends in /";
        if (std::ranges::any_of(part, isUnsafe))
            return "holds a character that file names do not have everywhere (one of <>:\"\\|?* or a control "
                   "character)";
        if (const std::string problem = partProblem(part); !problem.empty())
            return problem;
    }
    return {};
}

std::string expandedName(std::string_view pattern, const Infotext& info, size_t reserve)
{
    std::string name;
    for (const std::string_view part : partsOf(pattern))
        name += (name.empty() ? "" : "/") + expandedPart(part, info, maxNameBytes - reserve);
    return name;
}

}
