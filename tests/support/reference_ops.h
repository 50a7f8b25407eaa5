// Matrix products and attention as plain loops in double: what the ops must equal.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace athanor {

// Sizes of a convolution; kernel, stride and padding the same in both directions.
struct ReferenceConv {
    int64_t images = 1, height = 1, width = 1, inputs = 1, outputs = 1;
    int64_t kernel = 3, stride = 1, padBefore = 1, padAfter = 1;
    bool upsample = false;

    int64_t enlarged() const { return upsample ? 2 : 1; }
    int64_t outHeight() const { return (height * enlarged() + padBefore + padAfter - kernel) / stride + 1; }
    int64_t outWidth() const { return (width * enlarged() + padBefore + padAfter - kernel) / stride + 1; }
};

// x: N H W I, weight: O I kH kW → N H' W' O.
inline std::vector<double> referenceConv(
    const ReferenceConv& c, const std::vector<float>& x, const std::vector<float>& weight)
{
    std::vector<double> y;
    const auto at = [&](int64_t n, int64_t row, int64_t column, int64_t i) -> double {
        if (row < 0 || column < 0 || row >= c.height * c.enlarged() || column >= c.width * c.enlarged())
            return 0;
        return x[size_t(((n * c.height + row / c.enlarged()) * c.width + column / c.enlarged()) * c.inputs + i)];
    };
    for (int64_t n = 0; n < c.images; ++n)
        for (int64_t row = 0; row < c.outHeight(); ++row)
            for (int64_t column = 0; column < c.outWidth(); ++column)
                for (int64_t o = 0; o < c.outputs; ++o) {
                    double sum = 0;
                    for (int64_t i = 0; i < c.inputs; ++i)
                        for (int64_t ky = 0; ky < c.kernel; ++ky)
                            for (int64_t kx = 0; kx < c.kernel; ++kx)
                                sum += at(n, row * c.stride + ky - c.padBefore, column * c.stride + kx - c.padBefore, i)
                                    * weight[size_t(((o * c.inputs + i) * c.kernel + ky) * c.kernel + kx)];
                    y.push_back(sum);
                }
    return y;
}

struct ReferenceAttention {
    int64_t images = 1, queries = 1, keys = 1, heads = 1, size = 1;
    bool causal = false;
    double scale = 0; // 0: 1 / √size
    std::vector<float> bias = {}; // heads × queries × keys; empty: none
};

// q: N Lq C, k and v: N Lk C with C = heads × size → N Lq C.
inline std::vector<double> referenceAttention(
    const std::vector<float>& q, const std::vector<float>& k, const std::vector<float>& v, const ReferenceAttention& a)
{
    const auto& [images, queries, keys, heads, size, causal, scale, bias] = a;
    const int64_t channels = heads * size;
    std::vector<double> y(q.size());
    for (int64_t n = 0; n < images; ++n)
        for (int64_t i = 0; i < queries; ++i)
            for (int64_t h = 0; h < heads; ++h) {
                const int64_t from = (n * queries + i) * channels + h * size;
                const int64_t seen = causal ? std::min(i + 1, keys) : keys;
                std::vector<double> score(static_cast<size_t>(seen));
                double top = -1e300, sum = 0;
                for (int64_t j = 0; j < seen; ++j) {
                    for (int64_t c = 0; c < size; ++c)
                        score[size_t(j)] +=
                            double(q[size_t(from + c)]) * k[size_t((n * keys + j) * channels + h * size + c)];
                    score[size_t(j)] *= scale != 0 ? scale : 1 / std::sqrt(double(size));
                    if (!bias.empty())
                        score[size_t(j)] += bias[size_t((h * queries + i) * keys + j)];
                    top = std::max(top, score[size_t(j)]);
                }
                for (double& s : score)
                    sum += s = std::exp(s - top);
                for (int64_t c = 0; c < size; ++c) {
                    double value = 0;
                    for (int64_t j = 0; j < seen; ++j)
                        value += score[size_t(j)] / sum * v[size_t((n * keys + j) * channels + h * size + c)];
                    y[size_t(from + c)] = value;
                }
            }
    return y;
}

}
