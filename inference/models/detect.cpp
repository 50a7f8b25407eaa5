#include "inference/models/detect.h"

#include "inference/models/config_values.h"
#include "inference/models/layout.h"
#include "inference/weights/config_keys.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace athanor {

namespace {

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

// What shapes never tell of either.
void readSettings(const Layout& l, UNetConfig& c)
{
    c.activation = unetActivation(l.files, l.part);
    c.normEpsilon = float(numberSetting(l.files, l.part, {}, "norm_eps", 1e-5, {1e-12, 0.1}));
    c.cosinesFirst = flagSetting(l.files, l.part, "flip_sin_to_cos", true);
    c.frequencyShift = numberSetting(l.files, l.part, {}, "freq_shift", 0, {0, 1});
    c.middleDivisor = float(numberSetting(l.files, l.part, {}, "mid_block_scale_factor", 1, {1e-3, 1e3}));
}

// What a UNet and a ControlNet have in common. Fills the configuration but for the outputs.
WayDown needWayDown(Layout& l, UNetConfig& c)
{
    readSettings(l, c);
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

}

ClipTextConfig detectClipText(const ModelFiles& files, std::vector<std::string>* warnings)
{
    checkConfigKeys("CLIPTextModel", files.textEncoder.config, files.textEncoder.configPath, warnings);
    Layout l{files, Part::TextEncoder, {}, {}};
    ClipTextConfig c;
    const std::string tokens = "embeddings.token_embedding.weight", positions = "embeddings.position_embedding.weight";
    c.vocabulary = int(side(l, tokens, 0));
    c.width = int(side(l, tokens, 1));
    c.positions = int(side(l, positions, 0));
    c.layers = int(setting(files, Part::TextEncoder, {}, {"num_hidden_layers"},
        std::max<int64_t>(blockCount(l, "encoder.layers"), 1))); // fewer than there are skip the last
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
    need(l, tokens, {c.vocabulary, c.width});
    refuseBroken(l);
    c.activation = textActivation(files);
    c.normEpsilon = float(numberSetting(files, Part::TextEncoder, {}, "layer_norm_eps", 1e-5, {1e-12, 0.1}));
    tellExtra(l, warnings);
    return c;
}

namespace {

// Layers that would take part and that this program does not have.
void refuseMoreInputs(const Layout& l)
{
    for (const char* name : {"label_emb", "class_embedding", "encoder_hid_proj", "add_embedding", "position_net"})
        if (has(l, name))
            throw Error(ErrorKind::BadFile,
                printable(l.files.path) + ": the UNet has " + name
                    + ", which takes more inputs than a prompt; this kind of model is not supported");
}

// Of latent consistency models that take the strength of guidance as an input.
int guidanceWidth(Layout& l, const UNetConfig& c)
{
    const bool there = has(l, "time_embed.cond_proj");
    const int64_t width = there ? side(l, "time_embed.cond_proj.weight", 1) : 0;
    if (there)
        needLinear(l, "time_embed.cond_proj", c.channels, width, false);
    const int64_t told = setting(l.files, l.part, {}, {"time_cond_proj_dim"}, std::max<int64_t>(width, 1));
    if (told != width && (there || told != 1))
        throw Error(ErrorKind::BadFile,
            configPlace(l.files, l.part) + ": time_cond_proj_dim is " + std::to_string(told)
                + " but the UNet's tensors have " + (there ? std::to_string(width) : "none for it")
                + "; the files do not belong together");
    return int(width);
}

}

UNetConfig detectUNet(const ModelFiles& files, std::vector<std::string>* warnings)
{
    checkConfigKeys("UNet2DConditionModel", files.unet.config, files.unet.configPath, warnings);
    Layout l{files, Part::UNet, {}, {}};
    UNetConfig c;
    c.centerInput = flagSetting(files, Part::UNet, "center_input_sample", false);
    refuseMoreInputs(l);
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
    c.guidanceWidth = guidanceWidth(l, c);
    refuseBroken(l);
    const FamilyRow* family = findFamily(files.family.architecture, files.family.variant);
    if (c.inputChannels - c.outputChannels != (family ? channelsOf(family->extraInputs, c.outputChannels) : 0))
        throw Error(ErrorKind::BadFile,
            printable(files.path) + ": the UNet predicts " + std::to_string(c.outputChannels)
                + " channels for latents of " + std::to_string(c.inputChannels)
                + "; predictions with their variance, or of something else than the latent, are not supported");
    tellExtra(l, warnings);
    return c;
}

namespace {

// Weights do not tell. The extension of A1111 goes by the file's name, diffusers by its configuration.
bool poolsGlobally(const ModelFiles& files)
{
    const size_t folder = files.path.find_last_of("/\\");
    const bool byName = files.path.find("shuffle", folder == std::string::npos ? 0 : folder) != std::string::npos;
    return flagSetting(files, Part::ControlNet, "global_pool_conditions", byName);
}

}

ControlNetConfig detectControlNet(const ModelFiles& files, std::vector<std::string>* warnings)
{
    checkConfigKeys("ControlNetModel", files.controlNet.config, files.controlNet.configPath, warnings);
    Layout l{files, Part::ControlNet, {}, {}};
    l.known.insert("difference");
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
    constexpr std::string_view orders[] = {"rgb", "bgr"};
    c.blueFirst = choiceSetting(files, Part::ControlNet, {}, "controlnet_conditioning_channel_order", orders, 0) == 1;
    tellExtra(l, warnings);
    return c;
}

}
