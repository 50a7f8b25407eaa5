// The image autoencoder of Stable Diffusion (AutoencoderKL): pixels to latents an eighth of the size and back.
#pragma once
#include "inference/weights/latent_format.h"
#include "inference/weights/module.h"
#include "inference/weights/tensor_roles.h"

#include <cstdint>
#include <string>
#include <vector>

namespace athanor {

struct ModelFiles;

struct AutoencoderKlConfig {
    LatentFormat latent;
    int normGroups = 32; // not in the shapes
};

struct AutoencoderKl {
    AutoencoderKlConfig config;
    Weights weights; // names below "first_stage_model."
    DType precision = DType::F32;
};

// As detectClipText; its metadata: athanor.vae.norm_groups, athanor.vae.scaling_factor,
// athanor.vae.shift_factor.
Detected<AutoencoderKlConfig> detectAutoencoderKl(
    const ModelFiles& files, std::vector<std::string>* warnings = nullptr);

// How often the VAE that comes with the model halves a picture's sides; 3 where there is none.
int vaeDownsamplings(const ModelFiles& files);

// latent: N H W latent.channels, scaled as the sampler holds it → N 8H 8W 3, fp32, −1…1 (not clamped).
Tensor decode(const AutoencoderKl& model, const Tensor& latent);
// image: N 8H 8W 3 in −1…1 → N H W 2·latent.channels, fp32, unscaled: means, then logarithms of variances.
Tensor encodeMoments(const AutoencoderKl& model, const Tensor& image);
// The scaled mean: the latent of an image. N H W latent.channels.
Tensor encode(const AutoencoderKl& model, const Tensor& image);

// Decodes in square tiles of `tile` latents that overlap by `overlap`, blended linearly; needs the memory of one tile.
// Statistics of group norms are then each tile's own, so pictures differ slightly from decode().
Tensor decodeTiled(const AutoencoderKl& model, const Tensor& latent, int tile = 64, int overlap = 16);
Tensor encodeTiled(const AutoencoderKl& model, const Tensor& image, int tile = 64, int overlap = 16);

// The same in fp32, for pictures on which activations of fp16 overflow. Its weights are copies.
AutoencoderKl widened(const AutoencoderKl& model);

// Bytes of activations that decoding (or encoding, which needs less) N latents of height × width takes at most.
uint64_t decodeMemory(const AutoencoderKl& model, int64_t images, int64_t height, int64_t width);

}
