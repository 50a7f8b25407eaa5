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
#include <optional>
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

// A VAE at work. Activations of some overflow in fp16 (SDXL's own): the first such picture and all after it are
// computed in fp32.
class Codec {
public:
    explicit Codec(const AutoencoderKl& vae)
        : m_vae(vae)
    {
    }

    // What `compute` makes with the VAE that it is given. Throws Error(BadFile) where that are no numbers in fp32
    // either.
    template <class Compute> std::vector<float> numbers(Compute compute)
    {
        if (!m_wide) {
            std::vector<float> values = toHost(compute(m_vae));
            if (areNumbers(values))
                return values;
            if (m_vae.precision != DType::F32)
                m_wide = widened(m_vae);
        }
        std::vector<float> values = m_wide ? toHost(compute(*m_wide)) : std::vector<float>();
        if (!m_wide || !areNumbers(values))
            throw Error(ErrorKind::BadFile, "the VAE returned values that are not numbers; its weights are damaged");
        return values;
    }

private:
    static bool areNumbers(const std::vector<float>& values)
    {
        return std::ranges::all_of(values, [](float v) { return std::isfinite(v); });
    }

    const AutoencoderKl& m_vae;
    std::optional<AutoencoderKl> m_wide;
};

// latent: one image, channels before pixels.
RgbImage decodeOne(
    Gpu& gpu, Codec& codec, std::span<const float> latent, const LatentSize& s, const TileOptions& options)
{
    const Tensor z = latentTensor(gpu, latent, s);
    Shape shape;
    const std::vector<float> pixels = codec.numbers([&](const AutoencoderKl& vae) {
        const Tensor image = withTiles(
            wantTiles(gpu, vae, options.when, s.height, s.width), vae, options, [&] { return decode(vae, z); },
            [&](int tile, int overlap) { return decodeTiled(vae, z, tile, overlap); });
        shape = image.shape;
        return image;
    });
    return toImage(pixels, int(shape[2]), int(shape[1]), -1);
}

// Channels before pixels.
std::vector<float> encodeOne(Gpu& gpu, Codec& codec, const LatentFormat& format, const RgbImage& image,
    const TileOptions& options, const Mask* hidden)
{
    std::vector<float> numbers = toNumbers(image);
    for (size_t i = 0; hidden && i < numbers.size(); ++i)
        if (hidden->pixels[i / 3] >= 0.5f)
            numbers[i] = 0;
    const int shift = format.downsamplings;
    const Tensor x = tensorFrom(gpu, {1, image.height, image.width, 3}, numbers);
    const std::vector<float> latent = codec.numbers([&](const AutoencoderKl& vae) {
        return withTiles(
            wantTiles(gpu, vae, options.when, image.height >> shift, image.width >> shift), vae, options,
            [&] { return encode(vae, x); }, [&](int tile, int overlap) { return encodeTiled(vae, x, tile, overlap); });
    });
    return toNchw(latent, 1, format.channels);
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
    const LatentValue fitted =
        ofScale(ofPixels(latent, net.config.latent.downsamplings, "VAE"), net.config.latent.scale);
    const LatentSize one{1, net.config.latent.channels, fitted.height, fitted.width};
    if (latent.values && latent.channels != net.config.latent.channels)
        throw Error(ErrorKind::BadArgument,
            "the latent has " + std::to_string(latent.channels) + " channels, this VAE takes "
                + std::to_string(net.config.latent.channels) + "; it belongs to another kind of model");
    const DeviceStage stage(gpu, hooks.stop);
    Codec codec(net);
    const std::vector<float> zeros(latent.values ? 0 : one.count());
    ImageValue result{{}, latent.infos};
    for (int64_t i = 0; i < latent.images; ++i) {
        report(hooks, i, latent.images, "decoding");
        const std::span<const float> values = fitted.values
            ? std::span<const float>(*fitted.values).subspan(size_t(i) * one.count(), one.count())
            : std::span<const float>(zeros);
        result.images.push_back(decodeOne(gpu, codec, values, one, tiles));
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
    Codec codec(net);
    LatentValue result;
    result.images = int64_t(images.images.size());
    result.channels = net.config.latent.channels;
    result.downsamplings = net.config.latent.downsamplings;
    result.scale = net.config.latent.scale;
    result.infos = images.infos;
    std::vector<float> all;
    for (const RgbImage& image : images.images) {
        report(hooks, &image - images.images.data(), result.images, "encoding");
        const std::vector<float> one = encodeOne(gpu, codec, net.config.latent, image, tiles, hidden);
        all.insert(all.end(), one.begin(), one.end());
        result.height = image.height >> net.config.latent.downsamplings;
        result.width = image.width >> net.config.latent.downsamplings;
    }
    result.values = std::make_shared<const std::vector<float>>(std::move(all));
    return result;
}

}
