// What one key of a LoRA file, or of its like, adds to the weight of a layer: the kinds there are, as patches. Which
// layer a key means is lora.h's.
#pragma once
#include "inference/weights/lora_keys.h"
#include "inference/weights/module.h"
#include "inference/weights/tensor_file.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace athanor {

// A tensor on the host.
struct LoraTensor {
    Shape shape;
    std::vector<float> values;

    int64_t dim(size_t axis) const { return axis < shape.size() ? shape[axis] : 1; }
    // Of all axes but the first.
    int64_t columns() const;
};

// The tensors of one key.
using LoraSlots = std::map<LoraSlot, const TensorInfo*>;

struct LoraReader {
    Gpu& gpu;
    const TensorFile& file;
    std::string key; // of the layer at hand, for messages
    float usualScale = 1; // of layers without an alpha of their own
    mutable int damaged = 0; // tensors with values that are not numbers

    // Throws Error(BadFile): "PATH: KEY " and the sentence.
    [[noreturn]] void refuse(const std::string& sentence) const;
    LoraTensor read(const LoraSlots& slots, LoraSlot slot) const;
    // A single number, which some files have as a whole one.
    float readNumber(const LoraSlots& slots, LoraSlot slot) const;
    // rows × columns of both; the product on the device.
    LoraTensor product(const LoraTensor& a, const LoraTensor& b) const;
};

// For a layer of the weight `of`. Throws Error(BadFile) where the tensors do not fit it or each other, or are of a kind
// that is not supported.
Patch patchOf(const LoraReader& reader, const LoraSlots& slots, const PackedWeight& of, DType type);

// What a patch adds: as many values as the layer's weight has, in the order in which files hold it.
std::vector<float> difference(Gpu& gpu, const Patch& patch);

}
