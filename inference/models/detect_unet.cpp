#include "inference/models/config_values.h"
#include "inference/models/way_down.h"
#include "inference/weights/config_keys.h"
#include "inference/weights/model_files.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace athanor {

namespace {

// Layers that would take part and that this program does not have.
void refuseMoreInputs(const Layout& l, bool isToldSizes)
{
    for (const char* name : {"label_emb", "class_embedding", "encoder_hid_proj", "position_net"})
        if (has(l, name) && !(isToldSizes && name == std::string_view("label_emb")))
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

Detected<UNetConfig> detectUNet(const ModelFiles& files, std::vector<std::string>* warnings)
{
    checkConfigKeys("UNet2DConditionModel", files.unet.config, files.unet.configPath, warnings);
    Layout l{files, Part::UNet};
    UNetConfig c;
    c.centerInput = flagSetting(files, Part::UNet, "center_input_sample", false);
    const FamilyRow* family = nearestFamily(files.family);
    refuseMoreInputs(l, family && !family->sizeInputs.empty());
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
    requirePrediction(l, c.inputChannels, c.outputChannels);
    tellExtra(l, warnings);
    return {c, std::move(l.roles)};
}

}
