// Light becomes dark and dark light, as drawings on paper need to become maps.
#pragma once
#include "inference/values/image.h"

namespace athanor {

RgbImage inverted(RgbImage image);

}
