// Scribbles, thick white lines on black, from a drawing or from soft edges.
#pragma once
#include "inference/values/image.h"

namespace athanor {

struct ScribbleParams {
    enum class From {
        Drawing, // dark lines on light paper: what is darker than the threshold in any channel
        SoftEdges, // a map of soft edges, white on black: their ridges above the threshold, drawn thick
    };
    From from = From::Drawing;
    int threshold = 127; // 0 … 255
    double sigma = 3; // of soft edges, pixels, 0.1 … 20: smooths them, and makes the lines as thick
};

RgbImage scribble(const RgbImage& image, const ScribbleParams& params);

}
