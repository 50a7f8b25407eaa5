#include "inference/graph/workflow_tidy.h"

#include <algorithm>
#include <cmath>

namespace athanor {

namespace {

double within(double value, double lowest, double highest)
{
    return std::isnan(value) ? 0 : std::clamp(value, lowest, highest);
}

}

Rect tidied(const Rect& rect)
{
    return {within(rect.x, -farthest, farthest), within(rect.y, -farthest, farthest), within(rect.width, 0, largest),
        within(rect.height, 0, largest)};
}

std::string tidiedColour(const std::string& colour)
{
    std::string lower = colour;
    for (char& c : lower)
        if (c >= 'A' && c <= 'F')
            c = char(c - 'A' + 'a');
    const bool good =
        lower.size() == 7 && lower[0] == '#' && lower.find_first_not_of("0123456789abcdef", 1) == std::string::npos;
    return good ? lower : "";
}

}
