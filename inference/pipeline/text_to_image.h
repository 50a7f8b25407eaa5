// One prompt to its pictures with a Stable Diffusion 1.x model: the walk from text to pixels in one place. Not a file
// format and not a window: pictures and progress are values.
#pragma once
#include "inference/models/stable_diffusion.h"
#include "inference/pipeline/latent_codec.h"
#include "inference/sampling/noise.h"

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace athanor {

struct TextToImage {
    std::string prompt, negativePrompt; // UTF-8, with A1111 weights (inference/text/prompt_syntax.h)
    int width = 512, height = 512; // pixels, multiples of 8, 64…8192
    int steps = 20; // 1…1000
    double cfg = 7.5; // −100…100; 1 runs without the negative prompt
    std::string sampler = "dpmpp_2m", schedule = "karras";
    std::optional<double> eta; // absent: the sampler's own
    uint64_t seed = 0; // image i of the batch has seed + i
    NoiseKind noise = NoiseKind::TorchCpu;
    int batch = 1; // 1…64
    int clipSkip = 1; // 1: the last layer; 2: the one before, …
    std::optional<RgbImage> init; // image to image: width × height pixels
    double strength = 0.75; // of image to image: 0 gives the image back, 1 ignores it
    Tiling tiling = Tiling::Auto; // of the VAE
};

enum class Phase : uint8_t { Encoding, Sampling, Decoding };

struct RunProgress {
    Phase phase;
    int step = 0, steps = 0; // Sampling: steps done
    std::function<RgbImage()> preview; // Sampling: the picture as it stands, made on the device when called
};

struct RunHooks {
    std::function<void(const RunProgress&)> onProgress; // may be empty
    std::function<void(const std::string&)> onWarning; // may be empty
    std::stop_token stop;
};

// One picture for each of the batch. Throws Error: BadArgument for a value out of range, Cancelled, OutOfMemory,
// Device, BadFile when the network returns values that are not numbers.
std::vector<RgbImage> run(const StableDiffusion& model, const TextToImage& request, const RunHooks& hooks = {});
// The same without decoding: batch × 4 × height/8 × width/8, channels before pixels.
std::vector<float> sampleLatents(const StableDiffusion& model, const TextToImage& request, const RunHooks& hooks = {});

}
