// Reads the header of a safetensors file, strictly by the format's rules; tensor_file.h opens files and reads tensors.
#pragma once
#include "inference/weights/tensor_file.h"

#include <memory>

namespace athanor {

// Throws BadFile. Costs memory in proportion to the header (at most 100,000,000 bytes), whatever the file's size.
TensorFile readSafetensors(std::shared_ptr<const ByteSource> source);

}
