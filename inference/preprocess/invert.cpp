#include "inference/preprocess/invert.h"

#include <cstdint>

namespace athanor {

RgbImage inverted(RgbImage image)
{
    for (uint8_t& value : image.pixels)
        value = uint8_t(255 - value);
    return image;
}

}
