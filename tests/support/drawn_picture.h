// The picture that tests/reference/controlnets.py draws.
#pragma once
#include "inference/values/image.h"

#include <cstdint>

namespace athanor {

inline RgbImage drawnPicture(int width, int height, int which = 0)
{
    RgbImage image{width, height, {}};
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            for (int c = 0; c < 3; ++c)
                image.pixels.push_back(uint8_t((x * (3 + which) + y * 5 + c * 40) ^ (x / 9 * (y / 7) * 16)));
    return image;
}

}
