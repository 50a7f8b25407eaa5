// Host arrays from torch's order, channels before pixels, to the device's, channels last, and back.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace athanor {

// values: images × channels × pixels → images × pixels × channels.
std::vector<float> toNhwc(std::span<const float> values, int64_t images, int64_t channels);
// values: images × pixels × channels → images × channels × pixels.
std::vector<float> toNchw(std::span<const float> values, int64_t images, int64_t channels);

}
