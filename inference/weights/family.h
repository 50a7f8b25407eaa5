// Says which network a file holds, from the names and shapes of its tensors; it does not read weights.
#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

enum class ModelKind {
    Unknown,
    Checkpoint,
    UNet,
    TextEncoder,
    T5Encoder,
    Vae,
    Lora,
    Lycoris,
    ControlNet,
    ControlLora,
    T2iAdapter,
    Embedding,
    Upscaler
};
enum class Architecture { Unknown, StableDiffusion1, StableDiffusion2, Sdxl, StableDiffusion3, Flux };
enum class Variant { Base, Inpainting, InstructPix2Pix, Depth, Refiner };

struct Family {
    ModelKind kind = ModelKind::Unknown;
    Architecture architecture = Architecture::Unknown;
    Variant variant = Variant::Base;
    bool vPrediction = false; // the network predicts v instead of the noise
    bool operator==(const Family&) const = default;
};

struct NamedShape {
    std::string_view name; // as in the file
    std::span<const int64_t> shape;
};

Family identify(std::span<const NamedShape> tensors, const std::map<std::string, std::string>& metadata);

// Whether a file's metadata say what the network predicts.
bool tellsPrediction(const std::map<std::string, std::string>& metadata);

// What a diffusers pipeline class is ("StableDiffusionPipeline"); kind Unknown for a class not known here.
Family identifyPipelineClass(std::string_view className);

std::string_view architectureName(Architecture architecture); // "Stable Diffusion 1.x"
std::string describe(Family family); // "a Stable Diffusion 1.x checkpoint for inpainting"

}
