// Soft edges, white on black, by networks that users have as ONNX files.
#pragma once
#include "inference/networks/onnx_network.h"
#include "inference/values/image.h"

namespace athanor {

// HED (Xie and Tu 2015) as ControlNet's authors trained it: five sides of which the mean counts. Any size from 16 × 16
// pixels on. Throws Error(BadFile) for another network.
RgbImage hedEdges(OnnxNetwork& network, const RgbImage& image);

// PiDiNet (Su et al. 2021): the last output, 0 … 1.
RgbImage pidinetEdges(OnnxNetwork& network, const RgbImage& image);

// The map in three shades, which hides what fine differences may tell of the picture ("safe").
RgbImage safeSteps(RgbImage map);

}
