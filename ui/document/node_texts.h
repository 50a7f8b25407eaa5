// What the engine's node types and runs say to people, for who translates it.
#pragma once
#include <set>
#include <string>

namespace athanor {

// Every text that nodeText, runText, label and typeLabel may be asked for, in English.
std::set<std::string> nodeTexts();

}
