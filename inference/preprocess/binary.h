// White where a picture is dark, black where it is light: dark lines on paper become a map.
#pragma once
#include "inference/values/image.h"

namespace athanor {

struct BinaryParams {
    int threshold = 100; // of gray, 0 … 255: at or below it is dark; 0 and 255 let Otsu's method choose
};

RgbImage binary(const RgbImage& image, const BinaryParams& params);

}
