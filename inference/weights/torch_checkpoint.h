// Reads the list of tensors from a PyTorch checkpoint in the zip format (torch.save since 1.6), as data only.
#pragma once
#include "inference/weights/tensor_file.h"

#include <memory>

namespace athanor {

// The tensors of "state_dict" if there is one, else of the whole; names of nested dictionaries are joined with dots.
// What is not a tensor is skipped and counted in a warning. Throws BadFile, for code carriers and TorchScript too.
TensorFile readTorchCheckpoint(std::shared_ptr<const ByteSource> source);

}
