#include "inference/preprocess/straight_lines.h"

#include "inference/nodes/network_node.h"

#include <vector>

namespace athanor {

namespace {

const std::vector<NetworkFile> mlsdNetworks{
    {"mlsd_large_512_fp32.onnx", "M-LSD by Gu et al.: mlsd_large_512_fp32.pth exported as ONNX"}};

Values runMlsd(NodeRun& run)
{
    const StraightLinesParams params{run.number("score"), run.number("distance")};
    const auto map = [&](OnnxNetwork& network, const RgbImage& image) { return straightLines(network, image, params); };
    return networkMaps(run, findNetwork(run, mlsdNetworks), {usualSide, map}, {});
}

}

NodeType mlsdNode()
{
    return preprocessNode({
        .id = "mlsd",
        .title = "Straight lines",
        .text = "Straight lines of buildings and rooms, white on black.",
        .from = "A picture",
        .params = {{"score", ParamKind::Float, 0.1, "Lines that the network is less sure of are left out", 0.01, 1,
                       0.01},
            {"distance", ParamKind::Float, 0.1, "Lines of fewer pixels of half the picture are left out", 0.01, 100,
                0.01}},
        .run = runMlsd,
        .networks = mlsdNetworks,
    });
}

}
