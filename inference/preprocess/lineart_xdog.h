// Lines as ink would draw them, white on black: the extended difference of Gaussians (Winnemöller 2006, 2011).
#pragma once
#include "inference/values/image.h"

namespace athanor {

// Of gray from 0 to 1: D = blur(sigma) − tau·blur(k·sigma); white paper where D ≥ epsilon, else 1 + tanh(phi·(D −
// epsilon)).
struct LineartXdogParams {
    double sigma = 0.8; // pixels, 0.1 … 20: how fine the lines are
    double k = 1.6; // 1.01 … 10: how much wider the second blur is
    double tau = 0.98; // 0 … 1: towards 1 faint edges become lines too
    double epsilon = 0; // −1 … 1: where ink begins; higher fills dark areas
    double phi = 100; // 0.1 … 1000: how hard the edges of lines are
};

RgbImage lineartXdog(const RgbImage& image, const LineartXdogParams& params);

}
