// A Stable Diffusion model on disk, single file or diffusers folder, as one list of tensors a part under single-file
// names. A plain value: nothing is loaded but the headers; weights are read with tensor_file.h.
#pragma once
#include "inference/weights/families.h"
#include "inference/weights/model_names.h"
#include "inference/weights/tensor_file.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

struct PartTensor {
    std::string name; // in the single file, relative to the part: "input_blocks.0.0.weight"
    size_t file = 0; // index into ModelFiles::files
    TensorInfo info; // where it lies; info.name is the name in that file
    bool transposed = false; // it lies there as columns of what info.shape says
    std::optional<TensorInfo> scale = {}; // one number, which its values are times; none: 1
    size_t scaleFile = 0; // where that lies, as file
};

struct ModelPart {
    std::vector<PartTensor> tensors; // sorted by name; empty if the model lacks the part
    nlohmann::json config; // the part's config.json; null in a single file without one
    std::string configPath; // where it was read, for messages; empty: nowhere
    std::string tokenizer; // of a text encoder the folder of its tokenizer; empty: it has none of its own
};

struct ModelFiles {
    std::string path;
    Family family;
    std::vector<TensorFile> files;
    ModelPart textEncoder, textEncoder2, textEncoder3, unet, transformer, vae, controlNet;
    nlohmann::json schedulerConfig; // in diffusers' words; null where the files say nothing
    std::string schedulerPath; // where it was read, for messages
    std::vector<std::string> warnings;
};

const ModelPart& partOf(const ModelFiles& model, Part part);
ModelPart& partOf(ModelFiles& model, Part part);

// Null if the part has no such tensor.
const PartTensor* findTensor(const ModelPart& part, std::string_view name);

// Opens any model file or diffusers folder; `family` then says whether it is the wanted kind (requireCheckpoint,
// requireVae, requireControlNet). Parts are filled for checkpoints of a family that has a row, and for a UNet, text
// encoder, VAE or ControlNet standing alone. Throws BadFile, FileMissing.
ModelFiles openModel(const std::string& path);

// Throws BadFile if a part is wholly missing.
void requireParts(const ModelFiles& model, std::initializer_list<Part> need);

// Throws BadFile "…: the UNet lacks 7 tensors: a, b, c, d, e …"; does nothing for an empty list.
void refuseMissing(const ModelFiles& model, Part part, const std::vector<std::string>& missing);

// "3 tensors are not part of the UNet and are ignored: a, b, c"; of many the first three.
std::string extraTensorsText(std::span<const std::string_view> names, const std::string& ofWhat);

// For model_folder: a tensor and its name in a folder or single file, without the part's prefix.
struct FoundTensor {
    size_t file = 0;
    const TensorInfo* info = nullptr;
    std::string name;
};

// Adds all tensors of a part under single-file names, sorted. Throws BadFile where two get the same name.
void fillPart(ModelFiles& model, Part part, const std::vector<FoundTensor>& tensors);

}
