// What JSON of other programs may hold or not, without refusals.
#pragma once
#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace athanor {

using Json = nlohmann::json;

// The member of an object; null if it is none or has none of that name.
const Json& member(const Json& object, std::string_view key);
std::string textOf(const Json& value); // empty if it is none

}
