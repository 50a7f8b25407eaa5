#include "inference/models/config_values.h"
#include "inference/models/controlnet.h"
#include "inference/models/way_down.h"
#include "inference/weights/config_keys.h"
#include "inference/weights/model_files.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace athanor {

namespace {

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

// Weights do not tell. The extension of A1111 goes by the file's name, diffusers by its configuration.
bool poolsGlobally(const ModelFiles& files)
{
    const size_t folder = files.path.find_last_of("/\\");
    const bool byName = files.path.find("shuffle", folder == std::string::npos ? 0 : folder) != std::string::npos;
    return flagSetting(files, Part::ControlNet, "global_pool_conditions", byName);
}

}

Detected<ControlNetConfig> detectControlNet(const ModelFiles& files, std::vector<std::string>* warnings)
{
    checkConfigKeys("ControlNetModel", files.controlNet.config, files.controlNet.configPath, warnings);
    Layout l{files, Part::ControlNet};
    l.roles["difference"] = TensorRole::Mark;
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
    return {c, std::move(l.roles)};
}

}
