#include "inference/models/detect.h"

#include "inference/models/layout.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace athanor {

namespace {

std::string at(const std::string& prefix, int64_t index)
{
    return prefix + "." + std::to_string(index);
}

void requireDivides(const Layout& l, int64_t divisor, int64_t number, const char* what, const char* ofWhat)
{
    if (number % divisor)
        throw Error(ErrorKind::BadFile,
            printable(l.files.path) + ": the " + std::string(partName(l.part)) + "'s " + std::to_string(divisor) + " "
                + what + " do not divide its " + std::to_string(number) + " " + ofWhat
                + "; state the right number in config.json or the file's metadata");
}

// The attention of one transformer block or text layer. Returns nothing; notes what is missing.
void needAttention(Layout& l, const std::string& name, int64_t channels, int64_t context)
{
    needLinear(l, name + ".to_q", channels, channels, false);
    needLinear(l, name + ".to_k", channels, context, false);
    needLinear(l, name + ".to_v", channels, context, false);
    needLinear(l, name + ".to_out.0", channels, channels);
}

void needTransformer(Layout& l, const std::string& name, int64_t channels, const UNetConfig& c)
{
    requireDivides(l, c.heads, channels, "attention heads", "channels");
    needNorm(l, name + ".norm", channels);
    needConv(l, name + ".proj_in", channels, channels, 1);
    int64_t depth = 0;
    for (; depth == 0 || has(l, at(name + ".transformer_blocks", depth)); ++depth) {
        const std::string block = at(name + ".transformer_blocks", depth);
        for (int i : {1, 2, 3})
            needNorm(l, block + ".norm" + std::to_string(i), channels);
        needAttention(l, block + ".attn1", channels, channels);
        needAttention(l, block + ".attn2", channels, c.contextWidth);
        needLinear(l, block + ".ff.net.0.proj", 8 * channels, channels);
        needLinear(l, block + ".ff.net.2", channels, 4 * channels);
    }
    needConv(l, name + ".proj_out", channels, channels, 1);
}

// Returns the block's output channels.
int64_t needResBlock(Layout& l, const std::string& name, int64_t inputs, const UNetConfig& c)
{
    const int64_t outputs = side(l, name + ".out_layers.3.weight", 0);
    requireDivides(l, c.normGroups, inputs, "norm groups", "channels");
    requireDivides(l, c.normGroups, outputs, "norm groups", "channels");
    needNorm(l, name + ".in_layers.0", inputs);
    needConv(l, name + ".in_layers.2", outputs, inputs, 3);
    needLinear(l, name + ".emb_layers.1", outputs, 4 * c.channels);
    needNorm(l, name + ".out_layers.0", outputs);
    needConv(l, name + ".out_layers.3", outputs, outputs, 3);
    if (inputs != outputs)
        needConv(l, name + ".skip_connection", outputs, inputs, 1);
    return outputs;
}

// One numbered block of the UNet. Returns its output channels.
int64_t needBlock(Layout& l, const std::string& name, int64_t channels, UNetConfig& c)
{
    if (!has(l, name)) {
        l.missing.push_back(name + ".*");
        return channels;
    }
    for (int64_t i = 0; has(l, at(name, i)); ++i) {
        const std::string part = at(name, i);
        if (has(l, part + ".in_layers") || has(l, part + ".out_layers")) {
            channels = needResBlock(l, part, channels, c);
        } else if (has(l, part + ".transformer_blocks") || has(l, part + ".proj_in")) {
            needTransformer(l, part, channels, c);
        } else if (has(l, part + ".op")) {
            needConv(l, part + ".op", channels, channels, 3);
            ++c.downsamplings;
        } else {
            needConv(l, part + ".conv", channels, channels, 3);
        }
    }
    return channels;
}

// One more than the largest N of "<prefix>.N.…".
int64_t blockCount(const Layout& l, const std::string& prefix)
{
    int64_t count = 0;
    for (int64_t i = 0; i < 256; ++i)
        if (has(l, at(prefix, i)))
            count = i + 1;
    return count;
}

int64_t contextWidth(const Layout& l)
{
    for (const PartTensor& tensor : partOf(l.files, l.part).tensors)
        if (tensor.name.ends_with(".attn2.to_k.weight") && tensor.info.shape.size() >= 2)
            return tensor.info.shape[1];
    return 768;
}

// Channels after each input block, and of the middle.
struct WayDown {
    std::vector<int64_t> skips;
    int64_t middle = 0;
};

// What a UNet and a ControlNet have in common. Fills the configuration but for the outputs.
WayDown needWayDown(Layout& l, UNetConfig& c)
{
    c.channels = int(side(l, "input_blocks.0.0.weight", 0));
    c.inputChannels = int(side(l, "input_blocks.0.0.weight", 1));
    refuseBroken(l);
    c.contextWidth = int(contextWidth(l));
    // diffusers' Stable Diffusion 1.x configs call the number of heads attention_head_dim.
    c.heads =
        int(setting(l.files, l.part, "athanor.unet.attention_heads", {"num_attention_heads", "attention_head_dim"}, 8));
    c.normGroups = int(setting(l.files, l.part, "athanor.unet.norm_groups", {"norm_num_groups"}, 32));
    c.downsamplings = 0;

    needLinear(l, "time_embed.0", 4 * c.channels, c.channels);
    needLinear(l, "time_embed.2", 4 * c.channels, 4 * c.channels);
    needConv(l, "input_blocks.0.0", c.channels, c.inputChannels, 3);
    WayDown way{{c.channels}, c.channels};
    for (int64_t i = 1; i < blockCount(l, "input_blocks"); ++i)
        way.skips.push_back(way.middle = needBlock(l, at("input_blocks", i), way.middle, c));
    way.middle = needBlock(l, "middle_block", way.middle, c);
    return way;
}

// The convolutions that bring the control picture to the latent's size, every second of which may halve it. Returns how
// often they do.
int needHintBlock(Layout& l, int64_t channels)
{
    const int64_t convolutions = (blockCount(l, "input_hint_block") + 1) / 2;
    int64_t inputs = 3;
    for (int64_t i = 0; i < std::max<int64_t>(convolutions, 2); ++i) {
        const std::string name = at("input_hint_block", 2 * i);
        const int64_t outputs = i + 1 < convolutions ? side(l, name + ".weight", 0) : channels;
        needConv(l, name, outputs, inputs, 3);
        inputs = outputs;
    }
    if (convolutions % 2)
        l.wrong.push_back(
            "input_hint_block: found " + std::to_string(convolutions) + " convolutions, expected an even number");
    return int(convolutions / 2) - 1;
}

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
    needConv(l, "post_quant_conv", c.latentChannels, c.latentChannels, 1);
    int64_t channels = side(l, "decoder.conv_in.weight", 0);
    requireDivides(l, c.normGroups, channels, "norm groups", "channels");
    needConv(l, "decoder.conv_in", channels, c.latentChannels, 3);
    needVaeMiddle(l, "decoder.mid", channels);
    for (int64_t level = c.downsamplings; level >= 0; --level)
        channels = needVaeLevel(l, at("decoder.up", level), channels, "upsample", level > 0);
    requireDivides(l, c.normGroups, channels, "norm groups", "channels");
    needNorm(l, "decoder.norm_out", channels);
    needConv(l, "decoder.conv_out", 3, channels, 3);
}

