// Control maps in another size as A1111's ControlNet extension resizes them: so that maps of lines stay lines, and maps
// of few colours keep theirs.
#pragma once
#include "inference/values/image.h"

namespace athanor {

// Maps of 3 to 199 colours take the nearest pixel; others means where the area shrinks and are cubic where it grows. Of
// two colours, near black and near white, a map stays black and white after that; where most of it is lines of one
// pixel, they stay so. Itself where the size is the same.
RgbImage resizedMap(const RgbImage& map, int width, int height);

// The same without a look at the colours: means where the area shrinks, else cubic.
RgbImage resizedShades(const RgbImage& picture, int width, int height);

}
