#include "inference/preprocess/line_drawing.h"

#include "inference/nodes/network_node.h"

#include <vector>

namespace athanor {

namespace {

const std::vector<NetworkFile> lineartCoarseNetworks = withStarter({{"sk_model2.onnx",
    "informative-drawings by Chan, Durand and Isola: ControlNet's sk_model2.pth exported as ONNX"}});

Values runLineartCoarse(NodeRun& run)
{
    return networkMaps(run, findNetwork(run, lineartCoarseNetworks), {usualSide, drawnLines},
        starterMaps("lineart_heavy", starterLinesSide));
}

}

NodeType lineartCoarseNode()
{
    return preprocessNode({
        .id = "lineart_coarse",
        .title = "Coarse line art",
        .text = "Few and heavy lines, white on black.",
        .from = "A picture",
        .run = runLineartCoarse,
        .networks = lineartCoarseNetworks,
    });
}

}
