#include "render/kernels/launch.h"

#include <numeric>
#include <vector>

namespace athanor {

namespace {

struct Push {
    uint32_t count;
    uint32_t xFirst, yFirst;
    uint32_t extents[3];
    uint32_t xStrides[4], yStrides[4];
};

// Axes that lie behind each other in both arrays become one, axes of one element go.
std::vector<CopyAxis> merged(std::span<const CopyAxis> axes)
{
    std::vector<CopyAxis> result;
    for (const CopyAxis& axis : axes) {
        if (axis.extent == 1)
            continue;
        if (!result.empty() && result.back().xStride == axis.extent * axis.xStride
            && result.back().yStride == axis.extent * axis.yStride)
            result.back() = {result.back().extent * axis.extent, axis.xStride, axis.yStride};
        else
            result.push_back(axis);
    }
    if (result.empty())
        result.push_back({1, 1, 1});
    return result;
}

// Elements from the first of the box to its last, both counted.
uint64_t reach(std::span<const CopyAxis> axes, uint64_t CopyAxis::*stride)
{
    return std::accumulate(axes.begin(), axes.end(), uint64_t(1),
        [&](uint64_t sum, const CopyAxis& axis) { return sum + (axis.extent - 1) * axis.*stride; });
}

bool fourAtOnce(std::span<const CopyAxis> axes, uint64_t xFirst, uint64_t yFirst)
{
    const CopyAxis& last = axes.back();
    bool aligned = last.xStride == 1 && last.yStride == 1 && last.extent % 4 == 0 && xFirst % 4 == 0 && yFirst % 4 == 0;
    for (const CopyAxis& axis : axes.first(axes.size() - 1))
        aligned = aligned && axis.xStride % 4 == 0 && axis.yStride % 4 == 0;
    return aligned;
}

void launch(Operand x, Operand y, uint64_t xFirst, uint64_t yFirst, std::span<const CopyAxis> axes, uint64_t count)
{
    const uint32_t width = fourAtOnce(axes, xFirst, yFirst) ? 4 : 1;
    const Window from = window(x, Access::Read, xFirst, reach(axes, &CopyAxis::xStride), width);
    const Window to = window(y, Access::Write, yFirst, reach(axes, &CopyAxis::yStride), width);
    Push push{uint32_t(count / width), from.first, to.first};
    const uint32_t rank = uint32_t(axes.size());
    for (uint32_t i = 0; i < rank; ++i) {
        const CopyAxis& axis = axes[rank - 1 - i];
        const uint32_t unit = i == 0 ? 1 : width; // the last axis counts in units
        push.xStrides[i] = uint32_t(axis.xStride / unit);
        push.yStrides[i] = uint32_t(axis.yStride / unit);
        if (i + 1 < rank)
            push.extents[i] = uint32_t(i == 0 ? axis.extent / width : axis.extent);
    }
    const Binding bindings[] = {from.binding, to.binding};
    const std::string shader = variant("copy", {x.type, y.type}, width);
    x.buffer->gpu().commands().dispatch(
        {shader, std::span(&rank, 1), bindings, pushBytes(push), {flatGroups(count / width), 1, 1}, double(count)});
}

// Launches the box whole, or cuts it in two along the axis that reaches farthest and tries again.
void cut(Operand x, Operand y, uint64_t xFirst, uint64_t yFirst, std::vector<CopyAxis> axes)
{
    const DeviceInfo& info = x.buffer->gpu().info();
    uint64_t count = 1;
    for (const CopyAxis& axis : axes)
        count *= axis.extent;
    if (reach(axes, &CopyAxis::xStride) * elementBytes(x.type) <= maxWindowBytes(info)
        && reach(axes, &CopyAxis::yStride) * elementBytes(y.type) <= maxWindowBytes(info)
        && count <= maxFlatUnits(info)) {
        launch(x, y, xFirst, yFirst, axes, count);
        return;
    }
    const auto longest = std::max_element(axes.begin(), axes.end(), [](const CopyAxis& a, const CopyAxis& b) {
        return (a.extent - 1) * std::max(a.xStride, a.yStride) < (b.extent - 1) * std::max(b.xStride, b.yStride);
    });
    uint64_t half = longest->extent / 2;
    if (half > 4)
        half = half / 4 * 4; // keeps both halves fit for four at once
    const uint64_t rest = longest->extent - half;
    const uint64_t xNext = xFirst + half * longest->xStride;
    const uint64_t yNext = yFirst + half * longest->yStride;
    longest->extent = half;
    cut(x, y, xFirst, yFirst, axes);
    longest->extent = rest;
    cut(x, y, xNext, yNext, std::move(axes));
}

}

void copy(Operand x, Operand y, uint64_t xFirst, uint64_t yFirst, std::span<const CopyAxis> axes)
{
    cut(x, y, xFirst, yFirst, merged(axes));
}

}
