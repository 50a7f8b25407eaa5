// Pictures enlarged by a network, in tiles as large as memory allows.
#pragma once
#include "inference/values/node_hooks.h"

#include <functional>

namespace athanor {

class Gpu;
struct Upscaler;

// tile: pixels a side that are enlarged at once, with as many around them as the network looks at, so that tiles leave
// no seams, and mirrored beyond the picture; halved as often as memory asks. onTile(done, all) before each tile and at
// the end. The recorder must be ready for a stage (DeviceStage). Throws Error: BadArgument where the result had more
// than 16384 pixels a side, OutOfMemory, Cancelled, Device.
RgbImage upscaled(Gpu& gpu, const Upscaler& model, const RgbImage& image, int tile,
    const std::function<void(int done, int all)>& onTile);

}
