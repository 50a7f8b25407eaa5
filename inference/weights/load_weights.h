// Brings the tensors of one part from disk to the device, a tensor at a time, in the form the layers want.
#pragma once
#include "inference/weights/model_files.h"
#include "inference/weights/module.h"
#include "inference/weights/tensor_roles.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace athanor {

// What loadWeights reads of a part, in bytes of its files.
uint64_t storedBytes(const ModelPart& part, const TensorRoles& roles);

// Loads what has a role: products are packed at `precision`, tables kept at `precision`. onBytes(n) is called after
// each tensor with its bytes in the file and may throw to stop. Damaged values (NaN, infinite, all zero where matrices
// are concerned) are told as warnings with the first name and the count. Throws Error: BadFile, OutOfMemory.
Weights loadWeights(Gpu& gpu, const ModelFiles& files, Part part, const TensorRoles& roles, DType precision,
    std::vector<std::string>& warnings, const std::function<void(uint64_t)>& onBytes);

}
