// How long each type of node takes here, kept in the cache folder so that the first progress bar of the next start is a
// fair one.
#pragma once
#include <functional>
#include <map>
#include <string>

namespace athanor {

using NodeTimes = std::map<std::string, double, std::less<>>; // seconds by the type's id

// Empty where nothing is kept, or what is kept is damaged.
NodeTimes readNodeTimes(const std::string& cacheFolder);
// Not being able to keep them costs nothing but a worse guess.
void keepNodeTimes(const std::string& cacheFolder, const NodeTimes& times);

}
