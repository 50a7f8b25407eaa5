// Poses as OpenPose's JSON, which A1111's ControlNet extension, ComfyUI's nodes and pose editors read and write.
#pragma once
#include "inference/preprocess/pose_map.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace athanor {

constexpr double leastConfidence = 0.1;

// An object with "people", or a list of such of which the first counts. Coordinates are pixels, or shares of the canvas
// if none is above 1. Bodies have 18 points or OpenPose's 25. A point counts as found if its confidence is above
// `confidence`. Without "canvas_width" and "canvas_height" the canvas is the smallest of multiples of 64 that holds all
// points. Throws Error(BadFile) "source: line 3, column 7: …".
Poses readPoses(std::string_view json, const std::string& source, double confidence = leastConfidence);

// As readPoses. Throws for a file of more bytes, too.
Poses readPoseFile(const std::string& path, size_t maxBytes);

// Coordinates in pixels to a ten-thousandth, confidences 1 or 0.
std::string writePoses(const Poses& poses);

}
