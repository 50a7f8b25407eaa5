// The network that comes with the program: depth, normals, soft edges, lines in four characters and poses, of the
// scenes that the starter model draws (resources/starter/estimators.py).
#pragma once
#include "inference/networks/onnx_network.h"
#include "inference/preprocess/pose_map.h"
#include "inference/values/image.h"

#include <string>

namespace athanor {

constexpr const char* starterEstimators = "starter/estimators/athanor_estimators.onnx"; // in the folders of models

// head: "depth", "normal", "softedge", "lineart", "lineart_heavy", "lineart_anime" or "lineart_anime_denoise".
// Both throw Error(BadFile) for another network.
RgbImage starterMap(OnnxNetwork& network, const RgbImage& image, const std::string& head);
Poses starterPoses(OnnxNetwork& network, const RgbImage& image);

}
