// A plan as an ONNX file of our own, for OpenCV to read: nothing of the original's structure is in it.
#pragma once
#include "inference/networks/onnx_plan.h"

#include <cstddef>
#include <string>
#include <vector>

namespace athanor {

// What the arrays of a plan are called in it.
std::string onnxName(int id);

// All floats have 32 bits. Throws Error(BadFile) "path: …" where it became larger than maxOnnxBytes.
std::vector<std::byte> writeOnnx(const OnnxPlan& plan, const std::string& path);

}
