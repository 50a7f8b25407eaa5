// The weights of one network on the device, looked up by the names of the single-file checkpoints. Reading
// m["in_layers.2"] gives the part below that name; nothing is copied.
#pragma once
#include "inference/tensor/ops.h"

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace athanor {

// What a LoRA or its like adds to the weight of one layer, times scale: up · mid · down, of which mid may be empty. Of
// a whole difference there is only up, which is then as the layer's weight.
struct Patch {
    PackedWeight up, mid, down;
    float scale = 1;

    bool isWhole() const { return !down.data; }
};

// All tensors of a network, by full name without the network's own prefix.
struct Weights {
    std::map<std::string, Tensor, std::less<>> tensors; // biases, norms (fp32), embeddings
    std::map<std::string, PackedWeight, std::less<>> packed; // weights of linear layers and convolutions
    std::map<std::string, std::vector<Patch>, std::less<>>
        patches; // of the weights of these layers: no ".weight" behind
};

uint64_t bytesOf(const Weights& weights); // on the device

class Module {
public:
    explicit Module(const Weights& weights, std::string prefix = {})
        : m_weights(&weights)
        , m_prefix(std::move(prefix))
    {
    }

    Module operator[](std::string_view name) const;
    Module operator[](int index) const;
    // Whether any tensor lies at or below this name.
    bool has(std::string_view name) const;
    // Throw Error(BadFile) with the full name when it is missing.
    const Tensor& tensor(std::string_view name) const;
    const PackedWeight& weight() const; // of this very layer: "<prefix>.weight"
    // What is added to weight(); mostly nothing.
    std::span<const Patch> patches() const;
    // "<prefix>.bias", or an empty tensor.
    Tensor bias() const;

private:
    std::string join(std::string_view name) const;
    const Weights* m_weights;
    std::string m_prefix;
};

}
