#include "inference/networks/onnx_check.h"

#include "inference/sampling/names.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

namespace athanor {

namespace {

constexpr size_t mostListed = 16;
constexpr int64_t largestInteger = int64_t(1) << 53;

std::string sidesText(size_t rank)
{
    return std::to_string(rank) + (rank == 1 ? " side" : " sides");
}

}

const OnnxArray& OnnxCheck::data(size_t index, size_t least, size_t most) const
{
    if (!has(index))
        refuse("input " + std::to_string(index) + " is missing");
    const OnnxArray& array = inputs[index];
    if (array.constant)
        refuse("input " + std::to_string(index) + " is a constant, which is not supported");
    if (array.shape.size() < least || array.shape.size() > most)
        refuse("it takes an array of " + sidesText(array.shape.size()) + ", "
            + (least == most ? std::to_string(least) : std::to_string(least) + " to " + std::to_string(most))
            + " are supported");
    return array;
}

const OnnxArray& OnnxCheck::weights(size_t index, const char* what) const
{
    if (!isConstant(index))
        refuse(std::string(what) + " are not stored in the file");
    const OnnxArray& array = inputs[index];
    if (countOf(array.shape) == 0)
        refuse(std::string(what) + " are empty");
    if (array.constant->isInteger)
        refuse(std::string(what) + " are whole numbers");
    return array;
}

OnnxArray OnnxCheck::channelWeights(size_t index, const char* what, int64_t channels) const
{
    const OnnxArray& array = weights(index, what);
    if (countOf(array.shape) != channels)
        refuse(std::string(what) + " are " + std::to_string(countOf(array.shape)) + " for " + std::to_string(channels)
            + " channels");
    return {{channels}, -1, array.constant};
}

std::vector<int64_t> OnnxCheck::integers(size_t index, const char* what) const
{
    if (!isConstant(index))
        refuse(std::string(what) + " depend on the picture");
    const OnnxArray& array = inputs[index];
    const int64_t count = countOf(array.shape);
    if (count > int64_t(mostListed) || array.shape.size() > 2)
        refuse(std::string(what) + " are " + shapeText(array.shape) + " numbers");
    std::vector<int64_t> list;
    for (int64_t i = 0; i < count; ++i) {
        const double value = array.constant->number(i);
        if (std::isnan(value))
            refuse(std::string(what) + " are not numbers");
        list.push_back(int64_t(std::clamp(value, -double(largestInteger), double(largestInteger))));
    }
    return list;
}

double OnnxCheck::number(size_t index, const char* what) const
{
    if (!isConstant(index))
        refuse(std::string(what) + " depends on the picture");
    if (countOf(inputs[index].shape) != 1)
        refuse(std::string(what) + " is not one number but " + shapeText(inputs[index].shape));
    return inputs[index].constant->number(0);
}

const OnnxAttribute* OnnxCheck::said(std::string_view name) const
{
    const auto it = node.attributes.find(name);
    return it == node.attributes.end() ? nullptr : &it->second;
}

int64_t OnnxCheck::saidInteger(std::string_view name, int64_t otherwise) const
{
    const OnnxAttribute* attribute = said(name);
    if (attribute && attribute->integers.size() != 1)
        refuse(std::string(name) + " is not one whole number");
    return attribute ? attribute->integers[0] : otherwise;
}

std::vector<int64_t> OnnxCheck::saidIntegers(std::string_view name, std::vector<int64_t> otherwise) const
{
    const OnnxAttribute* attribute = said(name);
    if (attribute && attribute->integers.size() > mostListed)
        refuse(std::string(name) + " has " + std::to_string(attribute->integers.size()) + " numbers");
    return attribute ? attribute->integers : std::move(otherwise);
}

float OnnxCheck::saidNumber(std::string_view name, float otherwise) const
{
    const OnnxAttribute* attribute = said(name);
    if (attribute && (attribute->floats.size() != 1 || std::isnan(attribute->floats[0])))
        refuse(std::string(name) + " is not one number");
    return attribute ? attribute->floats[0] : otherwise;
}

std::string OnnxCheck::saidText(std::string_view name, std::string otherwise) const
{
    const OnnxAttribute* attribute = said(name);
    return attribute ? attribute->text : std::move(otherwise);
}

int64_t OnnxCheck::axis(int64_t given, size_t rank) const
{
    const auto sides = int64_t(rank);
    if (given < -sides || given >= sides)
        refuse("axis is " + std::to_string(given) + ", but its array has " + sidesText(rank));
    return given < 0 ? given + sides : given;
}

std::vector<int64_t> OnnxCheck::axes(const std::vector<int64_t>& given, size_t rank) const
{
    std::vector<int64_t> all;
    for (const int64_t one : given)
        all.push_back(axis(one, rank));
    std::ranges::sort(all);
    if (std::ranges::adjacent_find(all) != all.end())
        refuse("an axis is named twice");
    return all;
}

void OnnxCheck::requireRange(const char* what, int64_t value, int64_t low, int64_t high) const
{
    if (value < low || value > high)
        refuse(std::string(what) + " is " + std::to_string(value) + ", expected " + std::to_string(low) + " to "
            + std::to_string(high));
}

void OnnxCheck::requireOneOutput() const
{
    for (size_t i = 1; i < node.outputs.size(); ++i)
        if (!node.outputs[i].empty())
            refuse("a second output of it is not supported");
}

bool OnnxCheck::mayFold(int64_t count) const
{
    constexpr int64_t most = 1 << 20;
    m_plan.folded += count;
    return m_plan.folded <= most;
}

OnnxArray OnnxCheck::emit(std::string_view op, std::vector<OnnxArray> taken, const OnnxShape& shape,
    std::vector<OnnxSetting> settings, double work) const
{
    constexpr int64_t longestSide = 1 << 28;
    if (shape.size() < 2 || shape.size() > 6)
        refuse("it gives an array of " + sidesText(shape.size()) + ", 2 to 6 are supported");
    int64_t count = 1;
    for (const int64_t side : shape)
        if (side < 1 || side > longestSide || (count *= side) > maxOnnxNumbers)
            refuse("it gives an array of " + shapeText(shape)
                + " numbers; each side must be at least 1, and all at most " + std::to_string(maxOnnxNumbers));
    m_plan.work += double(count) * work;
    if (m_plan.work > maxOnnxWork)
        refuse("the network takes more than " + std::to_string(int64_t(maxOnnxWork))
            + " multiplications for one picture; take a lower resolution");
    const auto id = int(m_plan.shapes.size());
    m_plan.shapes.push_back(shape);
    m_plan.steps.push_back({op, std::move(taken), id, std::move(settings)});
    return {shape, id, nullptr};
}

OnnxArray OnnxCheck::reshaped(const OnnxArray& array, const OnnxShape& shape) const
{
    if (array.constant || shape == array.shape)
        return {shape, array.id, array.constant};
    return emit("Reshape", {array, constantOf({int64_t(shape.size())}, {shape.begin(), shape.end()}, true)}, shape);
}

OnnxArray OnnxCheck::sliced(const OnnxArray& array, const std::vector<int64_t>& begin, const std::vector<int64_t>& end,
    const std::vector<int64_t>& steps) const
{
    OnnxShape shape;
    for (size_t i = 0; i < array.shape.size(); ++i)
        shape.push_back(std::max<int64_t>((end[i] - begin[i] + steps[i] - 1) / steps[i], 0));
    if (shape == array.shape)
        return array;
    const auto listed = [](const std::vector<int64_t>& list) {
        return constantOf({int64_t(list.size())}, {list.begin(), list.end()}, true);
    };
    std::vector<int64_t> all(array.shape.size());
    std::iota(all.begin(), all.end(), 0);
    std::vector<OnnxArray> taken{array, listed(begin), listed(end), listed(all)};
    if (std::ranges::any_of(steps, [](int64_t step) { return step != 1; }))
        taken.push_back(listed(steps));
    return emit("Slice", std::move(taken), shape);
}

OnnxArray constantOf(OnnxShape shape, std::vector<double> numbers, bool isInteger)
{
    return {std::move(shape), -1,
        std::make_shared<const OnnxConstant>(OnnxConstant{nullptr, std::move(numbers), isInteger})};
}

int64_t countOf(const OnnxShape& shape)
{
    constexpr int64_t most = int64_t(1) << 40; // far beyond what any array may have
    int64_t count = 1;
    for (const int64_t side : shape)
        count = side == 0 ? 0 : count > most / side ? most : count * side;
    return count;
}

std::string shapeText(const OnnxShape& shape)
{
    std::string text;
    for (const int64_t side : shape)
        text += (text.empty() ? "" : "×") + std::to_string(side);
    return text.empty() ? "1" : text;
}

std::optional<OnnxShape> broadcast(const OnnxShape& a, const OnnxShape& b)
{
    OnnxShape shape(std::max(a.size(), b.size()));
    for (size_t i = 0; i < shape.size(); ++i) {
        const int64_t x = i < a.size() ? a[a.size() - 1 - i] : 1, y = i < b.size() ? b[b.size() - 1 - i] : 1;
        if (x != y && x != 1 && y != 1)
            return std::nullopt;
        shape[shape.size() - 1 - i] = x == 1 ? y : x;
    }
    return shape;
}

OnnxRange rangeOf(const OnnxCheck& check, const OnnxShape& shape)
{
    const bool old = check.inputs.size() == 1; // before opset 10
    const auto list = [&](const char* name, size_t index, std::vector<int64_t> otherwise) {
        return old             ? check.saidIntegers(name, std::move(otherwise))
            : check.has(index) ? check.integers(index, name)
                               : std::move(otherwise);
    };
    const std::vector<int64_t> starts = list("starts", 1, {}), ends = list("ends", 2, {});
    std::vector<int64_t> all(starts.size());
    std::iota(all.begin(), all.end(), 0);
    std::vector<int64_t> axes = list("axes", 3, all);
    const std::vector<int64_t> steps = list("steps", 4, std::vector<int64_t>(starts.size(), 1));
    if (starts.empty() || ends.size() != starts.size() || axes.size() != starts.size() || steps.size() != starts.size())
        check.refuse("its starts, ends, axes and steps are not equally many");
    check.axes(axes, shape.size());
    OnnxRange range{OnnxShape(shape.size(), 0), shape, OnnxShape(shape.size(), 1)};
    for (size_t i = 0; i < axes.size(); ++i) {
        const auto axis = size_t(check.axis(axes[i], shape.size()));
        const int64_t side = shape[axis], step = steps[i];
        if (step == 0)
            check.refuse("its step is 0");
        const int64_t low = step > 0 ? 0 : -1, high = step > 0 ? side : side - 1;
        const auto inside = [&](int64_t at) { return std::clamp(at < 0 ? at + side : at, low, high); };
        range.begin[axis] = inside(starts[i]);
        range.end[axis] = inside(ends[i]);
        range.step[axis] = std::clamp<int64_t>(step, -largestInteger, largestInteger);
    }
    return range;
}

}
