// A network as it is run on a picture of one size: the steps that OpenCV is given, with the shape of all that they
// make. Steps that only count or shape constants are done here and gone; axes, indices, sizes and weights of the rest
// are known to fit, so that nothing the file says is left for OpenCV to trip over.
#pragma once
#include "inference/networks/onnx_file.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace athanor {

using OnnxShape = std::vector<int64_t>;

// Numbers that do not come from the picture: some of the file's, or what was made of them.
struct OnnxConstant {
    std::shared_ptr<const OnnxTensor> tensor; // null: `made`
    std::vector<double> made;
    bool isInteger = false;

    double number(int64_t index) const { return tensor ? tensor->number(index) : made[size_t(index)]; }
};

// What a step takes or gives.
struct OnnxArray {
    OnnxShape shape;
    int id = -1; // what comes from the picture, counted from 0, the picture; −1: a constant, or nothing at all
    std::shared_ptr<const OnnxConstant> constant;

    bool isThere() const { return id >= 0 || constant; }
};

struct OnnxSetting {
    std::string_view name;
    std::variant<int64_t, float, std::string, std::vector<int64_t>> value;
};

struct OnnxStep {
    std::string_view op;
    std::vector<OnnxArray> inputs; // those left out are not there
    int output = 0;
    std::vector<OnnxSetting> settings;
};

struct OnnxPlan {
    int64_t opset = 1;
    bool isPytorch = false;
    std::vector<OnnxStep> steps;
    std::vector<OnnxShape> shapes; // by id
    std::vector<int> outputs; // ids, in the order of the file's outputs
    double work = 0; // multiplications, roughly
    int64_t folded = 0; // numbers of constants that were made
};

constexpr int64_t maxOnnxNumbers = int64_t(1) << 29; // of one array
constexpr double maxOnnxWork = double(int64_t(1) << 44); // about ten minutes of a usual processor

// The plan for a picture of this shape, four sides of at least 1. Throws Error(BadFile) "path: step 3 (Gather): …".
OnnxPlan planOnnx(const OnnxFile& file, const OnnxShape& picture, const std::string& path);

}
