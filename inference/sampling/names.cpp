#include "inference/sampling/names.h"

#include "render/error.h"

#include <algorithm>
#include <charconv>
#include <numeric>

namespace athanor {

namespace {

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Levenshtein's distance without regard to case.
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t changed = diagonal + (lower(a[i]) != lower(b[j]));
            diagonal = row[j + 1];
            row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, changed});
        }
    }
    return row.back();
}

std::string joined(std::span<const std::string_view> names)
{
    std::string text;
    for (const std::string_view name : names)
        text.append(text.empty() ? "" : ", ").append(name);
    return text;
}

// What the user wrote, short and on one line.
std::string quoted(std::string_view given)
{
    constexpr std::size_t longest = 40;
    std::string text(given.substr(0, longest));
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
    return '"' + text + (given.size() > longest ? "...\"" : "\"");
}

}

bool sameName(std::string_view a, std::string_view b)
{
    return std::ranges::equal(a, b, {}, lower, lower);
}

void throwUnknownName(std::string_view what, std::string_view given, const std::vector<std::string_view>& names)
{
    const std::string_view start = given.substr(0, 64); // more cannot be near to any name
    std::vector<std::string_view> nearest = names;
    std::ranges::stable_sort(nearest, {}, [&](std::string_view name) { return distance(start, name); });
    nearest.resize(std::min<std::size_t>(nearest.size(), 3));
    throw Error(ErrorKind::BadArgument,
        "unknown " + std::string(what) + " " + quoted(given) + ": nearest are " + joined(nearest) + "; all are "
            + joined(names));
}

std::string numberText(double value)
{
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    return {text, end};
}

}
