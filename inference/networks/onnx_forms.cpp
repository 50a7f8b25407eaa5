// Steps that bring an array into another form and leave its numbers as they are.
#include "inference/networks/onnx_check.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace athanor {

namespace {

OnnxShape flattened(const OnnxCheck& check, const OnnxShape& from)
{
    const int64_t given = check.saidInteger("axis", 1);
    const auto rank = int64_t(from.size());
    const int64_t axis = given == rank ? rank : check.axis(given, from.size());
    return {countOf({from.begin(), from.begin() + axis}), countOf({from.begin() + axis, from.end()})};
}

std::optional<std::vector<int64_t>> givenAxes(const OnnxCheck& check)
{
    if (check.has(1))
        return check.integers(1, "axes");
    return check.says("axes") ? std::optional(check.saidIntegers("axes", {})) : std::nullopt;
}

OnnxShape squeezed(const OnnxCheck& check, const OnnxShape& from)
{
    const auto given = givenAxes(check);
    std::vector<int64_t> axes;
    if (given)
        axes = check.axes(*given, from.size());
    else
        for (size_t i = 0; i < from.size(); ++i)
            if (from[i] == 1)
                axes.push_back(int64_t(i));
    OnnxShape shape;
    for (size_t i = 0; i < from.size(); ++i) {
        const bool goes = std::ranges::binary_search(axes, int64_t(i));
        if (goes && from[i] != 1)
            check.refuse("axis " + std::to_string(i) + " has " + std::to_string(from[i]) + " numbers, not 1");
        if (!goes)
            shape.push_back(from[i]);
    }
    return shape;
}

OnnxShape unsqueezed(const OnnxCheck& check, const OnnxShape& from)
{
    const auto given = givenAxes(check);
    if (!given || from.size() + given->size() > maxOnnxRank)
        check.refuse("its axes are missing or too many");
    const std::vector<int64_t> axes = check.axes(*given, from.size() + given->size());
    OnnxShape shape = from;
    for (const int64_t axis : axes)
        shape.insert(shape.begin() + axis, 1);
    return shape;
}

OnnxShape reshapedTo(const OnnxCheck& check, const OnnxShape& from)
{
    const std::vector<int64_t> sizes =
        check.says("shape") ? check.saidIntegers("shape", {}) : check.integers(1, "sizes");
    return targetShape(check, from, sizes);
}

}

OnnxShape targetShape(const OnnxCheck& check, const OnnxShape& from, std::vector<int64_t> sizes)
{
    if (sizes.size() > maxOnnxRank)
        check.refuse("it gives an array of " + std::to_string(sizes.size()) + " sides");
    const bool zeroIsZero = check.saidInteger("allowzero", 0) != 0;
    size_t rest = sizes.size();
    for (size_t i = 0; i < sizes.size(); ++i) {
        if (sizes[i] == 0 && !zeroIsZero && i < from.size())
            sizes[i] = from[i];
        if (sizes[i] == -1 && rest == sizes.size())
            rest = i;
        else
            check.requireRange("a size", sizes[i], 0, int64_t(maxOnnxBytes));
    }
    const int64_t all = countOf(from);
    if (rest < sizes.size()) {
        sizes[rest] = 1;
        const int64_t others = countOf(sizes);
        if (others == 0)
            check.refuse("what is left over cannot be shared out among no numbers");
        sizes[rest] = all / others;
    }
    if (countOf(sizes) != all)
        check.refuse("it makes " + shapeText(sizes) + " of " + shapeText(from) + " numbers");
    return sizes;
}

OnnxShape newForm(const OnnxCheck& check, const OnnxShape& from)
{
    if (check.node.op == "Reshape")
        return reshapedTo(check, from);
    if (check.node.op == "Flatten")
        return flattened(check, from);
    return check.node.op == "Squeeze" ? squeezed(check, from) : unsqueezed(check, from);
}

}
