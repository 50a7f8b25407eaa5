#include "inference/models/way_down.h"

#include "inference/models/config_values.h"
#include "inference/weights/model_files.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <cstdint>
#include <string>

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
    if (c.headChannels)
        requireDivides(l, c.headChannels, channels, "channels a head", "channels");
    else
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

}

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

namespace {

int64_t contextWidth(const Layout& l)
{
    for (const PartTensor& tensor : partOf(l.files, l.part).tensors)
        if (tensor.name.ends_with(".attn2.to_k.weight") && tensor.info.shape.size() >= 2)
            return tensor.info.shape[1];
    return 768;
}

// Of all heads, where each level has its own number of them: 0 unless they are equally wide.
int64_t headWidth(const nlohmann::json& heads, const nlohmann::json& channels)
{
    if (!channels.is_array() || channels.size() != heads.size())
        return 0;
    const auto isCount = [](const nlohmann::json& v) { return v.is_number_unsigned() && v >= 1 && v <= 65'536; };
    int64_t width = 0;
    for (size_t i = 0; i < heads.size(); ++i) {
        if (!isCount(heads[i]) || !isCount(channels[i]))
            return 0;
        const int64_t count = heads[i], side = channels[i];
        if (side % count || (i > 0 && side / count != width))
            return 0;
        width = side / count;
    }
    return width;
}

// diffusers calls the number of heads attention_head_dim; Stable Diffusion 2's configurations list one for each level,
// all heads being equally wide. Latent Diffusion's tell that width.
void readHeads(const Layout& l, UNetConfig& c)
{
    const std::string metadataKey = "athanor.unet.attention_heads", widthKey = "athanor.unet.head_channels";
    const nlohmann::json* heads = configValue(l.files, l.part, "num_attention_heads");
    if (!heads)
        heads = configValue(l.files, l.part, "attention_head_dim");
    const nlohmann::json* channels = configValue(l.files, l.part, "block_out_channels");
    const FamilyRow* family = nearestFamily(l.files.family);
    const bool isTold = metadataValue(l.files, metadataKey);
    if (isTold && metadataValue(l.files, widthKey))
        throw Error(ErrorKind::BadFile,
            printable(l.files.path) + ": has both " + metadataKey + " and " + widthKey + ", expected one of them");
    if (!isTold) {
        c.headChannels = int(setting(l.files, l.part, widthKey, {"num_head_channels"}, 0));
        if (!c.headChannels && !heads)
            c.headChannels = family ? family->headChannels : 0;
        else if (!c.headChannels && channels && heads->is_array()
            && std::ranges::any_of(*heads, [&](const nlohmann::json& count) { return count != heads->front(); }))
            c.headChannels = int(headWidth(*heads, *channels));
    }
    if (!c.headChannels)
        c.heads = int(setting(l.files, l.part, metadataKey, {"num_attention_heads", "attention_head_dim"}, 8));
}

// What shapes never tell of either.
void readSettings(const Layout& l, UNetConfig& c)
{
    c.activation = unetActivation(l.files, l.part);
    c.normEpsilon = float(numberSetting(l.files, l.part, {}, "norm_eps", 1e-5, {1e-12, 0.1}));
    c.cosinesFirst = flagSetting(l.files, l.part, "flip_sin_to_cos", true);
    c.frequencyShift = numberSetting(l.files, l.part, {}, "freq_shift", 0, {0, 1});
    c.middleDivisor = float(numberSetting(l.files, l.part, {}, "mid_block_scale_factor", 1, {1e-3, 1e3}));
}

}

namespace {

// Of what is given beside text states; 0: there is nothing.
int addedWidth(Layout& l, const UNetConfig& c)
{
    const nlohmann::json* told = configValue(l.files, l.part, "addition_embed_type");
    if (told && *told != "text_time")
        throw Error(ErrorKind::BadFile,
            configPlace(l.files, l.part) + ": addition_embed_type is " + printable(told->dump(-1, ' ', true), 40)
                + ", supported is null or \"text_time\"");
    const FamilyRow* family = nearestFamily(l.files.family);
    if (!told && (!family || family->sizeInputs.empty()))
        return 0;
    const int64_t width = side(l, "label_emb.0.0.weight", 1);
    needLinear(l, "label_emb.0.0", 4 * c.channels, width);
    needLinear(l, "label_emb.0.2", 4 * c.channels, 4 * c.channels);
    return int(width);
}

}

WayDown needWayDown(Layout& l, UNetConfig& c)
{
    readSettings(l, c);
    c.channels = int(side(l, "input_blocks.0.0.weight", 0));
    c.inputChannels = int(side(l, "input_blocks.0.0.weight", 1));
    refuseBroken(l);
    c.contextWidth = int(contextWidth(l));
    readHeads(l, c);
    c.normGroups = int(setting(l.files, l.part, "athanor.unet.norm_groups", {"norm_num_groups"}, 32));
    c.downsamplings = 0;

    needLinear(l, "time_embed.0", 4 * c.channels, c.channels);
    needLinear(l, "time_embed.2", 4 * c.channels, 4 * c.channels);
    c.addedWidth = addedWidth(l, c);
    needConv(l, "input_blocks.0.0", c.channels, c.inputChannels, 3);
    WayDown way{{c.channels}, c.channels};
    for (int64_t i = 1; i < blockCount(l, "input_blocks"); ++i)
        way.skips.push_back(way.middle = needBlock(l, at("input_blocks", i), way.middle, c));
    way.middle = needBlock(l, "middle_block", way.middle, c);
    return way;
}

}
