// Latents to pictures and back through a VAE, whole or in tiles where memory asks for it.
#pragma once
#include "inference/values/node_hooks.h"

#include <cstdint>

namespace athanor {

class Gpu;

enum class Tiling : uint8_t { Auto, On, Off };

struct TileOptions {
    Tiling when = Tiling::Auto; // Auto: where the whole does not fit the device
    int tile = 512, overlap = 128; // pixels; overlap at most half of tile. Halved as often as memory asks
};

// The pixels a side of a latent; 8 where there is no VAE.
int latentPixels(const VaeValue& vae);
// Throws BadFile where a checkpoint held none.
const AutoencoderKl& requireVae(const VaeValue& vae);

// Takes over how the pictures came to be, with the VAE's name. Throws Error: BadFile when the VAE returns values that
// are not numbers, BadArgument for latents of another kind or of another number of pixels, OutOfMemory, Cancelled,
// Device.
ImageValue decodeLatent(
    Gpu& gpu, const VaeValue& vae, const LatentValue& latent, const TileOptions& tiles, const NodeHooks& hooks);
// Pictures with sides that are multiples of latentPixels; grey where `hidden`, of their size, is 1; it may be null.
// Throws as decodeLatent.
LatentValue encodeImages(Gpu& gpu, const VaeValue& vae, const ImageValue& images, const TileOptions& tiles,
    const NodeHooks& hooks, const Mask* hidden = nullptr);

}
