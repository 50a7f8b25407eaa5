// Values of command line options from their text, with errors that name option, value and range. Locale-independent.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

// All throw Error(BadArgument). Whole numbers are decimal digits with an optional minus sign.
int64_t parseInteger(std::string_view option, const std::string& text, int64_t smallest, int64_t largest);
double parseNumber(std::string_view option, const std::string& text, double smallest, double largest);
// 0 … 2^64 − 1 exactly; −1 is a random number.
uint64_t parseSeed(std::string_view option, const std::string& text);
// The index of `text` in `choices`.
size_t parseChoice(std::string_view option, const std::string& text, const std::vector<std::string_view>& choices);

}
