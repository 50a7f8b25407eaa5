// The way down that a UNet and a ControlNet have in common, as their files describe it.
#pragma once
#include "inference/models/layout.h"
#include "inference/models/unet.h"

#include <cstdint>
#include <string>
#include <vector>

namespace athanor {

// Channels after each input block, and of the middle.
struct WayDown {
    std::vector<int64_t> skips;
    int64_t middle = 0;
};

// Fills the configuration but for the outputs. Throws Error(BadFile).
WayDown needWayDown(Layout& layout, UNetConfig& config);

// One numbered block. Returns its output channels; counts its downsampling.
int64_t needBlock(Layout& layout, const std::string& name, int64_t channels, UNetConfig& config);

}
