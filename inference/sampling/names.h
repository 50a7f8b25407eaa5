// Finding a table row by its name, and text for what went wrong; not tied to samplers or schedules.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

// Equal but for the case of ASCII letters.
bool sameName(std::string_view a, std::string_view b);

// `unknown sampler "eulr": nearest are euler, heun, ddim; all are ...` as Error(BadArgument).
[[noreturn]] void throwUnknownName(
    std::string_view what, std::string_view given, const std::vector<std::string_view>& names);

// The shortest text that reads back as the same number, whatever the locale.
std::string numberText(double value);

// The row whose name or title is given, in any case. Throws Error(BadArgument) with the nearest names.
template <typename Row> const Row& findByName(std::span<const Row> rows, std::string_view what, std::string_view given)
{
    std::vector<std::string_view> names;
    for (const Row& row : rows) {
        if (sameName(row.name, given) || sameName(row.title, given))
            return row;
        names.push_back(row.name);
    }
    throwUnknownName(what, given, names);
}

}
