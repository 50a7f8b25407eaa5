#include "inference/diffusion/latent_codec.h"

#include "inference/diffusion/denoise.h"
#include "inference/diffusion/device_stage.h"
#include "inference/diffusion/sampling_info.h"
#include "inference/models/autoencoder_kl.h"
#include "inference/tensor/channels_last.h"
#include "inference/values/pixels.h"
#include "inference/weights/families.h"
#include "render/error.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace athanor {

namespace {

constexpr int smallestTile = 128; // pixels

// Whether the plain way fits into what the device has left.
bool wantTiles(Gpu& gpu, const AutoencoderKl& vae, Tiling when, int64_t height, int64_t width)
{
    if (when != Tiling::Auto)
        return when == Tiling::On;
    return decodeMemory(vae, 1, height, width) > freeMemory(gpu);
}

// `plain`, or `tiled(tile, overlap)` (in latents) with ever smaller tiles when memory asks and the user allows.
template <class Plain, class Tiled>
Tensor withTiles(bool tiles, const AutoencoderKl& vae, const TileOptions& options, Plain plain, Tiled tiled)
{
    const int shift = vae.config.latent.downsamplings, whole = std::max(options.tile >> shift, 1),
              overlap = options.overlap >> shift, smallest = std::max(smallestTile >> shift, 1);
    for (int tile = tiles ? whole : 0;; tile = tile == 0 ? whole : tile / 2) {
        try {
            return tile == 0 ? plain() : tiled(tile, overlap * tile / whole);
        } catch (const Error& error) {
            const bool last = tile != 0 && tile / 2 < smallest;
            if (error.kind != ErrorKind::OutOfMemory || options.when == Tiling::Off || last)
                throw;
        }
    }
}

std::vector<float> finiteValues(const Tensor& tensor)
{
    std::vector<float> values = toHost(tensor);
    if (!std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); }))
        throw Error(ErrorKind::BadFile,
            "the VAE returned values that are not numbers; its weights are damaged or need fp32 precision");
    return values;
}

// latent: one image, channels before pixels.
RgbImage decodeOne(
    Gpu& gpu, const AutoencoderKl& vae, std::span<const float> latent, const LatentSize& s, const TileOptions& options)
{
    const Tensor z = latentTensor(gpu, latent, s);
    const Tensor image = withTiles(
        wantTiles(gpu, vae, options.when, s.height, s.width), vae, options, [&] { return decode(vae, z); },
        [&](int tile, int overlap) { return decodeTiled(vae, z, tile, overlap); });
    return toImage(finiteValues(image), int(image.dim(2)), int(image.dim(1)), -1);
}

// Channels before pixels.
std::vector<float> encodeOne(
    Gpu& gpu, const AutoencoderKl& vae, const RgbImage& image, const TileOptions& options, const Mask* hidden)
{
    std::vector<float> numbers = toNumbers(image);
    for (size_t i = 0; hidden && i < numbers.size(); ++i)
        if (hidden->pixels[i / 3] >= 0.5f)
            numbers[i] = 0;
    const int shift = vae.config.latent.downsamplings;
    const Tensor x = tensorFrom(gpu, {1, image.height, image.width, 3}, numbers);
    const Tensor z = withTiles(
        wantTiles(gpu, vae, options.when, image.height >> shift, image.width >> shift), vae, options,
        [&] { return encode(vae, x); }, [&](int tile, int overlap) { return encodeTiled(vae, x, tile, overlap); });
    return toNchw(finiteValues(z), 1, vae.config.latent.channels);
}

void report(const NodeHooks& hooks, int64_t done, int64_t total, const char* text)
{
    if (hooks.onProgress)
        hooks.onProgress({int(done), int(total), text, {}});
}

}

int latentPixels(const VaeValue& vae)
{
    return 1 << (vae.vae ? vae.vae->config.latent : latentOf({})).downsamplings;
}

const AutoencoderKl& requireVae(const VaeValue& vae)
{
    if (!vae.vae)
        throw Error(ErrorKind::BadFile, "the model's file holds no VAE; load one with Load VAE");
    return *vae.vae;
}

ImageValue decodeLatent(
    Gpu& gpu, const VaeValue& vae, const LatentValue& latent, const TileOptions& tiles, const NodeHooks& hooks)
{
    const AutoencoderKl& net = requireVae(vae);
    const LatentValue fitted = ofPixels(latent, net.config.latent.downsamplings, "VAE");
    const LatentSize one{1, latent.channels, fitted.height, fitted.width};
    if (latent.channels != net.config.latent.channels)
        throw Error(ErrorKind::BadArgument,
            "the latent has " + std::to_string(latent.channels) + " channels, this VAE takes "
                + std::to_string(net.config.latent.channels) + "; it belongs to another kind of model");
    const DeviceStage stage(gpu, hooks.stop);
    const std::vector<float> zeros(latent.values ? 0 : one.count());
    ImageValue result{{}, latent.infos};
    for (int64_t i = 0; i < latent.images; ++i) {
        report(hooks, i, latent.images, "decoding");
        const std::span<const float> values = latent.values
            ? std::span<const float>(*latent.values).subspan(size_t(i) * one.count(), one.count())
            : std::span<const float>(zeros);
        result.images.push_back(decodeOne(gpu, net, values, one, tiles));
    }
    for (Infotext& info : result.infos)
        nameVae(info, vae.name);
    return result;
}

LatentValue encodeImages(Gpu& gpu, const VaeValue& vae, const ImageValue& images, const TileOptions& tiles,
    const NodeHooks& hooks, const Mask* hidden)
{
    const AutoencoderKl& net = requireVae(vae);
    const DeviceStage stage(gpu, hooks.stop);
    LatentValue result;
    result.images = int64_t(images.images.size());
    result.channels = net.config.latent.channels;
    result.downsamplings = net.config.latent.downsamplings;
    result.infos = images.infos;
    std::vector<float> all;
    for (const RgbImage& image : images.images) {
        report(hooks, &image - images.images.data(), result.images, "encoding");
        const std::vector<float> one = encodeOne(gpu, net, image, tiles, hidden);
        all.insert(all.end(), one.begin(), one.end());
        result.height = image.height >> net.config.latent.downsamplings;
        result.width = image.width >> net.config.latent.downsamplings;
    }
    result.values = std::make_shared<const std::vector<float>>(std::move(all));
    return result;
}

}
