// Makes untrusted text (file names, tensor names) safe to show in one line; it does not undo or interpret anything.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace athanor {

// Control characters, direction overrides and bytes that are not UTF-8 become \xNN; longer text ends in "…".
std::string printable(std::string_view text, size_t maxBytes = 200);
// The same in quotes, for a name or value within a sentence.
std::string inQuotes(std::string_view text, size_t maxBytes = 60);

// True for well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
bool isUtf8(std::string_view text);

}
