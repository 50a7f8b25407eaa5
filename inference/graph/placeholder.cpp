#include "inference/graph/placeholder.h"

#include <cstddef>
#include <set>

namespace athanor {

namespace {

// The name, or the name with the number where it is there already or empty.
std::string uniqueName(const std::string& name, const char* otherwise, size_t number, std::set<std::string>& used)
{
    std::string unique = name.empty() ? otherwise + std::to_string(number) : name;
    while (!used.insert(unique).second)
        unique += '_' + std::to_string(number);
    return unique;
}

std::vector<std::string> slotNames(const Json& slots, const char* otherwise)
{
    std::vector<std::string> names;
    std::set<std::string> used;
    for (size_t i = 0; slots.is_array() && i < slots.size(); ++i)
        names.push_back(uniqueName(textOf(member(slots[i], "name")), otherwise, i, used));
    return names;
}

}

std::vector<std::string> placeholderInputs(const Json& json)
{
    return slotNames(member(json, "inputs"), "input_");
}

std::vector<std::string> placeholderOutputs(const Json& json)
{
    return slotNames(member(json, "outputs"), "output_");
}

}
