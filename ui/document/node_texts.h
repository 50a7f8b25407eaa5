// What the engine's node types say to people, for who translates it.
#pragma once
#include <set>
#include <string>

namespace athanor {

// Every text that nodeText, label and typeLabel may be asked for, in English.
std::set<std::string> nodeTexts();

}
