// The activations in double.
#pragma once
#include "render/kernels.h"

#include <algorithm>
#include <cmath>

namespace athanor {

inline double activated(Activation activation, double x)
{
    switch (activation) {
    case Activation::None:
        break;
    case Activation::Silu:
        return x / (1 + std::exp(-x));
    case Activation::QuickGelu:
        return x / (1 + std::exp(-1.702 * x));
    case Activation::Gelu:
        return 0.5 * x * std::erfc(-x * M_SQRT1_2);
    case Activation::GeluTanh:
        return 0.5 * x * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
    case Activation::Relu:
        return std::max(x, 0.0);
    }
    return x;
}

}
