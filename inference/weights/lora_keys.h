// How LoRA files and their like name things: what a tensor is to the layer that it changes, and which layer a key
// means. Names only. Sources: kohya-ss sd-scripts, LyCORIS, peft, diffusers' loaders/lora_conversion_utils.py,
// comfy/lora.py.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

enum class LoraSlot : uint8_t {
    Up, // LoRA's two factors, with a third between them for convolutions (Tucker)
    Mid,
    Down,
    Alpha, // of all kinds: over the rank it is the scale
    Magnitude, // DoRA's, of each output or, in a second axis, input
    OutputMagnitude, // of each output, whatever the shape
    HadaW1A, // LoHa's two products of two factors, with a core each for convolutions
    HadaW1B,
    HadaW2A,
    HadaW2B,
    HadaT1,
    HadaT2,
    KronW1, // LoKr's two matrices, each whole or as two factors, the second perhaps with a core
    KronW1A,
    KronW1B,
    KronW2,
    KronW2A,
    KronW2B,
    KronT2,
    Diff, // a whole difference of the weight, and of the bias
    DiffBias,
};

struct LoraKey {
    std::string key; // of the layer, without what follows it
    LoraSlot slot;
};

// Nothing where the name ends in none of the known ways.
std::optional<LoraKey> parseLoraKey(std::string_view name);

// Whether a layer's key is of a text encoder, by its front.
bool isTextLoraKey(std::string_view key);

// Key → layers, by their single-file names in the part: one, or those whose rows lie behind one another in what the key
// means; none: a layer that the model never uses.
using LoraLayers = std::map<std::string, std::vector<std::string>, std::less<>>;

// layers: of a UNet, single-file names.
LoraLayers unetLoraLayers(std::span<const std::string> layers);

// Of a transformer, whose "attn.qkv" and modulations of two may be changed as one.
LoraLayers transformerLoraLayers(std::span<const std::string> layers);

// Of a text encoder, "encoder.layers.0.mlp.fc1"; unused: index of the layer that is never used, which files have all
// the same. isSecond: of SDXL's two the larger one.
LoraLayers textLoraLayers(std::span<const std::string> layers, std::optional<int> unused, bool isSecond);

}
