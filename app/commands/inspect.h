// What a model or picture file is, as a report; it reads headers only and runs nothing.
#pragma once
#include <nlohmann/json.hpp>

#include <string>

namespace athanor {

// Keys are English words in the order to be read; "tensors", where present, lists every tensor. Strings are as in the
// file: not safe to show unescaped. Throws FileMissing, BadFile.
nlohmann::ordered_json inspect(const std::string& path);

// The report as indented lines, with control characters escaped and without the list of tensors.
std::string reportText(const nlohmann::ordered_json& report);

}
