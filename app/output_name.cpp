#include "app/output_name.h"

#include "inference/pipeline/file_name.h"
#include "inference/weights/printable.h"

#include <algorithm>
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
    return fileNameProblem(out).empty() ? out : std::string(nameless);
}

}

std::string namePatternProblem(std::string_view pattern)
{
    if (!isUtf8(pattern))
        return "is not UTF-8";
    if (pattern.find_first_of("<>\"|?*") != pattern.npos)
        return "holds one of <>\"|?*, which file names do not have everywhere";
    std::string path;
    for (const std::string_view part : partsOf(pattern)) {
        const bool onlyDots = part.size() > 2 && part.find_first_not_of('.') == part.npos; // another name comes instead
        path.append(path.empty() ? "" : "/").append(onlyDots ? nameless : part);
        if (part.empty())
            return pattern.empty() ? "is empty" : "has an empty folder name in it";
    }
    return fileNameProblem(path);
}

std::string expandedName(std::string_view pattern, const Infotext& info, size_t reserve)
{
    std::string name;
    for (const std::string_view part : partsOf(pattern))
        name += (name.empty() ? "" : "/") + expandedPart(part, info, maxNameBytes - reserve);
    return name;
}

}
