#include "inference/preprocess/soft_edges.h"

#include "inference/nodes/network_node.h"

namespace athanor {

namespace {

const std::vector<NetworkFile> networks =
    withStarter({{"table5_pidinet.onnx", "PiDiNet by Su et al.: table5_pidinet.pth exported as ONNX"}});

Values run(NodeRun& run)
{
    const auto stepped = [&](const NetworkMaps& maps) {
        return NetworkMaps{maps.side, [&run, map = maps.map](OnnxNetwork& network, const RgbImage& image) {
                               RgbImage edges = map(network, image);
                               return run.boolean("safe") ? safeSteps(std::move(edges)) : edges;
                           }};
    };
    return networkMaps(run, findNetwork(run, networks), stepped({usualSide, pidinetEdges}),
        stepped(starterMaps("softedge", starterLinesSide)));
}

}

NodeType softedgePidinetNode()
{
    return preprocessNode({
        .id = "softedge_pidinet",
        .title = "Soft edges (PiDiNet)",
        .text = "Soft white edges on black, cleaner than HED's.",
        .from = "A picture",
        .params = {{"safe", ParamKind::Bool, false, "In three shades only, which hide traces of the picture"}},
        .run = run,
        .networks = networks,
    });
}

}
