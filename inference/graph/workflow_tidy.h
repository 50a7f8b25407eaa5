// What drawing needs to be able to rely on: positions and sizes that are numbers of some reason, colours that are some.
#pragma once
#include "inference/graph/graph.h"

#include <string>

namespace athanor {

constexpr double farthest = 1e7, largest = 1e7; // canvas units: of positions and sizes

// Positions from -farthest to farthest, sizes from 0 to largest; what is not a number is 0.
Rect tidied(const Rect& rect);
// "#rrggbb" in lower case, or empty.
std::string tidiedColour(const std::string& colour);

}
