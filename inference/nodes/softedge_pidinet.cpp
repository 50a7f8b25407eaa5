#include "inference/nodes/soft_edge_node.h"

namespace athanor {

namespace {

const std::vector<NetworkFile> softedgePidinetNetworks =
    withStarter({{"table5_pidinet.onnx", "PiDiNet by Su et al.: table5_pidinet.pth exported as ONNX"}});

Values runSoftedgePidinet(NodeRun& run)
{
    return softEdgeMaps(run, softedgePidinetNetworks, pidinetEdges);
}

}

NodeType softedgePidinetNode()
{
    return preprocessNode({
        .id = "softedge_pidinet",
        .title = "Soft edges (PiDiNet)",
        .text = "Soft white edges on black, cleaner than HED's.",
        .from = "A picture",
        .params = {safeParam()},
        .run = runSoftedgePidinet,
        .networks = softedgePidinetNetworks,
    });
}

}
