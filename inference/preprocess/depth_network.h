// Depth and normals by networks that users have as ONNX files.
#pragma once
#include "inference/networks/onnx_network.h"
#include "inference/values/image.h"

namespace athanor {

// Near is white, from the farthest to the nearest of what is there. MiDaS and DPT (Ranftl et al. 2022) and Depth
// Anything (Yang et al. 2024), all of which give the inverse of depth. Unless the file fixes a size, the picture is
// seen with `side` pixels on the shorter side, both sides multiples of `multiple`. Throws Error(BadFile) for another
// network.
struct DepthView {
    int side = 384, multiple = 32;
};
RgbImage depthByNetwork(OnnxNetwork& network, const RgbImage& image, const DepthView& view);

// R to the left, G to the top, B towards the camera: NormalBae (Bae et al. 2021) and others whose last output has them
// in -1 … 1. Throws Error(BadFile) for another network.
RgbImage normalsByNetwork(OnnxNetwork& network, const RgbImage& image);

}
