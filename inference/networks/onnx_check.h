// One step of a network while it is planned: what it takes, what it says of itself, and ways to refuse it.
#pragma once
#include "inference/networks/onnx_plan.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

class OnnxCheck {
public:
    OnnxCheck(const OnnxNode& step, std::vector<OnnxArray> taken, OnnxPlan& plan)
        : node(step)
        , inputs(std::move(taken))
        , m_plan(plan)
    {
    }

    const OnnxNode& node;
    const std::vector<OnnxArray> inputs;

    int64_t opset() const { return m_plan.opset; }
    bool has(size_t index) const { return index < inputs.size() && inputs[index].isThere(); }
    bool isConstant(size_t index) const { return has(index) && inputs[index].constant; }

    // Of the picture, with `least` to `most` sides.
    const OnnxArray& data(size_t index, size_t least = 2, size_t most = 6) const;
    // Floats that the file holds, at least one.
    const OnnxArray& weights(size_t index, const char* what) const;
    // As many as the data have channels, one after another.
    OnnxArray channelWeights(size_t index, const char* what, int64_t channels) const;
    // A constant list of whole numbers, at most 16.
    std::vector<int64_t> integers(size_t index, const char* what) const;
    // A constant single number.
    double number(size_t index, const char* what) const;

    bool says(std::string_view name) const { return node.attributes.contains(name); }
    int64_t saidInteger(std::string_view name, int64_t otherwise) const;
    std::vector<int64_t> saidIntegers(std::string_view name, std::vector<int64_t> otherwise) const;
    float saidNumber(std::string_view name, float otherwise) const;
    std::string saidText(std::string_view name, std::string otherwise) const;

    // 0 … rank − 1 for −rank … rank − 1.
    int64_t axis(int64_t given, size_t rank) const;
    // The same for several, sorted; none twice.
    std::vector<int64_t> axes(const std::vector<int64_t>& given, size_t rank) const;
    void requireRange(const char* what, int64_t number, int64_t low, int64_t high) const;
    void requireOneOutput() const;

    // Whether constants of so many numbers more may be made.
    bool mayFold(int64_t count) const;
    // Puts a step into the plan; what it gives has this shape. work: multiplications for each number of it.
    OnnxArray emit(std::string_view op, std::vector<OnnxArray> taken, const OnnxShape& shape,
        std::vector<OnnxSetting> settings = {}, double work = 1) const;
    // The same numbers in another shape.
    OnnxArray reshaped(const OnnxArray& array, const OnnxShape& shape) const;
    // begin … end in steps along each side.
    OnnxArray sliced(const OnnxArray& array, const std::vector<int64_t>& begin, const std::vector<int64_t>& end,
        const std::vector<int64_t>& steps) const;

    [[noreturn]] void refuse(const std::string& what) const { throw OnnxRefusal{what}; }

private:
    const OnnxAttribute* said(std::string_view name) const;

    OnnxPlan& m_plan;
};

OnnxArray constantOf(OnnxShape shape, std::vector<double> numbers, bool isInteger);
int64_t countOf(const OnnxShape& shape); // at most 2^40
std::string shapeText(const OnnxShape& shape);
// By ONNX's rules; nothing where the two do not go together.
std::optional<OnnxShape> broadcast(const OnnxShape& a, const OnnxShape& b);
// The whole numbers that a list of sizes means for an array: 0 copies a side (unless `zeroIsZero`), −1 takes the rest.
OnnxShape targetShape(const OnnxCheck& check, const OnnxShape& from, std::vector<int64_t> sizes);

// What Slice says, brought to begin … end along every side.
struct OnnxRange {
    std::vector<int64_t> begin, end, step;
};
OnnxRange rangeOf(const OnnxCheck& check, const OnnxShape& shape);

// The shape of what Reshape, Flatten, Squeeze or Unsqueeze gives.
OnnxShape newForm(const OnnxCheck& check, const OnnxShape& from);

// What a step with constants alone gives. Refuses those that have nothing to do there.
std::vector<OnnxArray> folded(const OnnxCheck& check);
// The steps with weights or windows (onnx_layers.cpp), all of which give one array.
using OnnxRule = OnnxArray (*)(const OnnxCheck&);
OnnxRule layerNamed(std::string_view op); // null for others
// What a step gives that takes something of the picture; puts it into the plan. Refuses those not on the list.
std::vector<OnnxArray> planned(const OnnxCheck& check);

}