void needEncoder(Layout& l, const AutoencoderKlConfig& c)
{
    int64_t channels = side(l, "encoder.conv_in.weight", 0);
    needConv(l, "encoder.conv_in", channels, 3, 3);
    for (int64_t level = 0; level <= c.downsamplings; ++level)
        channels = needVaeLevel(l, at("encoder.down", level), channels, "downsample", level < c.downsamplings);
    needVaeMiddle(l, "encoder.mid", channels);
    needNorm(l, "encoder.norm_out", channels);
    needConv(l, "encoder.conv_out", 2 * c.latentChannels, channels, 3);
    needConv(l, "quant_conv", 2 * c.latentChannels, 2 * c.latentChannels, 1);
}

}

ClipTextConfig detectClipText(const ModelFiles& files)
{
    Layout l{files, Part::TextEncoder, {}, {}};
    ClipTextConfig c;
    const std::string tokens = "embeddings.token_embedding.weight", positions = "embeddings.position_embedding.weight";
    c.vocabulary = int(side(l, tokens, 0));
    c.width = int(side(l, tokens, 1));
    c.positions = int(side(l, positions, 0));
    c.layers = int(std::max<int64_t>(blockCount(l, "encoder.layers"), 1));
    refuseBroken(l);
    need(l, positions, {c.positions, c.width});
    // OpenAI's text encoders have heads of 64 channels.
    c.heads = int(setting(
        files, Part::TextEncoder, "athanor.text.attention_heads", {"num_attention_heads"}, std::max(1, c.width / 64)));
    requireDivides(l, c.heads, c.width, "attention heads", "channels");
    for (int64_t i = 0; i < c.layers; ++i) {
        const std::string layer = at("encoder.layers", i);
        for (const char* name : {".self_attn.q_proj", ".self_attn.k_proj", ".self_attn.v_proj", ".self_attn.out_proj"})
            needLinear(l, layer + name, c.width, c.width);
        const int64_t inner = side(l, layer + ".mlp.fc1.weight", 0);
        needLinear(l, layer + ".mlp.fc1", inner, c.width);
        needLinear(l, layer + ".mlp.fc2", c.width, inner);
        needNorm(l, layer + ".layer_norm1", c.width);
        needNorm(l, layer + ".layer_norm2", c.width);
    }
    needNorm(l, "final_layer_norm", c.width);
    refuseBroken(l);
    const nlohmann::json& config = files.textEncoder.config;
    if (config.is_object() && config.value("hidden_act", nlohmann::json()) == "gelu")
        c.activation = Activation::Gelu;
    return c;
}

