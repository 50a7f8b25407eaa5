// Stored results of the reference implementations, and how far ours are from them.
#pragma once
#include "inference/weights/tensor_file.h"
#include "render/kernels.h"

#include <string>
#include <vector>

namespace athanor {

// A safetensors file of the stored data.
TensorFile openReference(const std::string& name);
std::vector<float> referenceValues(const TensorFile& file, const std::string& name);
std::vector<int64_t> referenceShape(const TensorFile& file, const std::string& name);

// |a − b| / |b| over all elements; infinite where the sizes differ or a value is not a number.
double relativeL2(const std::vector<float>& a, const std::vector<float>& b);

// What it may be of a network. fp32: both sides round at 6e-8 a step, in another order, over some 10² operations; 1e-4
// is the bar. fp16: storing an activation rounds at 5e-4, and the errors of some 50 layers add up like noise.
constexpr double networkTolerance(DType precision)
{
    return precision == DType::F32 ? 1e-4 : 1e-2;
}

// What it may be at the end of ten steps in fp32: each adds the UNet's own error, which guidance multiplies.
constexpr double tenStepsTolerance = 1e-3;

}
