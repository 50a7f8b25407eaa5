#include "inference/values/resample.h"

#include "inference/sampling/names.h"
#include "inference/values/pillow_lanczos.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

namespace athanor {

namespace {

constexpr std::string_view methodNames[] = {"nearest-exact", "bilinear", "bicubic", "area", "lanczos"};

// The old pixels that one new pixel is made of, along one axis.
struct Taps {
    int64_t first = 0;
    std::vector<float> weights;
};

double cubic(double x)
{
    constexpr double a = -0.75;
    x = std::abs(x);
    return x <= 1 ? ((a + 2) * x - (a + 3)) * x * x + 1 : x < 2 ? a * (((x - 5) * x + 8) * x - 4) : 0;
}

double lanczos(double x)
{
    const auto sinc = [](double v) { return v == 0 ? 1 : std::sin(std::numbers::pi * v) / (std::numbers::pi * v); };
    return std::abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0;
}

// The taps at `first`, `first` + 1, …; those outside are the edge's pixel.
Taps atEdges(int64_t first, const std::vector<double>& weights, int64_t length)
{
    const auto inside = [&](int64_t i) { return std::clamp<int64_t>(i, 0, length - 1); };
    Taps taps{inside(first), {}};
    taps.weights.resize(size_t(inside(first + int64_t(weights.size()) - 1) - taps.first + 1));
    for (size_t k = 0; k < weights.size(); ++k)
        taps.weights[size_t(inside(first + int64_t(k)) - taps.first)] += float(weights[k]);
    return taps;
}

Taps lanczosTaps(double centre, double scale, int64_t length)
{
    const double wide = std::max(scale, 1.0);
    const auto first = int64_t(std::max(centre - 3 * wide + 0.5, 0.0));
    const int64_t end = std::min(int64_t(centre + 3 * wide + 0.5), length);
    std::vector<double> weights;
    double sum = 0;
    for (int64_t i = first; i < end; ++i) {
        weights.push_back(lanczos((double(i) + 0.5 - centre) / wide));
        sum += weights.back();
    }
    for (double& weight : weights)
        weight /= sum;
    return atEdges(first, weights, length);
}

Taps tapsOf(int64_t i, int64_t from, int64_t to, Resample method)
{
    const double scale = double(from) / double(to), centre = (double(i) + 0.5) * scale;
    const double left = std::floor(centre - 0.5), part = centre - 0.5 - left;
    switch (method) {
    case Resample::NearestExact:
        return atEdges(int64_t(centre), {1}, from);
    case Resample::Bilinear:
        return atEdges(int64_t(left), {1 - part, part}, from);
    case Resample::Bicubic:
        return atEdges(int64_t(left) - 1, {cubic(part + 1), cubic(part), cubic(1 - part), cubic(2 - part)}, from);
    case Resample::Area: {
        const int64_t first = i * from / to, end = ((i + 1) * from + to - 1) / to;
        return {first, std::vector<float>(size_t(end - first), 1 / float(end - first))};
    }
    case Resample::Lanczos:
        return lanczosTaps(centre, scale, from);
    }
    return {};
}

std::vector<Taps> allTaps(int64_t from, int64_t to, Resample method)
{
    assert(from > 0 && to > 0);
    std::vector<Taps> taps;
    for (int64_t i = 0; i < to; ++i)
        taps.push_back(tapsOf(i, from, to, method));
    return taps;
}

// One plane of rows × columns × channels; put() takes the new numbers in order. Holds one line, not a whole picture.
template <class In, class Put>
void resamplePlane(const In* plane, int64_t width, int64_t channels, const std::vector<Taps>& rows,
    const std::vector<Taps>& columns, Put put)
{
    std::vector<float> line(size_t(width * channels));
    for (const Taps& row : rows) {
        std::fill(line.begin(), line.end(), 0.f);
        for (size_t k = 0; k < row.weights.size(); ++k) {
            const In* from = plane + (row.first + int64_t(k)) * width * channels;
            for (size_t i = 0; i < line.size(); ++i)
                line[i] += row.weights[k] * float(from[i]);
        }
        for (const Taps& column : columns)
            for (int64_t c = 0; c < channels; ++c) {
                float sum = 0;
                for (size_t k = 0; k < column.weights.size(); ++k)
                    sum += column.weights[k] * line[size_t((column.first + int64_t(k)) * channels + c)];
                put(sum);
            }
    }
}

}

std::span<const std::string_view> resampleNames()
{
    return methodNames;
}

Resample resampleNamed(std::string_view name)
{
    const auto it = std::ranges::find(methodNames, name);
    if (it == std::end(methodNames))
        throwUnknownName("method", name, {std::begin(methodNames), std::end(methodNames)});
    return Resample(it - std::begin(methodNames));
}

std::vector<float> resampled(std::span<const float> values, int64_t planes, int64_t height, int64_t width,
    int64_t newHeight, int64_t newWidth, Resample method)
{
    assert(int64_t(values.size()) == planes * height * width);
    const std::vector<Taps> rows = allTaps(height, newHeight, method), columns = allTaps(width, newWidth, method);
    std::vector<float> result;
    result.reserve(size_t(planes * newHeight * newWidth));
    for (int64_t plane = 0; plane < planes; ++plane)
        resamplePlane(values.data() + plane * height * width, width, 1, rows, columns,
            [&](float value) { result.push_back(value); });
    return result;
}

RgbImage resampled(const RgbImage& image, int width, int height, Resample method)
{
    if (method == Resample::Lanczos)
        return lanczosAsPillow(image, width, height);
    RgbImage result{width, height, {}};
    result.pixels.reserve(size_t(width) * size_t(height) * 3);
    resamplePlane(image.pixels.data(), image.width, 3, allTaps(image.height, height, method),
        allTaps(image.width, width, method),
        [&](float value) { result.pixels.push_back(uint8_t(std::lround(std::clamp(value, 0.f, 255.f)))); });
    return result;
}

Size wantedSize(Size from, Size asked, double factor)
{
    const auto side = [](double value) { return std::max<int64_t>(std::llround(value), 1); };
    if (asked.width == 0 && asked.height == 0)
        return {side(double(from.width) * factor), side(double(from.height) * factor)};
    if (asked.width == 0)
        return {side(double(from.width) * double(asked.height) / double(from.height)), asked.height};
    if (asked.height == 0)
        return {asked.width, side(double(from.height) * double(asked.width) / double(from.width))};
    return asked;
}

Region middle(Size from, Size to)
{
    const double was = double(from.width) / double(from.height), is = double(to.width) / double(to.height);
    const auto margin = [](int64_t side, double kept) { return std::llround(double(side) * (1 - kept) / 2); };
    const int64_t x = was > is ? margin(from.width, is / was) : 0, y = was < is ? margin(from.height, was / is) : 0;
    return {x, y, from.width - 2 * x, from.height - 2 * y};
}

std::vector<float> cropped(std::span<const float> values, int64_t planes, Size size, const Region& r)
{
    std::vector<float> result;
    for (int64_t plane = 0; plane < planes; ++plane)
        for (int64_t y = r.y; y < r.y + r.height; ++y) {
            const auto row = values.subspan(size_t((plane * size.height + y) * size.width + r.x), size_t(r.width));
            result.insert(result.end(), row.begin(), row.end());
        }
    return result;
}

RgbImage cropped(const RgbImage& image, const Region& r)
{
    RgbImage result{int(r.width), int(r.height), {}};
    for (int64_t y = r.y; y < r.y + r.height; ++y) {
        const auto row = image.pixels.begin() + (y * image.width + r.x) * 3;
        result.pixels.insert(result.pixels.end(), row, row + r.width * 3);
    }
    return result;
}

RgbImage filling(const RgbImage& image, const RgbImage& like, Resample method)
{
    if (image.width == like.width && image.height == like.height)
        return image;
    const Region part = middle({image.width, image.height}, {like.width, like.height});
    return resampled(cropped(image, part), like.width, like.height, method);
}

}
