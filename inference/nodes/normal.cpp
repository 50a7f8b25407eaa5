#include "inference/preprocess/normal.h"

#include "inference/nodes/network_node.h"
#include "inference/preprocess/depth_network.h"

#include <string>
#include <vector>

namespace athanor {

namespace {

constexpr std::string_view fromPicture = "picture", fromDepth = "depth_map";

const std::vector<NetworkFile> normalNetworks =
    withStarter({{"scannet.onnx", "NormalBae by Bae, Budvytis and Cipolla: scannet.pt exported as ONNX"},
        {"dsine.onnx", "DSINE by Bae and Davison: dsine.pt exported as ONNX"}});

Values runNormal(NodeRun& run)
{
    if (run.text("from") == fromPicture)
        return networkMaps(
            run, findNetwork(run, normalNetworks), {usualSide, normalsByNetwork}, starterMaps("normal", starterSide));
    const NormalParams params{run.number("background"), run.number("z")};
    return mapsOf(run, [&](const RgbImage& image) { return normalFromDepth(image, params); });
}

}

NodeType normalNode()
{
    return preprocessNode({
        .id = "normal",
        .title = "Normals",
        .text = "Which way surfaces face, as colours: blue the camera, red the left, green the top.",
        .from = "A picture, or a map of depth in which near is white",
        .params = {{"from", ParamKind::Choice, std::string(fromPicture), "What the input is", 0, 0, 1,
                       {fromPicture, fromDepth}},
            {"background", ParamKind::Float, 0.4,
                "Of a map of depth: share of the depth there is below which all faces the camera", 0, 1, 0.01},
            {"z", ParamKind::Float, 6.283185307179586, "Of a map of depth: smaller is steeper", 0.1, 1000, 0.1}},
        .run = runNormal,
        .networks = normalNetworks,
    });
}

}
