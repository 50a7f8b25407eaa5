// Reads JSON from untrusted text with limits that are checked before the parser allocates anything.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace athanor {

constexpr size_t maxJsonBytes = 64 << 20;
constexpr int maxJsonDepth = 256;
constexpr size_t maxJsonString = 8 << 20;

// What is nested too deep or too long between two of {}[],: as a sentence; empty if nothing is. Does not judge whether
// the text is JSON.
std::string jsonLimitProblem(std::string_view text, int maxDepth, size_t maxToken);

// The parsed text of a whole file. Throws BadFile "name: …" with the byte position; duplicate keys are errors.
nlohmann::json parseJson(const std::string& name, std::string_view text);

// Reads and parses a small file. Throws BadFile, FileMissing.
nlohmann::json readJsonFile(const std::string& path);

}
