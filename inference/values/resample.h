// Arrays and pictures of another size, by the definitions of torch's interpolate and, for Lanczos, of Pillow: pictures
// to the byte, arrays as its mode F.
#pragma once
#include "inference/values/image.h"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace athanor {

enum class Resample : uint8_t {
    NearestExact,
    Bilinear, // between two neighbours, whatever the size: fine when enlarging
    Bicubic, // among four, a = −0.75
    Area, // the mean of all that a new pixel covers: fine when shrinking
    Lanczos, // three lobes, widened when shrinking: fine for both
};

// As node parameters name them, in the order of the enumeration: "nearest-exact", "bilinear", …
std::span<const std::string_view> resampleNames();
Resample resampleNamed(std::string_view name); // throws Error(BadArgument)

// values: planes × height × width; all sides at least 1.
std::vector<float> resampled(std::span<const float> values, int64_t planes, int64_t height, int64_t width,
    int64_t newHeight, int64_t newWidth, Resample method);
RgbImage resampled(const RgbImage& image, int width, int height, Resample method);

struct Size {
    int64_t width = 0, height = 0;
    bool operator==(const Size&) const = default;
};
struct Region {
    int64_t x = 0, y = 0, width = 0, height = 0;
};

// What is asked for: a side of 0 keeps the proportions, two of 0 are `factor` times as large. No side is below 1.
Size wantedSize(Size from, Size asked, double factor);
// The middle of `from` that has the proportions of `to`.
Region middle(Size from, Size to);
// The region must lie inside.
std::vector<float> cropped(std::span<const float> values, int64_t planes, Size size, const Region& region);
RgbImage cropped(const RgbImage& image, const Region& region);
// Its middle in the size of the other; itself where the sizes agree.
RgbImage filling(const RgbImage& image, const RgbImage& like, Resample method);

}
