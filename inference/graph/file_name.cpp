#include "inference/graph/file_name.h"

#include <algorithm>

namespace athanor {

namespace {

// Devices of Windows, whatever ending follows: "CON", "nul.txt", "com1".
bool isDevice(std::string_view part)
{
    std::string stem(part.substr(0, part.find('.')));
    for (char& c : stem)
        c = c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c;
    while (stem.ends_with(' '))
        stem.pop_back();
    constexpr std::string_view devices[] = {"CON", "PRN", "AUX", "NUL"};
    if (std::ranges::find(devices, stem) != std::end(devices))
        return true;
    return stem.size() == 4 && (stem.starts_with("COM") || stem.starts_with("LPT")) && stem[3] >= '1' && stem[3] <= '9';
}

std::string partProblem(std::string_view part)
{
    if (part.empty())
        return "has an empty folder name in it";
    if (part == "." || part == "..")
        return "leads through \".\" or \"..\"";
    if (part.ends_with('.') || part.ends_with(' '))
        return "has a name that ends in a dot or a blank";
    return isDevice(part) ? "is a device's name on Windows" : "";
}

}

std::vector<std::string_view> pathParts(std::string_view path)
{
    std::vector<std::string_view> parts;
    for (;;) {
        const size_t end = std::min(path.find('/'), path.size());
        parts.push_back(path.substr(0, end));
        if (end == path.size())
            return parts;
        path.remove_prefix(end + 1);
    }
}

std::string fileNameProblem(std::string_view name)
{
    constexpr size_t longest = 1'000;
    if (name.empty())
        return "is empty";
    if (name.size() > longest)
        return "has " + std::to_string(name.size()) + " bytes, the limit is " + std::to_string(longest);
    if (std::ranges::any_of(name, [](unsigned char c) { return c < 0x20 || c == 0x7f; }))
        return "holds a control character";
    if (name.find('\\') != name.npos)
        return "holds a backslash; folders are parted by \"/\"";
    if (name.find(':') != name.npos)
        return "holds a colon, as drives and addresses do";
    if (name.starts_with('/') || name.starts_with('~'))
        return "begins outside of every folder of the program";
    for (const std::string_view part : pathParts(name))
        if (const std::string problem = partProblem(part); !problem.empty())
            return problem;
    return {};
}

}
