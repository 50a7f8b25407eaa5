// The numbered blocks that the UNet and the ControlNet share, in the names of the single-file checkpoints. Which parts
// a block has is read from the names of its weights.
#pragma once
#include "inference/models/unet.h"

#include <span>

namespace athanor {

// What every block of one evaluation shares.
struct UNetContext {
    const UNetConfig& config; // outlives it
    Tensor time; // and of what is given beside text, N × 4·channels; the activation, with which every use of it begins,
                 // is applied
    Tensor text; // N L contextWidth
};

// timesteps: N.
UNetContext unetContext(const UNetConfig& config, const Weights& weights, DType precision,
    std::span<const float> timesteps, const Conditions& conditions, double guidance = 0);

// One numbered block: residual block, transformer, down- or upsampling, each where the file has it. next: the skip
// connection after this block, where there is one.
Tensor unetBlock(const Module& m, Tensor x, const UNetContext& c, const Tensor& next = {});
// The block in the middle.
Tensor unetMiddle(const Module& m, Tensor x, const UNetContext& c);

}
