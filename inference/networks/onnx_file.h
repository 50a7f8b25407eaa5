// What stands in an ONNX file, read as hostile data: its steps and weights. Whether the steps make sense is for
// onnx_plan.h to say.
#pragma once
#include "inference/networks/onnx_fields.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

struct OnnxPort {
    std::string name;
    std::vector<int64_t> shape; // 0 where a side is free
};

enum class OnnxNumbers : uint8_t { Floats, Halves, Doubles, Integers };

// Numbers of the file, as many as the shape says. They borrow the file's bytes where these hold them one after another.
struct OnnxTensor {
    std::vector<int64_t> shape;
    uint64_t type = 1; // as ONNX counts: float, uint8, int8, uint16, int16, int32, int64, …
    OnnxBytes bytes; // little-endian
    std::shared_ptr<const std::vector<std::byte>> own; // what `bytes` is of, where it is not the file's

    int64_t count() const;
    OnnxNumbers numbers() const;
    double number(int64_t index) const; // integers beyond 2^53 to the nearest
};

struct OnnxAttribute {
    std::vector<int64_t> integers;
    std::vector<float> floats;
    std::string text;
    std::shared_ptr<const OnnxTensor> tensor;
};

struct OnnxNode {
    std::string op, domain;
    std::vector<std::string> inputs, outputs; // "" where one is left out
    std::map<std::string, OnnxAttribute, std::less<>> attributes;
};

struct OnnxFile {
    int64_t opset = 1;
    bool isPytorch = false; // exported by it, which means other things by some steps
    std::vector<OnnxPort> inputs, outputs; // without the weights, which old files list as inputs
    std::map<std::string, std::shared_ptr<const OnnxTensor>, std::less<>> weights;
    std::vector<OnnxNode> nodes;
};

constexpr uint64_t maxOnnxBytes = (uint64_t(1) << 31) - 1; // protobuf's own limit
constexpr size_t maxOnnxNodes = 20'000, maxOnnxRank = 8;

// The bytes must outlive what is returned. Throws Error(BadFile) "path: …".
OnnxFile readOnnx(OnnxBytes bytes, const std::string& path);

}
