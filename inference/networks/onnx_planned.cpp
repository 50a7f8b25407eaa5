// The list of steps that a network may have: those that the published preprocessors' exports consist of.
#include "inference/networks/onnx_check.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace athanor {

namespace {

constexpr double mostFloat = std::numeric_limits<float>::max();

struct ShadeStep { // changes each number by itself
    std::string_view op;
    std::vector<std::pair<std::string_view, float>> settings = {}; // with what they are where the file leaves them out
};

const ShadeStep* shadeStep(std::string_view op)
{
    static const std::vector<ShadeStep> all{{"Abs"}, {"Ceil"}, {"Celu", {{"alpha", 1}}}, {"Cos"},
        {"Elu", {{"alpha", 1}}}, {"Erf"}, {"Exp"}, {"Floor"}, {"HardSigmoid", {{"alpha", 0.2f}, {"beta", 0.5f}}},
        {"HardSwish"}, {"LeakyRelu", {{"alpha", 0.01f}}}, {"Log"}, {"Mish"}, {"Neg"}, {"Reciprocal"}, {"Relu"},
        {"Round"}, {"Selu", {{"alpha", 1.67326319217681884765625f}, {"gamma", 1.05070102214813232421875f}}},
        {"Sigmoid"}, {"Sin"}, {"Softplus"}, {"Softsign"}, {"Sqrt"}, {"Tanh"}, {"ThresholdedRelu", {{"alpha", 1}}}};
    const auto it = std::ranges::find(all, op, &ShadeStep::op);
    return it == all.end() ? nullptr : &*it;
}

OnnxArray shaded(const OnnxCheck& check, const ShadeStep& step)
{
    const OnnxArray& x = check.data(0);
    if (check.inputs.size() != 1)
        check.refuse("it takes more than one array");
    std::vector<OnnxSetting> settings;
    for (const auto& [name, otherwise] : step.settings)
        settings.push_back({name, check.saidNumber(name, otherwise)});
    return check.emit(step.op, {x}, x.shape, std::move(settings));
}

OnnxArray clippedTo(const OnnxCheck& check, const OnnxArray& x, double low, double high)
{
    const auto inside = [](double limit) { return float(std::clamp(limit, -mostFloat, mostFloat)); };
    if (std::isnan(low) || std::isnan(high) || low > high)
        check.refuse("its limits are no range");
    return check.emit("Clip", {x}, x.shape, {{"min", inside(low)}, {"max", inside(high)}});
}

OnnxArray clip(const OnnxCheck& check)
{
    const double low = check.has(1) ? check.number(1, "min") : double(check.saidNumber("min", float(-mostFloat)));
    const double high = check.has(2) ? check.number(2, "max") : double(check.saidNumber("max", float(mostFloat)));
    return clippedTo(check, check.data(0), low, high);
}

// OpenCV lays numbers one after another over the sides from `axis` on, as soon as they are as many as those have.
// Whether that is what ONNX means by a constant of this shape.
bool liesFrom(size_t axis, const OnnxShape& constant, const OnnxShape& x)
{
    OnnxShape whole(x.size() - constant.size(), 1);
    whole.insert(whole.end(), constant.begin(), constant.end());
    for (size_t end = axis + 1; end <= x.size(); ++end) {
        OnnxShape covered(x.size(), 1);
        std::copy(x.begin() + int64_t(axis), x.begin() + int64_t(end), covered.begin() + int64_t(axis));
        if (countOf(covered) == countOf(constant))
            return covered == whole;
    }
    return false;
}

// A constant as OpenCV understands it beside an array. Sides of 1 in front say nothing.
OnnxArray besideArray(const OnnxCheck& check, OnnxArray constant, const OnnxArray& x, bool isSum)
{
    const auto refuse = [&] {
        check.refuse("a constant of " + shapeText(constant.shape) + " numbers does not go with " + shapeText(x.shape));
    };
    if (constant.shape.size() > 64 || broadcast(x.shape, constant.shape) == std::nullopt
        || countOf(constant.shape) == 0)
        refuse();
    if (isSum && constant.shape == x.shape)
        return constant;
    while (!constant.shape.empty() && constant.shape[0] == 1)
        constant.shape.erase(constant.shape.begin());
    if (constant.shape.size() > x.shape.size() || broadcast(x.shape, constant.shape) != x.shape)
        refuse();
    const size_t axis = isSum ? x.shape.size() - constant.shape.size() : 1;
    if (countOf(constant.shape) != 1 && !liesFrom(axis, constant.shape, x.shape))
        refuse();
    return countOf(constant.shape) == 1 ? OnnxArray{{}, -1, constant.constant} : constant;
}

// Two arrays of which one may have a single number for each channel. The larger one stands first.
OnnxArray combinedData(const OnnxCheck& check, std::string_view op)
{
    OnnxArray first = check.data(0), second = check.data(1);
    if (first.shape == second.shape)
        return check.emit(op, {first, second}, first.shape);
    const auto shape = broadcast(first.shape, second.shape);
    if (!shape || first.shape.size() != second.shape.size() || (*shape != first.shape && *shape != second.shape))
        check.refuse(
            "arrays of " + shapeText(first.shape) + " and " + shapeText(second.shape) + " numbers do not go together");
    const OnnxShape& smaller = *shape == first.shape ? second.shape : first.shape;
    OnnxShape perChannel(shape->size(), 1);
    std::copy_n(shape->begin(), 2, perChannel.begin());
    const bool isSum = op == "Add" || op == "Sub" || op == "Sum";
    if (isSum && smaller != perChannel)
        check.refuse("only one number for each channel can be added to an array of " + shapeText(*shape));
    if (*shape != first.shape) {
        if (op == "Sub")
            second = check.emit("Neg", {second}, second.shape);
        if (op == "Div")
            second = check.emit("Pow", {second, constantOf({}, {-1}, false)}, second.shape);
        op = isSum ? "Add" : "Mul";
        std::swap(first, second);
    }
    return check.emit(op, {first, second}, *shape);
}

OnnxArray combined(const OnnxCheck& check, std::string_view op)
{
    if (check.inputs.size() != 2)
        check.refuse("it takes " + std::to_string(check.inputs.size()) + " arrays, 2 are supported");
    if (!check.isConstant(0) && !check.isConstant(1))
        return combinedData(check, op);
    const size_t constant = check.isConstant(0) ? 0 : 1;
    const OnnxArray& x = check.data(1 - constant);
    std::vector<OnnxArray> taken = check.inputs;
    taken[constant] = besideArray(check, taken[constant], x, op == "Add" || op == "Sub" || op == "Sum");
    return check.emit(op, std::move(taken), x.shape);
}

OnnxArray sum(const OnnxCheck& check)
{
    if (check.inputs.size() == 2)
        return combined(check, "Sum");
    const OnnxShape& shape = check.data(0).shape;
    for (size_t i = 0; i < check.inputs.size(); ++i)
        if (check.data(i).shape != shape)
            check.refuse("arrays of " + shapeText(shape) + " and " + shapeText(check.inputs[i].shape)
                + " numbers do not go together");
    return check.emit("Sum", check.inputs, shape, {}, double(check.inputs.size()));
}

// Of an array and a number, or of two arrays alike.
OnnxArray extreme(const OnnxCheck& check, bool isMax)
{
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (check.inputs.size() != 2)
        check.refuse("it takes " + std::to_string(check.inputs.size()) + " arrays, 2 are supported");
    for (size_t i = 0; i < 2; ++i)
        if (check.isConstant(i)) {
            const double limit = check.number(i, "its limit");
            return clippedTo(check, check.data(1 - i), isMax ? limit : -infinity, isMax ? infinity : limit);
        }
    if (check.data(0).shape != check.data(1).shape)
        check.refuse("arrays of " + shapeText(check.inputs[0].shape) + " and " + shapeText(check.inputs[1].shape)
            + " numbers do not go together");
    return check.emit(isMax ? "Max" : "Min", check.inputs, check.inputs[0].shape);
}

OnnxArray power(const OnnxCheck& check)
{
    const OnnxArray& x = check.data(0);
    return check.emit("Pow", {x, constantOf({}, {check.number(1, "its power")}, false)}, x.shape);
}

OnnxArray prelu(const OnnxCheck& check)
{
    const OnnxArray& x = check.data(0, 3, 4);
    const OnnxArray& slopes = check.weights(1, "slopes");
    if (countOf(slopes.shape) != 1)
        check.channelWeights(1, "slopes", x.shape[1]);
    return check.emit("PRelu", {x, slopes}, x.shape);
}

OnnxArray joinedData(const OnnxCheck& check)
{
    const auto first = std::ranges::find_if(check.inputs, [](const OnnxArray& array) { return array.id >= 0; });
    OnnxShape shape = first->shape;
    const auto axis = size_t(check.axis(check.saidInteger("axis", 1), shape.size()));
    shape[axis] = 0;
    for (const OnnxArray& array : check.inputs) {
        OnnxShape like = array.shape;
        if (like.size() != shape.size() || countOf(like) == 0)
            check.refuse("an array of " + shapeText(like) + " numbers does not go with " + shapeText(first->shape));
        like[axis] = shape[axis];
        if (like != shape)
            check.refuse(
                "an array of " + shapeText(array.shape) + " numbers does not go with " + shapeText(first->shape));
        shape[axis] += array.shape[axis];
    }
    return check.emit("Concat", check.inputs, shape, {{"axis", int64_t(axis)}});
}

OnnxArray turned(const OnnxCheck& check)
{
    const OnnxArray& x = check.data(0);
    const size_t rank = x.shape.size();
    std::vector<int64_t> order;
    for (size_t i = rank; i-- > 0;)
        order.push_back(int64_t(i));
    order = check.saidIntegers("perm", order);
    if (order.size() != rank)
        check.refuse("its order of sides does not fit");
    check.axes(order, rank);
    OnnxShape shape;
    for (int64_t& side : order) {
        side = check.axis(side, rank);
        shape.push_back(x.shape[size_t(side)]);
    }
    return check.emit("Transpose", {x}, shape, {{"perm", order}});
}

OnnxArray cutData(const OnnxCheck& check)
{
    const OnnxArray& x = check.data(0);
    const OnnxRange range = rangeOf(check, x.shape);
    for (const int64_t step : range.step)
        check.requireRange("a step", step, 1, int64_t(maxOnnxBytes));
    return check.sliced(x, range.begin, range.end, range.step);
}

// One number along a side, or several that follow one another.
OnnxArray taken(const OnnxCheck& check)
{
    const OnnxArray& x = check.data(0);
    const auto axis = size_t(check.axis(check.saidInteger("axis", 0), x.shape.size()));
    std::vector<int64_t> indices = check.integers(1, "indices");
    const int64_t side = x.shape[axis];
    for (int64_t& index : indices) {
        check.requireRange("an index", index, -side, side - 1);
        index += index < 0 ? side : 0;
    }
    for (size_t i = 1; i < indices.size(); ++i)
        if (indices[i] != indices[0] + int64_t(i))
            check.refuse("its indices do not follow one another");
    if (indices.empty())
        check.refuse("it takes nothing");
    OnnxRange range{OnnxShape(x.shape.size(), 0), x.shape, OnnxShape(x.shape.size(), 1)};
    range.begin[axis] = indices[0];
    range.end[axis] = indices.back() + 1;
    const OnnxArray part = check.sliced(x, range.begin, range.end, range.step);
    OnnxShape shape = x.shape;
    shape.erase(shape.begin() + int64_t(axis));
    shape.insert(shape.begin() + int64_t(axis), check.inputs[1].shape.begin(), check.inputs[1].shape.end());
    return check.reshaped(part, shape);
}

std::vector<OnnxArray> shared(const OnnxCheck& check)
{
    const OnnxArray& x = check.data(0);
    const auto axis = size_t(check.axis(check.saidInteger("axis", 0), x.shape.size()));
    const size_t count = check.node.outputs.size();
    const int64_t side = x.shape[axis], even = (side + int64_t(count) - 1) / std::max<int64_t>(int64_t(count), 1);
    std::vector<int64_t> sizes(count, even);
    if (count > 0)
        sizes.back() = side - even * int64_t(count - 1);
    if (check.has(1) || check.says("split"))
        sizes = check.has(1) ? check.integers(1, "sizes") : check.saidIntegers("split", {});
    int64_t all = 0;
    for (const int64_t size : sizes) {
        check.requireRange("a share", size, 1, side);
        all += size;
    }
    if (sizes.size() != count || all != side)
        check.refuse("its shares do not add up to " + std::to_string(side));
    std::vector<OnnxArray> parts;
    OnnxRange range{OnnxShape(x.shape.size(), 0), x.shape, OnnxShape(x.shape.size(), 1)};
    for (const int64_t size : sizes) {
        range.end[axis] = range.begin[axis] + size;
        parts.push_back(check.sliced(x, range.begin, range.end, range.step));
        range.begin[axis] = range.end[axis];
    }
    return parts;
}

OnnxArray softmax(const OnnxCheck& check)
{
    const OnnxArray& x = check.data(0);
    const int64_t axis = check.axis(check.saidInteger("axis", check.opset() < 13 ? 1 : -1), x.shape.size());
    return check.emit("Softmax", {x}, x.shape, {{"axis", axis}}, 4);
}

OnnxArray reduced(const OnnxCheck& check, std::string_view op)
{
    const OnnxArray& x = check.data(0, 2, 4);
    std::vector<int64_t> axes = check.has(1) ? check.integers(1, "axes") : check.saidIntegers("axes", {});
    if (axes.empty() && check.saidInteger("noop_with_empty_axes", 0) != 0)
        return x;
    if (axes.empty())
        for (size_t i = 0; i < x.shape.size(); ++i)
            axes.push_back(int64_t(i));
    axes = check.axes(axes, x.shape.size());
    const int64_t keeps = check.saidInteger("keepdims", 1);
    check.requireRange("keepdims", keeps, 0, 1);
    OnnxShape shape;
    int64_t all = 1;
    for (size_t i = 0; i < x.shape.size(); ++i) {
        const bool goes = std::ranges::binary_search(axes, int64_t(i));
        if (!goes || keeps)
            shape.push_back(goes ? 1 : x.shape[i]);
        all *= goes ? x.shape[i] : 1;
    }
    return check.emit(op, {x}, shape, {{"axes", axes}, {"keepdims", keeps}}, double(all));
}

// To floats of any kind; all are of 32 bits here.
OnnxArray castData(const OnnxCheck& check)
{
    const int64_t to = check.saidInteger("to", 1);
    if (to != 1 && to != 10 && to != 11)
        check.refuse("it makes whole numbers of shades");
    return check.data(0);
}

OnnxArray expandedData(const OnnxCheck& check)
{
    const OnnxArray& x = check.data(0);
    const std::vector<int64_t> sizes = check.integers(1, "sizes");
    if (sizes.size() > maxOnnxRank || broadcast(x.shape, sizes) != x.shape)
        check.refuse("it repeats shades");
    return x;
}

OnnxArray formed(const OnnxCheck& check)
{
    const OnnxArray& x = check.data(0);
    return check.reshaped(x, newForm(check, x.shape));
}

OnnxArray unchanged(const OnnxCheck& check)
{
    check.requireOneOutput();
    return check.data(0);
}

OnnxArray maximum(const OnnxCheck& check)
{
    return extreme(check, true);
}

OnnxArray minimum(const OnnxCheck& check)
{
    return extreme(check, false);
}

OnnxRule ruleNamed(std::string_view op)
{
    static const std::map<std::string_view, OnnxRule> all{{"Cast", castData}, {"Clip", clip}, {"Concat", joinedData},
        {"Dropout", unchanged}, {"Expand", expandedData}, {"Flatten", formed}, {"Gather", taken},
        {"Identity", unchanged}, {"Max", maximum}, {"Min", minimum}, {"Pow", power}, {"PRelu", prelu},
        {"Reshape", formed}, {"Slice", cutData}, {"Softmax", softmax}, {"Squeeze", formed}, {"Sum", sum},
        {"Transpose", turned}, {"Unsqueeze", formed}};
    const auto it = all.find(op);
    return it == all.end() ? layerNamed(op) : it->second;
}

constexpr std::string_view combining[] = {"Add", "Div", "Mul", "Sub"};
constexpr std::string_view reducing[] = {
    "ReduceL1", "ReduceL2", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum", "ReduceSumSquare"};

}

std::vector<OnnxArray> planned(const OnnxCheck& check)
{
    const std::string& op = check.node.op;
    if (op == "Split")
        return shared(check);
    check.requireOneOutput();
    if (const OnnxRule rule = ruleNamed(op))
        return {rule(check)};
    if (const ShadeStep* step = shadeStep(op))
        return {shaded(check, *step)};
    if (const auto* name = std::ranges::find(combining, op); name != std::end(combining))
        return {combined(check, *name)};
    if (const auto* name = std::ranges::find(reducing, op); name != std::end(reducing))
        return {reduced(check, *name)};
    check.refuse("steps of this kind are not supported");
}

}
