#include "inference/models/autoencoder_kl.h"
#include "inference/models/config_values.h"
#include "inference/models/layout.h"
#include "inference/weights/config_keys.h"
#include "inference/weights/model_files.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace athanor {

namespace {

void needVaeResBlock(Layout& l, const std::string& name, int64_t inputs, int64_t outputs)
{
    needNorm(l, name + ".norm1", inputs);
    needConv(l, name + ".conv1", outputs, inputs, 3);
    needNorm(l, name + ".norm2", outputs);
    needConv(l, name + ".conv2", outputs, outputs, 3);
    if (inputs != outputs)
        needConv(l, name + ".nin_shortcut", outputs, inputs, 1);
}

void needVaeMiddle(Layout& l, const std::string& name, int64_t channels)
{
    needVaeResBlock(l, name + ".block_1", channels, channels);
    needNorm(l, name + ".attn_1.norm", channels);
    for (const char* part : {".attn_1.q", ".attn_1.k", ".attn_1.v", ".attn_1.proj_out"})
        needConv(l, name + part, channels, channels, 1);
    needVaeResBlock(l, name + ".block_2", channels, channels);
}

// The blocks and the resampling of one level. Returns its output channels.
int64_t needVaeLevel(Layout& l, const std::string& name, int64_t channels, const std::string& resample, bool resampled)
{
    for (int64_t i = 0; i == 0 || has(l, at(name + ".block", i)); ++i) {
        const int64_t outputs = side(l, at(name + ".block", i) + ".conv2.weight", 0);
        needVaeResBlock(l, at(name + ".block", i), channels, outputs);
        channels = outputs;
    }
    if (resampled)
        needConv(l, name + "." + resample + ".conv", channels, channels, 3);
    return channels;
}

void needDecoder(Layout& l, const AutoencoderKlConfig& c)
{
    if (c.latent.quantConvs)
        needConv(l, "post_quant_conv", c.latent.channels, c.latent.channels, 1);
    int64_t channels = side(l, "decoder.conv_in.weight", 0);
    requireDivides(l, c.normGroups, channels, "norm groups", "channels");
    needConv(l, "decoder.conv_in", channels, c.latent.channels, 3);
    needVaeMiddle(l, "decoder.mid", channels);
    for (int64_t level = c.latent.downsamplings; level >= 0; --level)
        channels = needVaeLevel(l, at("decoder.up", level), channels, "upsample", level > 0);
    requireDivides(l, c.normGroups, channels, "norm groups", "channels");
    needNorm(l, "decoder.norm_out", channels);
    needConv(l, "decoder.conv_out", 3, channels, 3);
}

void needEncoder(Layout& l, const AutoencoderKlConfig& c)
{
    int64_t channels = side(l, "encoder.conv_in.weight", 0);
    needConv(l, "encoder.conv_in", channels, 3, 3);
    for (int64_t level = 0; level <= c.latent.downsamplings; ++level)
        channels = needVaeLevel(l, at("encoder.down", level), channels, "downsample", level < c.latent.downsamplings);
    needVaeMiddle(l, "encoder.mid", channels);
    needNorm(l, "encoder.norm_out", channels);
    needConv(l, "encoder.conv_out", 2 * c.latent.channels, channels, 3);
    if (c.latent.quantConvs)
        needConv(l, "quant_conv", 2 * c.latent.channels, 2 * c.latent.channels, 1);
}

}

namespace {

constexpr int maxHalvings = 5; // 32 pixels a latent

int halvings(const Layout& l)
{
    return int(std::max<int64_t>(blockCount(l, "decoder.up"), 1) - 1);
}

// "latent_rgb_factors", three numbers for each channel, and "latent_rgb_factors_bias", three, as ComfyUI names them.
// Where the configuration has no good ones the family's, or of other latents the first three channels as they are.
LatentColours latentColours(const nlohmann::json& config, int channels, const LatentColours& usual)
{
    const auto isRow = [](const nlohmann::json& row) {
        return row.is_array() && row.size() == 3
            && std::ranges::all_of(row, [](const auto& x) { return x.is_number(); });
    };
    const auto factors = config.find("latent_rgb_factors"), bias = config.find("latent_rgb_factors_bias");
    LatentColours colours = usual;
    if (channels != int(colours.factors.size())) {
        colours.factors.assign(size_t(channels), {});
        for (size_t c = 0; c < std::min(size_t(channels), size_t{3}); ++c)
            colours.factors[c][c] = 1;
    }
    if (factors == config.end() || !factors->is_array() || factors->size() != size_t(channels)
        || !std::ranges::all_of(*factors, isRow))
        return colours;
    colours.factors = factors->get<decltype(colours.factors)>();
    if (bias != config.end() && isRow(*bias))
        colours.bias = bias->get<decltype(colours.bias)>();
    return colours;
}

}

Detected<AutoencoderKlConfig> detectAutoencoderKl(const ModelFiles& files, std::vector<std::string>* warnings)
{
    checkConfigKeys("AutoencoderKL", files.vae.config, files.vae.configPath, warnings);
    Layout l{files, Part::Vae};
    AutoencoderKlConfig c;
    c.latent.channels = int(side(l, "decoder.conv_in.weight", 1));
    const LatentFormat& usual = latentOf(files.family, c.latent.channels);
    c.latent.quantConvs = usual.quantConvs || has(l, "quant_conv") || has(l, "post_quant_conv");
    c.latent.downsamplings = halvings(l);
    refuseBroken(l);
    if (c.latent.downsamplings > maxHalvings)
        throw Error(ErrorKind::BadFile,
            printable(files.path) + ": the VAE halves a picture " + std::to_string(c.latent.downsamplings)
                + " times, at most " + std::to_string(maxHalvings) + " are supported");
    c.normGroups = int(setting(files, Part::Vae, "athanor.vae.norm_groups", {"norm_num_groups"}, 32));
    needDecoder(l, c);
    needEncoder(l, c);
    refuseBroken(l);
    c.latent.scale =
        numberSetting(files, Part::Vae, "athanor.vae.scaling_factor", "scaling_factor", usual.scale, {1e-6, 1e6});
    c.latent.shift =
        numberSetting(files, Part::Vae, "athanor.vae.shift_factor", "shift_factor", usual.shift, {-1e6, 1e6});
    c.latent.colours = latentColours(files.vae.config, c.latent.channels, usual.colours);
    c.latent.grey = usual.grey;
    c.latent.grey.resize(size_t(c.latent.channels));
    tellExtra(l, warnings);
    return {std::move(c), std::move(l.roles)};
}

int vaeDownsamplings(const ModelFiles& files)
{
    const Layout l{files, Part::Vae};
    return files.vae.tensors.empty() ? latentOf(files.family).downsamplings : halvings(l);
}

}
