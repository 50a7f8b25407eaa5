// LoRA files and their like on networks: what they add to each layer's weight, by what strength. The networks' own
// weights stay as they are and are shared. Kinds: LoRA (Hu et al. 2021), for convolutions LoCon and Tucker's form, LoHa
// and LoKr (Yeh et al. 2023), DoRA (Liu et al. 2024), whole differences.
#pragma once
#include "inference/models/clip_text.h"
#include "inference/models/denoiser.h"
#include "inference/models/lora_patch.h"

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace athanor {

// What a file adds to one network, at strength 1.
struct NetworkPatches {
    std::map<std::string, Patch, std::less<>> weights; // by layer
    std::map<std::string, std::vector<float>, std::less<>> vectors; // to biases and norms, by their names
};

struct Lora {
    NetworkPatches net; // of the network that denoises
    std::vector<NetworkPatches> texts; // of each text encoder
    std::vector<std::string> warnings;
};

uint64_t bytesOf(const Lora& lora); // on the device

// Reads what of the file fits the networks, of which each may be null; keys that fit nowhere are told, but not those of
// networks that are not there. Throws Error: FileMissing, BadFile where
// nothing fits, where a layer is of another shape (a LoRA for another kind of model) or a kind is not supported,
// OutOfMemory, Cancelled.
Lora loadLora(Gpu& gpu, const std::string& path, const Denoiser* net, std::span<const ClipText* const> texts,
    const std::stop_token& stop = {}, const std::function<void(double)>& onProgress = {});

// The network with what the file adds, times strength; with 0 the network as it is.
Denoiser withPatches(Denoiser network, const NetworkPatches& patches, double strength);
ClipText withPatches(ClipText network, const NetworkPatches& patches, double strength);

}
