// What an ONNX file says of itself, read before a library parses it for real. Only what is needed to know which network
// it is and that its arrays are as long as they say and nothing is divided by zero, which OpenCV does not check.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace athanor {

struct OnnxPort {
    std::string name;
    std::vector<int64_t> shape; // 0 where a side is free
};

struct OnnxFile {
    std::vector<OnnxPort> inputs, outputs; // without the weights, which old files list as inputs
};

constexpr uint64_t maxOnnxBytes = (uint64_t(1) << 31) - 1; // protobuf's own limit

// The file with weights of 16-bit floats as 32-bit ones, which OpenCV 4.6 needs. readOnnx must have taken it.
std::vector<std::byte> withFloats(std::span<const std::byte> bytes);

// Throws Error(BadFile) "path: …".
OnnxFile readOnnx(std::span<const std::byte> bytes, const std::string& path);

}
