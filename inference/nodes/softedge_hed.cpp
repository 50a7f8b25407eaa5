#include "inference/preprocess/soft_edges.h"

#include "inference/nodes/network_node.h"

namespace athanor {

namespace {

const std::vector<NetworkFile> networks = withStarter({{"ControlNetHED.onnx",
    "HED as ControlNet's authors trained it: ControlNetHED.pth exported as ONNX with its five sides"}});

Values run(NodeRun& run)
{
    const auto stepped = [&](const NetworkMaps& maps) {
        return NetworkMaps{maps.side, [&run, map = maps.map](OnnxNetwork& network, const RgbImage& image) {
                               RgbImage edges = map(network, image);
                               return run.boolean("safe") ? safeSteps(std::move(edges)) : edges;
                           }};
    };
    return networkMaps(run, findNetwork(run, networks), stepped({usualSide, hedEdges}),
        stepped(starterMaps("softedge", starterLinesSide)));
}

}

NodeType softedgeHedNode()
{
    return preprocessNode({
        .id = "softedge_hed",
        .title = "Soft edges (HED)",
        .text = "Soft white edges on black, the stronger the more they matter.",
        .from = "A picture",
        .params = {{"safe", ParamKind::Bool, false, "In three shades only, which hide traces of the picture"}},
        .run = run,
        .networks = networks,
    });
}

}
