#include "inference/values/pixels.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace athanor {

RgbImage toImage(std::span<const float> rgb, int width, int height, float low)
{
    RgbImage image{width, height, std::vector<uint8_t>(rgb.size())};
    const float factor = 255 / (1 - low);
    for (size_t i = 0; i < rgb.size(); ++i)
        image.pixels[i] = uint8_t(std::lround(std::clamp((rgb[i] - low) * factor, 0.f, 255.f)));
    return image;
}

std::vector<float> toNumbers(const RgbImage& image)
{
    std::vector<float> numbers(image.pixels.size());
    std::transform(image.pixels.begin(), image.pixels.end(), numbers.begin(), [](uint8_t v) { return v / 127.5f - 1; });
    return numbers;
}

}
