// A Stable Diffusion model on the device: its networks, its tokenizers and what it predicts.
#pragma once
#include "inference/models/autoencoder_kl.h"
#include "inference/models/clip_text.h"
#include "inference/models/controlnet.h"
#include "inference/models/denoiser.h"
#include "inference/models/noise_config.h"
#include "inference/models/t5_text.h"
#include "inference/text/clip_tokenizer.h"
#include "inference/text/t5_tokenizer.h"
#include "inference/weights/text_kind.h"

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

namespace athanor {

struct ClipEncoder {
    ClipText text;
    ClipTokenizer tokenizer;
};

struct T5Encoder {
    T5Text text;
    T5Tokenizer tokenizer;
};

using TextEncoder = std::variant<ClipEncoder, T5Encoder, AbsentText>;

struct StableDiffusion {
    std::vector<TextEncoder> texts; // in the order of the family's rows
    Denoiser net;
    std::vector<ExtraInput> extraInputs; // of the net
    std::vector<SizeInput> sizeInputs; // of the net
    bool padsText = false; // as FamilyRow has it
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
// Of a whole model, or of a file of its own, what denoises: without text encoders and VAE. Throws as
// loadStableDiffusion.
StableDiffusion loadDenoiser(Gpu& gpu, const std::string& path, const LoadOptions& options = {});
// Throws what loadDenoiser would, as far as it is known without the weights.
void requireDenoiserFile(const std::string& path);
// Text encoders, each in a file of its own, in any order; in the order of the family's rows, of which optional ones may
// be absent. family: null for the one that reads with these. Throws as loadStableDiffusion, and BadArgument where two
// are of one kind or no family reads with these.
std::vector<TextEncoder> loadTextEncoders(Gpu& gpu, std::span<const std::string> paths, const FamilyRow* family,
    const LoadOptions& options, std::vector<std::string>& warnings);
// The VAE of a file or folder that is one or has one in it. Throws as loadStableDiffusion.
AutoencoderKl loadVae(
    Gpu& gpu, const std::string& path, const LoadOptions& options, std::vector<std::string>& warnings);
// Throws what loadVae would, as far as it is known without the weights.
void requireVaeFile(const std::string& path);
// The ControlNet of a single file or diffusers folder. Throws as loadStableDiffusion.
ControlNet loadControlNet(
    Gpu& gpu, const std::string& path, const LoadOptions& options, std::vector<std::string>& warnings);

}
