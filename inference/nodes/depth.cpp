#include "inference/preprocess/depth_network.h"

#include "inference/nodes/network_node.h"

#include <string_view>
#include <vector>

namespace athanor {

namespace {

constexpr std::string_view anything = "Depth Anything by Yang et al. as ONNX, at its own size of 518";
constexpr std::string_view midas = "MiDaS by Ranftl et al., from its releases";

const std::vector<NetworkFile> depthNetworks =
    withStarter({{"model-f6b98070.onnx", midas}, {"model-small.onnx", midas}, {"dpt_hybrid-midas-501f0c75.onnx", midas},
        {"depth_anything_v2_vits.onnx", anything}, {"depth_anything_v2_vitb.onnx", anything},
        {"depth_anything_v2_vitl.onnx", anything}, {"depth_anything_vits14.onnx", anything},
        {"depth_anything_vitb14.onnx", anything}, {"depth_anything_vitl14.onnx", anything}});

DepthView viewOf(std::string_view name)
{
    if (name.starts_with("depth_anything"))
        return {518, 14};
    return {name == "model-small.onnx" ? 256 : 384, 32};
}

Values runDepth(NodeRun& run)
{
    FoundNetwork found = findNetwork(run, depthNetworks);
    const DepthView view = viewOf(found.name);
    const auto users = [&](OnnxNetwork& network, const RgbImage& image) {
        return depthByNetwork(network, image, view);
    };
    return networkMaps(run, std::move(found), {0, users}, starterMaps("depth", starterSide));
}

}

NodeType depthNode()
{
    return preprocessNode({
        .id = "depth",
        .title = "Depth",
        .text = "How near things are: near is white, far is black.",
        .from = "A picture",
        .run = runDepth,
        .networks = depthNetworks,
    });
}

}
