#include "inference/values/pillow_lanczos.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

namespace athanor {

namespace {

constexpr int fractionBits = 32 - 8 - 2; // of a weight, as Pillow has them: 8 bits are a shade's, 2 for sums beyond
constexpr double lobes = 3;

// The old pixels that one new pixel is made of, along one axis.
struct PillowTaps {
    int first = 0;
    std::vector<int> weights; // parts of 1 << fractionBits
};

double windowedSinc(double x)
{
    const auto sinc = [](double v) {
        v *= std::numbers::pi;
        return v == 0 ? 1 : std::sin(v) / v;
    };
    return x >= -lobes && x < lobes ? sinc(x) * sinc(x / lobes) : 0;
}

// The order of operations is Pillow's: its last bits decide how some shades are rounded.
PillowTaps pillowTaps(int i, int from, int to)
{
    const double scale = double(from) / to, wide = std::max(scale, 1.0), reach = lobes * wide, narrow = 1 / wide;
    const double centre = (i + 0.5) * scale;
    const int first = std::max(int(centre - reach + 0.5), 0), end = std::min(int(centre + reach + 0.5), from);
    std::vector<double> weights;
    double sum = 0;
    for (int k = 0; k < end - first; ++k) {
        weights.push_back(windowedSinc((k + first - centre + 0.5) * narrow));
        sum += weights.back();
    }
    PillowTaps taps{first, {}};
    for (double weight : weights) {
        weight = sum != 0 ? weight / sum : weight;
        taps.weights.push_back(int((weight < 0 ? -0.5 : 0.5) + weight * (1 << fractionBits)));
    }
    return taps;
}

std::vector<PillowTaps> allPillowTaps(int from, int to)
{
    std::vector<PillowTaps> taps;
    for (int i = 0; i < to; ++i)
        taps.push_back(pillowTaps(i, from, to));
    return taps;
}

uint8_t shadeOf(int sum)
{
    return uint8_t(std::clamp(sum >> fractionBits, 0, 255));
}

constexpr int half = 1 << (fractionBits - 1);

// The rows of the picture in their new width, each made when it is first asked for. Only those that are still needed
// are kept, so that no whole picture stands between the passes.
class NarrowRows {
public:
    NarrowRows(const RgbImage& image, int width)
        : m_image(image)
        , m_columns(width == image.width ? std::vector<PillowTaps>() : allPillowTaps(image.width, width))
        , m_length(size_t(width) * 3)
    {
    }

    // Rows first … first + count − 1; first never goes back.
    void keep(int first, int count)
    {
        m_rows.erase(m_rows.begin(), m_rows.begin() + std::min(first - m_first, int(m_rows.size())));
        m_first = first;
        while (int(m_rows.size()) < count)
            m_rows.push_back(row(m_first + int(m_rows.size())));
    }
    const std::vector<uint8_t>& at(int y) const { return m_rows[size_t(y - m_first)]; }

private:
    std::vector<uint8_t> row(int y) const
    {
        const uint8_t* from = m_image.pixels.data() + size_t(y) * size_t(m_image.width) * 3;
        if (m_columns.empty())
            return {from, from + m_length};
        std::vector<uint8_t> shades;
        shades.reserve(m_length);
        for (const PillowTaps& taps : m_columns)
            for (size_t c = 0; c < 3; ++c) {
                int sum = half;
                for (size_t k = 0; k < taps.weights.size(); ++k)
                    sum += from[(size_t(taps.first) + k) * 3 + c] * taps.weights[k];
                shades.push_back(shadeOf(sum));
            }
        return shades;
    }

    const RgbImage& m_image;
    const std::vector<PillowTaps> m_columns; // none where the width stays
    const size_t m_length;
    int m_first = 0;
    std::vector<std::vector<uint8_t>> m_rows;
};

}

RgbImage lanczosAsPillow(const RgbImage& image, int width, int height)
{
    RgbImage result{width, height, {}};
    result.pixels.reserve(size_t(width) * size_t(height) * 3);
    NarrowRows rows(image, width);
    std::vector<int> sums(size_t(width) * 3);
    for (int y = 0; y < height; ++y) {
        if (height == image.height) {
            rows.keep(y, 1);
            result.pixels.insert(result.pixels.end(), rows.at(y).begin(), rows.at(y).end());
            continue;
        }
        const PillowTaps taps = pillowTaps(y, image.height, height);
        rows.keep(taps.first, int(taps.weights.size()));
        std::ranges::fill(sums, half);
        for (size_t k = 0; k < taps.weights.size(); ++k) {
            const std::vector<uint8_t>& row = rows.at(taps.first + int(k));
            for (size_t i = 0; i < sums.size(); ++i)
                sums[i] += row[i] * taps.weights[k];
        }
        for (const int sum : sums)
            result.pixels.push_back(shadeOf(sum));
    }
    return result;
}

}
