#include "inference/diffusion/mask.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace athanor {

namespace {

// Applies `line` to every row, then to every column: line(values) changes them.
template <class Line> Mask alongBothAxes(Mask mask, Line line)
{
    const size_t width = size_t(mask.width), height = size_t(mask.height);
    std::vector<float> values(width);
    for (size_t y = 0; y < height; ++y) {
        std::copy_n(&mask.pixels[y * width], width, values.begin());
        line(values);
        std::copy_n(values.begin(), width, &mask.pixels[y * width]);
    }
    values.resize(height);
    for (size_t x = 0; x < width; ++x) {
        for (size_t y = 0; y < height; ++y)
            values[y] = mask.pixels[y * width + x];
        line(values);
        for (size_t y = 0; y < height; ++y)
            mask.pixels[y * width + x] = values[y];
    }
    return mask;
}

// values[i] = of(first, end): the values around i, `before` and `after` of them, as far as there are.
template <class Of> void overWindows(std::vector<float>& values, int64_t before, int64_t after, Of of)
{
    const std::vector<float> was = values;
    const auto count = int64_t(was.size());
    for (int64_t i = 0; i < count; ++i)
        values[size_t(i)] =
            of(was.begin() + std::max<int64_t>(i - before, 0), was.begin() + std::min(i + after + 1, count));
}

}

const RgbImage& laidOnWhite(const ImageValue& value, size_t index, RgbImage& room)
{
    const RgbImage& image = value.images.at(index);
    const std::vector<uint8_t>& alphas = value.transparency.alpha;
    if (index != 0 || alphas.size() * 3 != image.pixels.size())
        return image;
    room = image;
    for (size_t i = 0; i < alphas.size(); ++i) {
        const float alpha = float(alphas[i]) / 255;
        for (size_t c = 0; c < 3; ++c) { // the fraction is cut off, as there
            uint8_t& shade = room.pixels[i * 3 + c];
            shade = uint8_t(std::clamp(float(shade) * alpha + 255 * (1 - alpha), 0.f, 255.f));
        }
    }
    return room;
}

Mask rounded(const Mask& mask)
{
    Mask result = mask;
    for (float& value : result.pixels)
        value = value >= 0.5f ? 1.f : 0.f;
    return result;
}

Mask grown(const Mask& mask, int pixels)
{
    if (pixels <= 1)
        return mask;
    return alongBothAxes(mask, [&](std::vector<float>& values) {
        overWindows(
            values, pixels / 2, (pixels - 1) / 2, [](auto first, auto end) { return *std::max_element(first, end); });
    });
}

Mask blurred(const Mask& mask, int radius)
{
    if (radius <= 0)
        return mask;
    return alongBothAxes(mask, [&](std::vector<float>& values) {
        for (int i = 0; i < 2; ++i) {
            std::vector<double> sums{0};
            for (const float value : values)
                sums.push_back(sums.back() + value);
            const auto count = int64_t(values.size());
            for (int64_t k = 0; k < count; ++k) {
                const int64_t first = std::max<int64_t>(k - radius, 0), end = std::min(k + radius + 1, count);
                values[size_t(k)] = float((sums[size_t(end)] - sums[size_t(first)]) / double(end - first));
            }
        }
    });
}

}
