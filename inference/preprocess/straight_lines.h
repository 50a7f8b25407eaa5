// Straight lines, white on black, by M-LSD (Gu et al. 2022), which users have as an ONNX file.
#pragma once
#include "inference/networks/onnx_network.h"
#include "inference/values/image.h"

namespace athanor {

struct StraightLinesParams {
    double score = 0.1; // 0 … 1: lines that the network is less sure of are left out
    double distance = 0.1; // 0 … 1000, in pixels of the network's map, half of the picture's: shorter ones are too
};

// At most 200 lines. The network takes R G B and a channel of ones; it gives centres and ways to both ends at half the
// size. Throws Error(BadFile) for another network.
RgbImage straightLines(OnnxNetwork& network, const RgbImage& image, const StraightLinesParams& params);

}
