// Standard normal noise, number for number what torch on a CPU and A1111's "NV" generator draw for a seed; it knows
// nothing of schedules or latents.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <span>
#include <vector>

namespace athanor {

enum class NoiseKind {
    TorchCpu, // torch.Generator("cpu").manual_seed(seed), torch.randn: what diffusers, ComfyUI and A1111 "CPU" use
    Philox, // torch's CUDA generator as A1111 "NV" and stable-diffusion.cpp "cuda" imitate it
};

// One image's generator: a value, so a copy is a second generator in the same state. draw() moves it on.
//
// TorchCpu equals torch.randn (fp32) bit for bit for every count on a CPU with AVX2. Torch built without AVX2 calls
// its C library's log, cos and sin instead and differs from itself by up to 2.4e-6 (measured over 2^20 numbers).
// As torch does, it seeds its Mersenne twister with the seed's low 32 bits alone: seeds 1 and 2^32 + 1 are one.
// Philox uses all 64 bits.
struct NoiseSource {
    NoiseSource(NoiseKind kind, std::uint64_t seed);

    NoiseKind kind;
    std::uint64_t seed;
    std::mt19937 twister; // TorchCpu
    std::optional<double> spareNormal; // TorchCpu: the second half of the last scalar Box-Muller pair
    std::uint32_t calls = 0; // Philox: draws so far, the counter's offset
};

// The next count standard normals. A call is one torch.randn of that many elements: two calls of 8 do not give what
// one call of 16 gives.
std::vector<float> draw(NoiseSource& source, std::size_t count);

// The sources of a batch: image i is seeded with seed + i (modulo 2^64), as A1111 does, so that any image of a batch
// can be made again alone. ComfyUI instead draws one tensor for the whole batch from one seed.
std::vector<NoiseSource> batchNoise(NoiseKind kind, std::uint64_t seed, std::size_t images);

// The next noise of a batch whose images lie one after another: count / sources.size() numbers from each source.
std::vector<float> draw(std::span<NoiseSource> sources, std::size_t count);

}
