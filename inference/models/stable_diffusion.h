// A Stable Diffusion model on the device: its networks, its tokenizers and what it predicts.
#pragma once
#include "inference/models/autoencoder_kl.h"
#include "inference/models/clip_text.h"
#include "inference/models/controlnet.h"
#include "inference/models/noise_config.h"
#include "inference/models/unet.h"
#include "inference/text/clip_tokenizer.h"

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace athanor {

struct TextEncoder {
    ClipText text;
    ClipTokenizer tokenizer;
};

struct StableDiffusion {
    std::vector<TextEncoder> texts; // in the order of the family's rows
    UNet unet;
    std::vector<ExtraInput> extraInputs; // of the UNet
    std::vector<SizeInput> sizeInputs; // of the UNet
    AutoencoderKl vae; // without weights where the file has none: its latents are then those usual in the family
    NoiseConfig noise;
    int nativeSize = 512; // pixels a side it was trained at
    std::vector<std::string> warnings; // seen while loading
};

struct LoadOptions {
    DType precision = DType::F16; // of weights and activations
    bool needsVae = true; // false: where the file holds none, the VAE is left without weights
    std::function<void(uint64_t)> makeRoom; // called once with the bytes that will be needed at least; may be empty
    std::function<void(double)> onProgress; // share of the bytes read, 0…1; may be empty
    std::stop_token stop;
};

// path: a single file (safetensors or PyTorch checkpoint) or a diffusers folder. Throws Error: FileMissing, BadFile
// (naming the part, the first missing tensors and their count, or the family it is instead), OutOfMemory, Cancelled.
StableDiffusion loadStableDiffusion(Gpu& gpu, const std::string& path, const LoadOptions& options = {});
// The VAE of a file or folder that is one or has one in it. Throws as loadStableDiffusion.
AutoencoderKl loadVae(
    Gpu& gpu, const std::string& path, const LoadOptions& options, std::vector<std::string>& warnings);
// Throws what loadVae would, as far as it is known without the weights.
void requireVaeFile(const std::string& path);
// The ControlNet of a single file or diffusers folder. Throws as loadStableDiffusion.
ControlNet loadControlNet(
    Gpu& gpu, const std::string& path, const LoadOptions& options, std::vector<std::string>& warnings);

}
