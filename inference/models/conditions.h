// What steers an evaluation of a network that denoises.
#pragma once
#include "inference/tensor/tensor.h"

#include <utility>

namespace athanor {

// A row for each row of latents.
struct Conditions {
    Tensor text; // N L contextWidth
    Tensor added = {}; // N addedWidth; none where that is 0

    Conditions(Tensor ofText, Tensor ofPicture = {}) // NOLINT: text alone is the usual case
        : text(std::move(ofText))
        , added(std::move(ofPicture))
    {
    }
};

}