UNetConfig detectUNet(const ModelFiles& files)
{
    Layout l{files, Part::UNet, {}, {}};
    UNetConfig c;
    c.outputChannels = int(side(l, "out.2.weight", 0));
    const WayDown way = needWayDown(l, c);
    const std::vector<int64_t>& skips = way.skips;
    int64_t channels = way.middle;
    const int64_t outputs = blockCount(l, "output_blocks");
    for (int64_t i = 0; i < std::max<int64_t>(outputs, int64_t(skips.size())); ++i) {
        const int64_t skip = i < int64_t(skips.size()) ? skips[skips.size() - 1 - size_t(i)] : 0;
        channels = needBlock(l, at("output_blocks", i), channels + skip, c);
    }
    needNorm(l, "out.0", channels);
    needConv(l, "out.2", c.outputChannels, channels, 3);
    refuseBroken(l);
    return c;
}

namespace {

// Weights do not tell. The extension of A1111 goes by the file's name, diffusers by its configuration.
bool poolsGlobally(const ModelFiles& files)
{
    const nlohmann::json& config = files.controlNet.config;
    if (config.is_object())
        if (const auto told = config.find("global_pool_conditions"); told != config.end() && told->is_boolean())
            return told->get<bool>();
    const size_t folder = files.path.find_last_of("/\\");
    return files.path.find("shuffle", folder == std::string::npos ? 0 : folder) != std::string::npos;
}

}

ControlNetConfig detectControlNet(const ModelFiles& files)
{
    Layout l{files, Part::ControlNet, {}, {}};
    ControlNetConfig c;
    const WayDown way = needWayDown(l, c.encoder);
    for (size_t i = 0; i < way.skips.size(); ++i)
        needConv(l, at("zero_convs", int64_t(i)) + ".0", way.skips[i], way.skips[i], 1);
    needConv(l, "middle_block_out.0", way.middle, way.middle, 1);
    c.residuals = int(way.skips.size()) + 1;
    c.hintDownsamplings = needHintBlock(l, c.encoder.channels);
    refuseBroken(l);
    for (const TensorFile& file : files.files)
        c.difference = c.difference || findTensor(file, "difference");
    c.globalPool = poolsGlobally(files);
    return c;
}

namespace {

// "latent_rgb_factors", three numbers for each channel, and "latent_rgb_factors_bias", three, as ComfyUI names them.
// Where the configuration has no good ones those of SD 1.x, or of other latents the first three channels as they are.
LatentColours latentColours(const nlohmann::json& config, int channels)
{
    const auto isRow = [](const nlohmann::json& row) {
        return row.is_array() && row.size() == 3
            && std::ranges::all_of(row, [](const auto& x) { return x.is_number(); });
    };
    const auto factors = config.find("latent_rgb_factors"), bias = config.find("latent_rgb_factors_bias");
    LatentColours colours;
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

AutoencoderKlConfig detectAutoencoderKl(const ModelFiles& files)
{
    Layout l{files, Part::Vae, {}, {}};
    AutoencoderKlConfig c;
    c.latentChannels = int(side(l, "decoder.conv_in.weight", 1));
    c.downsamplings = int(std::max<int64_t>(blockCount(l, "decoder.up"), 1) - 1);
    refuseBroken(l);
    c.normGroups = int(setting(files, Part::Vae, "athanor.vae.norm_groups", {"norm_num_groups"}, 32));
    needDecoder(l, c);
    needEncoder(l, c);
    refuseBroken(l);
    const nlohmann::json& config = files.vae.config;
    if (auto it = config.find("scaling_factor"); it != config.end() && it->is_number() && *it > 0)
        c.scalingFactor = it->get<double>();
    c.colours = latentColours(config, c.latentChannels);
    return c;
}

}
