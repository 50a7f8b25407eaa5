// Stored results of the reference implementations, and how far ours are from them.
#pragma once
#include "inference/weights/tensor_file.h"

#include <string>
#include <vector>

namespace athanor {

// A safetensors file of the stored data.
TensorFile openReference(const std::string& name);
std::vector<float> referenceValues(const TensorFile& file, const std::string& name);
std::vector<int64_t> referenceShape(const TensorFile& file, const std::string& name);

// |a − b| / |b| over all elements; infinite where the sizes differ or a value is not a number.
double relativeL2(const std::vector<float>& a, const std::vector<float>& b);

}
