// Steps with constants alone: exporters leave sums of sizes in a network, and they are done once, here.
#include "inference/networks/onnx_check.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

namespace {

constexpr int64_t mostFolded = 16'384; // numbers of one constant

using Numbers = std::vector<double>;

const OnnxArray& constantAt(const OnnxCheck& check, size_t index)
{
    if (!check.isConstant(index))
        check.refuse("input " + std::to_string(index) + " is missing");
    return check.inputs[index];
}

int64_t requireFew(const OnnxCheck& check, const OnnxShape& shape)
{
    const int64_t count = countOf(shape);
    if (count > mostFolded || shape.size() > maxOnnxRank || !check.mayFold(count))
        check.refuse("it makes a constant of " + shapeText(shape) + " numbers, at most " + std::to_string(mostFolded)
            + " with 8 sides are supported");
    return count;
}

// Every place of the shape in order, as indices along its sides.
void eachPlace(const OnnxShape& shape, const std::function<void(const OnnxShape&)>& visit)
{
    OnnxShape at(shape.size(), 0);
    for (int64_t left = countOf(shape); left > 0; --left) {
        visit(at);
        for (size_t i = shape.size(); i-- > 0 && ++at[i] == shape[i];)
            at[i] = 0;
    }
}

// The number at these indices; of an array with fewer sides the last ones count, of sides of 1 the only index.
double numberAt(const OnnxArray& array, const OnnxShape& at)
{
    int64_t index = 0;
    const size_t more = at.size() - array.shape.size();
    for (size_t i = 0; i < array.shape.size(); ++i)
        index = index * array.shape[i] + (array.shape[i] == 1 ? 0 : at[more + i]);
    return array.constant->number(index);
}

using Unary = double (*)(double);

Unary unaryNamed(std::string_view op)
{
    static const std::map<std::string_view, Unary> all{
        {"Abs", [](double x) { return std::abs(x); }},
        {"Ceil", [](double x) { return std::ceil(x); }},
        {"Exp", [](double x) { return std::exp(x); }},
        {"Floor", [](double x) { return std::floor(x); }},
        {"Log", [](double x) { return std::log(x); }},
        {"Neg", [](double x) { return -x; }},
        {"Not", [](double x) { return double(x == 0); }},
        {"Reciprocal", [](double x) { return 1 / x; }},
        {"Round", [](double x) { return std::nearbyint(x); }},
        {"Sqrt", [](double x) { return std::sqrt(x); }},
    };
    const auto it = all.find(op);
    return it == all.end() ? nullptr : it->second;
}

using Binary = double (*)(double, double);

Binary binaryNamed(std::string_view op)
{
    static const std::map<std::string_view, Binary> all{
        {"Add", [](double a, double b) { return a + b; }},
        {"And", [](double a, double b) { return double(a != 0 && b != 0); }},
        {"Div", [](double a, double b) { return a / b; }},
        {"Equal", [](double a, double b) { return double(a == b); }},
        {"Greater", [](double a, double b) { return double(a > b); }},
        {"GreaterOrEqual", [](double a, double b) { return double(a >= b); }},
        {"Less", [](double a, double b) { return double(a < b); }},
        {"LessOrEqual", [](double a, double b) { return double(a <= b); }},
        {"Max", [](double a, double b) { return std::max(a, b); }},
        {"Min", [](double a, double b) { return std::min(a, b); }},
        {"Mod", [](double a, double b) { return a - b * std::floor(a / b); }},
        {"Mul", [](double a, double b) { return a * b; }},
        {"Or", [](double a, double b) { return double(a != 0 || b != 0); }},
        {"Pow", [](double a, double b) { return std::pow(a, b); }},
        {"Sub", [](double a, double b) { return a - b; }},
    };
    const auto it = all.find(op);
    return it == all.end() ? nullptr : it->second;
}

OnnxArray unary(const OnnxCheck& check, Unary function)
{
    const OnnxArray& array = constantAt(check, 0);
    Numbers made;
    for (int64_t i = 0, count = requireFew(check, array.shape); i < count; ++i)
        made.push_back(function(array.constant->number(i)));
    return constantOf(array.shape, std::move(made), array.constant->isInteger);
}

OnnxArray binary(const OnnxCheck& check, Binary function)
{
    const OnnxArray &a = constantAt(check, 0), &b = constantAt(check, 1);
    const auto shape = broadcast(a.shape, b.shape);
    if (!shape || check.inputs.size() != 2)
        check.refuse("it takes " + shapeText(a.shape) + " and " + shapeText(b.shape) + " numbers");
    requireFew(check, *shape);
    const bool isInteger = a.constant->isInteger && b.constant->isInteger;
    Numbers made;
    eachPlace(*shape, [&](const OnnxShape& at) {
        const double value = function(numberAt(a, at), numberAt(b, at));
        if (isInteger && !std::isfinite(value))
            check.refuse("it divides a whole number by 0");
        made.push_back(isInteger ? std::trunc(value) : value);
    });
    return constantOf(*shape, std::move(made), isInteger);
}

OnnxArray chosen(const OnnxCheck& check)
{
    const OnnxArray &which = constantAt(check, 0), &a = constantAt(check, 1), &b = constantAt(check, 2);
    const auto both = broadcast(a.shape, b.shape);
    const auto shape = both ? broadcast(*both, which.shape) : both;
    if (!shape)
        check.refuse("its inputs do not go together");
    requireFew(check, *shape);
    Numbers made;
    eachPlace(*shape,
        [&](const OnnxShape& at) { made.push_back(numberAt(which, at) != 0 ? numberAt(a, at) : numberAt(b, at)); });
    return constantOf(*shape, std::move(made), a.constant->isInteger);
}

OnnxArray expanded(const OnnxCheck& check)
{
    const OnnxArray& array = constantAt(check, 0);
    const std::vector<int64_t> sizes = check.integers(1, "sizes");
    for (const int64_t size : sizes)
        check.requireRange("a size", size, 0, mostFolded);
    const auto shape = broadcast(array.shape, sizes);
    if (!shape)
        check.refuse("it makes " + shapeText(sizes) + " of " + shapeText(array.shape) + " numbers");
    requireFew(check, *shape);
    Numbers made;
    eachPlace(*shape, [&](const OnnxShape& at) { made.push_back(numberAt(array, at)); });
    return constantOf(*shape, std::move(made), array.constant->isInteger);
}

OnnxArray filled(const OnnxCheck& check)
{
    const std::vector<int64_t> shape = check.integers(0, "sizes");
    for (const int64_t size : shape)
        check.requireRange("a size", size, 0, mostFolded);
    const auto it = check.node.attributes.find("value");
    const OnnxTensor* value = it == check.node.attributes.end() ? nullptr : it->second.tensor.get();
    if (value && value->count() != 1)
        check.refuse("its value is not one number");
    const int64_t count = requireFew(check, shape);
    return constantOf(shape, Numbers(size_t(count), value ? value->number(0) : 0),
        value && value->numbers() == OnnxNumbers::Integers);
}

OnnxArray counted(const OnnxCheck& check)
{
    const double start = check.number(0, "start"), limit = check.number(1, "limit"), delta = check.number(2, "delta");
    const double count = std::ceil((limit - start) / delta);
    if (!(count <= double(mostFolded)))
        check.refuse("it counts to more than " + std::to_string(mostFolded));
    Numbers made;
    for (int64_t i = 0; double(i) < count; ++i)
        made.push_back(start + double(i) * delta);
    const int64_t length = requireFew(check, {int64_t(made.size())});
    return constantOf({length}, std::move(made), check.inputs[0].constant->isInteger);
}

OnnxArray transposed(const OnnxCheck& check)
{
    const OnnxArray& array = constantAt(check, 0);
    const size_t rank = array.shape.size();
    std::vector<int64_t> reversed;
    for (size_t i = rank; i-- > 0;)
        reversed.push_back(int64_t(i));
    const std::vector<int64_t> order = check.saidIntegers("perm", reversed);
    if (order.size() != rank)
        check.refuse("its order of sides does not fit");
    check.axes(order, rank);
    requireFew(check, array.shape);
    OnnxShape shape;
    for (const int64_t side : order)
        shape.push_back(array.shape[size_t(check.axis(side, rank))]);
    Numbers made;
    OnnxShape from(rank);
    eachPlace(shape, [&](const OnnxShape& at) {
        for (size_t i = 0; i < rank; ++i)
            from[size_t(check.axis(order[i], rank))] = at[i];
        made.push_back(numberAt(array, from));
    });
    return constantOf(shape, std::move(made), array.constant->isInteger);
}

OnnxArray cut(const OnnxCheck& check)
{
    const OnnxArray& array = constantAt(check, 0);
    const OnnxRange range = rangeOf(check, array.shape);
    OnnxShape shape;
    for (size_t i = 0; i < array.shape.size(); ++i) {
        const int64_t step = range.step[i], length = range.end[i] - range.begin[i];
        shape.push_back(std::max<int64_t>((length + step - (step > 0 ? 1 : -1)) / step, 0));
    }
    requireFew(check, shape);
    Numbers made;
    OnnxShape from(shape.size());
    eachPlace(shape, [&](const OnnxShape& at) {
        for (size_t i = 0; i < at.size(); ++i)
            from[i] = range.begin[i] + at[i] * range.step[i];
        made.push_back(numberAt(array, from));
    });
    return constantOf(shape, std::move(made), array.constant->isInteger);
}

OnnxArray gathered(const OnnxCheck& check)
{
    const OnnxArray &array = constantAt(check, 0), &indices = constantAt(check, 1);
    const auto axis = size_t(check.axis(check.saidInteger("axis", 0), array.shape.size()));
    OnnxShape shape(array.shape.begin(), array.shape.begin() + int64_t(axis));
    shape.insert(shape.end(), indices.shape.begin(), indices.shape.end());
    shape.insert(shape.end(), array.shape.begin() + int64_t(axis) + 1, array.shape.end());
    requireFew(check, shape);
    const size_t inner = indices.shape.size();
    Numbers made;
    eachPlace(shape, [&](const OnnxShape& at) {
        const double index = numberAt(indices, {at.begin() + int64_t(axis), at.begin() + int64_t(axis + inner)});
        const double side = double(array.shape[axis]);
        if (!(index >= -side && index < side))
            check.refuse("it takes number " + std::to_string(index) + " of " + std::to_string(array.shape[axis]));
        OnnxShape from(at.begin(), at.begin() + int64_t(axis));
        from.push_back(int64_t(index < 0 ? index + side : index));
        from.insert(from.end(), at.begin() + int64_t(axis + inner), at.end());
        made.push_back(numberAt(array, from));
    });
    return constantOf(shape, std::move(made), array.constant->isInteger);
}

OnnxArray joined(const OnnxCheck& check)
{
    OnnxShape shape = constantAt(check, 0).shape;
    const auto axis = size_t(check.axis(check.saidInteger("axis", 1), shape.size()));
    shape[axis] = 0;
    for (size_t i = 0; i < check.inputs.size(); ++i) {
        const OnnxShape& part = constantAt(check, i).shape;
        OnnxShape like = part;
        if (part.size() == shape.size())
            like[axis] = shape[axis];
        if (like != shape)
            check.refuse("its inputs do not go together");
        shape[axis] += part[axis];
    }
    requireFew(check, shape);
    Numbers made;
    eachPlace(shape, [&](OnnxShape at) {
        size_t part = 0;
        for (; at[axis] >= check.inputs[part].shape[axis]; ++part)
            at[axis] -= check.inputs[part].shape[axis];
        made.push_back(numberAt(check.inputs[part], at));
    });
    return constantOf(shape, std::move(made), check.inputs[0].constant->isInteger);
}

// Into whole numbers the fraction is cut off; else the numbers stay.
OnnxArray cast(const OnnxCheck& check)
{
    const OnnxArray& array = constantAt(check, 0);
    const int64_t to = check.saidInteger("to", 1);
    const bool toFloats = to == 1 || to == 10 || to == 11;
    if (toFloats && !array.constant->isInteger)
        return array;
    Numbers made;
    for (int64_t i = 0, count = requireFew(check, array.shape); i < count; ++i) {
        const double value = array.constant->number(i);
        made.push_back(toFloats ? value : to == 9 ? double(value != 0) : std::trunc(value));
    }
    return constantOf(array.shape, std::move(made), !toFloats);
}

OnnxArray constant(const OnnxCheck& check)
{
    for (const auto& [name, attribute] : check.node.attributes) {
        if (attribute.tensor && name == "value")
            return {attribute.tensor->shape, -1,
                std::make_shared<const OnnxConstant>(
                    OnnxConstant{attribute.tensor, {}, attribute.tensor->numbers() == OnnxNumbers::Integers})};
        const bool isList = name == "value_ints" || name == "value_floats";
        if (name != "value_int" && name != "value_float" && !isList)
            continue;
        Numbers made(attribute.integers.begin(), attribute.integers.end());
        made.insert(made.end(), attribute.floats.begin(), attribute.floats.end());
        if (!isList && made.size() != 1)
            check.refuse("it is not one number");
        const auto count = int64_t(made.size());
        return constantOf(isList ? OnnxShape{count} : OnnxShape{}, std::move(made), name.starts_with("value_i"));
    }
    check.refuse("it is of a kind that is not supported");
}

using Fold = OnnxArray (*)(const OnnxCheck&);

OnnxArray sameNumbers(const OnnxCheck& check)
{
    const OnnxArray& array = constantAt(check, 0);
    return check.reshaped(array, newForm(check, array.shape));
}

OnnxArray itself(const OnnxCheck& check)
{
    return constantAt(check, 0);
}

Fold foldNamed(std::string_view op)
{
    static const std::map<std::string_view, Fold> all{{"Cast", cast}, {"Concat", joined}, {"Constant", constant},
        {"ConstantOfShape", filled}, {"Dropout", itself}, {"Expand", expanded}, {"Flatten", sameNumbers},
        {"Gather", gathered}, {"Identity", itself}, {"Range", counted}, {"Reshape", sameNumbers}, {"Slice", cut},
        {"Squeeze", sameNumbers}, {"Transpose", transposed}, {"Unsqueeze", sameNumbers}, {"Where", chosen}};
    const auto it = all.find(op);
    return it == all.end() ? nullptr : it->second;
}

}

std::vector<OnnxArray> folded(const OnnxCheck& check)
{
    const std::string& op = check.node.op;
    check.requireOneOutput();
    if (const Fold fold = foldNamed(op))
        return {fold(check)};
    if (const Unary function = unaryNamed(op))
        return {unary(check, function)};
    if (const Binary function = binaryNamed(op))
        return {binary(check, function)};
    check.refuse("it takes nothing of the picture");
}

}
