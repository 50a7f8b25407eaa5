// Latents to pictures and back through a VAE, whole or in tiles where memory asks for it.
#pragma once
#include "inference/pipeline/node_run.h"

#include <cstdint>

namespace athanor {

enum class Tiling : uint8_t { Auto, On, Off };

struct TileOptions {
    Tiling when = Tiling::Auto; // Auto: where the whole does not fit the device
    int tile = 64, overlap = 16; // latents; overlap at most half of tile. Halved as often as memory asks
};

// Takes over how the pictures came to be, with the VAE's name. Throws Error: BadFile when the VAE returns values that
// are not numbers, BadArgument for latents of another kind, OutOfMemory, Cancelled, Device.
ImageValue decodeLatent(
    Gpu& gpu, const VaeValue& vae, const LatentValue& latent, const TileOptions& tiles, const NodeHooks& hooks);
// Pictures with sides that are multiples of the VAE's own 8 pixels. Throws as decodeLatent.
LatentValue encodeImages(
    Gpu& gpu, const VaeValue& vae, const ImageValue& images, const TileOptions& tiles, const NodeHooks& hooks);

}
