// `athanor bench`: how fast kernels and a whole UNet evaluation run here, beside OpenBLAS on the same cores. Prints
// figures and ratios; it judges nothing.
#pragma once
#include "inference/tensor/tensor.h"

#include <string>

namespace athanor {

struct BenchArguments {
    GpuOptions gpu;
    DType precision = DType::F32;
    std::string model; // empty: kernels only; else also one UNet evaluation and one VAE decode of this model
    int width = 512, height = 512; // pixels, of those
    int repeats = 5;
};

// Throws Error as the engine does.
void runBench(const BenchArguments& arguments);

}
