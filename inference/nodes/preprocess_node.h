// What the nodes have in common that make a map of a picture.
#pragma once
#include "inference/diffusion/mask.h"
#include "inference/nodes/common.h"
#include "inference/preprocess/detect_size.h"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace athanor {

inline Param resolutionParam()
{
    return {"resolution", ParamKind::Int, int64_t(0),
        "Pixels of the shorter side at which the picture is looked at, 64 to 2048; 0: as it is", 0, highestResolution,
        1};
}

inline std::string checkResolution(const Node& node)
{
    const auto it = node.params.find("resolution");
    const auto* value = it == node.params.end() ? nullptr : std::get_if<int64_t>(&it->second);
    if (value && *value > 0 && *value < lowestResolution)
        return "resolution is " + std::to_string(*value) + ", but must be 0 or at least "
            + std::to_string(lowestResolution);
    return {};
}

// Each picture of the input "image", laid on white where it is transparent.
template <class Use> void eachOnWhite(const NodeRun& run, Use use)
{
    const auto& value = run.input<ImageValue>("image");
    RgbImage room;
    for (size_t i = 0; i < value.images.size(); ++i) {
        run.throwIfStopped();
        use(laidOnWhite(value, i, room));
    }
}

// The map of each picture at the parameter "resolution".
inline Values mapsOf(NodeRun& run, const Preprocess& preprocess, bool padded = true)
{
    ImageValue maps;
    eachOnWhite(run, [&](const RgbImage& image) {
        maps.images.push_back(atResolution(image, int(run.integer("resolution")), preprocess, padded));
    });
    return {shared(std::move(maps))};
}

struct MapNode {
    std::string_view id, title, text;
    std::string_view from; // what the input is
    std::vector<Param> params; // besides "resolution"
    Values (*run)(NodeRun& run);
    std::vector<NetworkFile> networks = {};
};

inline NodeType preprocessNode(MapNode node)
{
    node.params.push_back(resolutionParam());
    return {
        .id = node.id,
        .title = node.title,
        .category = "Preprocess",
        .text = node.text,
        .inputs = {{"image", PortType::Image, node.from}},
        .params = std::move(node.params),
        .outputs = {{"image", PortType::Image, "The map, for a ControlNet"}},
        .networks = std::move(node.networks),
        .check = checkResolution,
        .run = node.run,
    };
}

}
