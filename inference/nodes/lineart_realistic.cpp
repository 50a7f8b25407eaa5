#include "inference/preprocess/line_drawing.h"

#include "inference/nodes/network_node.h"

#include <vector>

namespace athanor {

namespace {

const std::vector<NetworkFile> lineartRealisticNetworks = withStarter(
    {{"sk_model.onnx", "informative-drawings by Chan, Durand and Isola: ControlNet's sk_model.pth exported as ONNX"}});

Values runLineartRealistic(NodeRun& run)
{
    return networkMaps(run, findNetwork(run, lineartRealisticNetworks), {usualSide, drawnLines},
        starterMaps("lineart", starterLinesSide));
}

}

NodeType lineartRealisticNode()
{
    return preprocessNode({
        .id = "lineart_realistic",
        .title = "Realistic line art",
        .text = "Fine lines as a draughtsman would set them, white on black.",
        .from = "A picture",
        .run = runLineartRealistic,
        .networks = lineartRealisticNetworks,
    });
}

}
