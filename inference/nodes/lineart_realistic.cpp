#include "inference/preprocess/line_drawing.h"

#include "inference/nodes/network_node.h"

namespace athanor {

namespace {

const std::vector<NetworkFile> networks = withStarter(
    {{"sk_model.onnx", "informative-drawings by Chan, Durand and Isola: ControlNet's sk_model.pth exported as ONNX"}});

Values run(NodeRun& run)
{
    return networkMaps(
        run, findNetwork(run, networks), {usualSide, drawnLines}, starterMaps("lineart", starterLinesSide));
}

}

NodeType lineartRealisticNode()
{
    return preprocessNode({
        .id = "lineart_realistic",
        .title = "Realistic line art",
        .text = "Fine lines as a draughtsman would set them, white on black.",
        .from = "A picture",
        .run = run,
        .networks = networks,
    });
}

}
