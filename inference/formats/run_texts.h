// Sentences that runs and workflows of other programs' pictures tell of, with parts that change, for who shows them in
// another language.
#pragma once
#include <string_view>
#include <vector>

namespace athanor {

// In English, with %1, %2, … for what changes.
std::vector<std::string_view> runTexts();

}
