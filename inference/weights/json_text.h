// Reads JSON from untrusted text with limits that are checked before the parser allocates anything.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace athanor {

constexpr size_t maxJsonBytes = 64 << 20;
constexpr int maxJsonDepth = 256;
constexpr size_t maxJsonString = 8 << 20;
constexpr size_t maxJsonValues = 5'000'000; // each takes some 20 to 200 bytes once parsed

// What is nested too deep or too long between two of {}[],: as a sentence; empty if nothing is. Does not judge whether
// the text is JSON.
std::string jsonLimitProblem(std::string_view text, int maxDepth, size_t maxToken);

// How errors say where: "at byte 12", or "line 3, column 7", counted from 1 in characters, for what people write.
enum class JsonPlace { Byte, Line };

// The parsed text of a whole file. Throws BadFile "name: …" with the place; duplicate keys are errors, and so are more
// than `maxValues` values, all objects and arrays and what is in them counted, before memory is taken for any.
nlohmann::json parseJson(const std::string& name, std::string_view text, JsonPlace place = JsonPlace::Byte,
    size_t maxValues = maxJsonValues);

// "line 3, column 7" of a byte of the text.
std::string lineAndColumn(std::string_view text, size_t byte);
// The byte where `value`, a part of `root`, which the text was parsed to, begins; 0 if it is not a part.
size_t jsonPosition(std::string_view text, const nlohmann::json& root, const nlohmann::json& value);

// Python also writes Infinity, -Infinity and NaN, which JSON does not have; they become the text "".
enum class JsonNumbers { Strict, Python };

// Reads and parses a small file. Throws BadFile, FileMissing.
nlohmann::json readJsonFile(const std::string& path, JsonNumbers numbers = JsonNumbers::Strict);

}
