#include "inference/tensor/channels_last.h"

namespace athanor {

namespace {

// images × rows × columns → images × columns × rows.
std::vector<float> transposed(std::span<const float> values, int64_t images, int64_t rows, int64_t columns)
{
    std::vector<float> result(values.size());
    for (int64_t n = 0; n < images; ++n)
        for (int64_t r = 0; r < rows; ++r)
            for (int64_t c = 0; c < columns; ++c)
                result[size_t((n * columns + c) * rows + r)] = values[size_t((n * rows + r) * columns + c)];
    return result;
}

}

std::vector<float> toNhwc(std::span<const float> values, int64_t images, int64_t channels)
{
    return transposed(values, images, channels, int64_t(values.size()) / images / channels);
}

std::vector<float> toNchw(std::span<const float> values, int64_t images, int64_t channels)
{
    return transposed(values, images, int64_t(values.size()) / images / channels, channels);
}

}
