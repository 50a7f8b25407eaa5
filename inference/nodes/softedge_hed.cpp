#include "inference/nodes/soft_edge_node.h"

namespace athanor {

namespace {

const std::vector<NetworkFile> softedgeHedNetworks = withStarter({{"ControlNetHED.onnx",
    "HED as ControlNet's authors trained it: ControlNetHED.pth exported as ONNX with its five sides"}});

Values runSoftedgeHed(NodeRun& run)
{
    return softEdgeMaps(run, softedgeHedNetworks, hedEdges);
}

}

NodeType softedgeHedNode()
{
    return preprocessNode({
        .id = "softedge_hed",
        .title = "Soft edges (HED)",
        .text = "Soft white edges on black, the stronger the more they matter.",
        .from = "A picture",
        .params = {safeParam()},
        .run = runSoftedgeHed,
        .networks = softedgeHedNetworks,
    });
}

}
