// A ControlNet with its maps and how strongly it counts, as a conditioning carries it.
#pragma once
#include "inference/values/value.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace athanor {

// Factor of residual i of n (the last is the middle's), and which branches of guidance it reaches.
enum class ControlMode : uint8_t {
    Balanced, // 1, both
    Prompt, // 0.825^(n − 1 − i), both: A1111's "My prompt is more important"
    Control, // the same, the prompt's branch alone: A1111's "ControlNet is more important"
    Guess, // 10^((i − n + 1) / (n − 1)), the prompt's branch alone: diffusers' guess mode
};

// What becomes of a map that has not the picture's proportions.
enum class MapFit : uint8_t {
    Stretch, // "just resize"
    Crop, // fills the picture, what is over is cut off on both sides
    Pad, // lies within the picture, the rest takes the middle colour of the map's border
};

struct AppliedControl {
    std::shared_ptr<const ControlNet> net;
    std::string name, hash; // of its file
    std::vector<RgbImage> maps; // as in ControlMapValue; with fewer than pictures from the first again
    std::shared_ptr<const Mask> hidden; // as in ControlMapValue
    std::shared_ptr<const Mask> mask; // 1 is where it counts; null: everywhere
    double strength = 1;
    std::vector<double> curve; // times strength, from the first step to the last, linear between; empty: 1
    double start = 0, end = 1; // shares of the steps: a step counts if it lies in between as a whole
    ControlMode mode = ControlMode::Balanced;
    MapFit fit = MapFit::Crop;
    std::vector<double> blockWeights; // times strength, one for each residual; empty: 1
    bool spreads = false; // from the prompt's branch to the other, as far as the mode reaches it
};

}
