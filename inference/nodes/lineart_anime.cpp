#include "inference/preprocess/line_drawing.h"

#include "inference/nodes/network_node.h"

namespace athanor {

namespace {

const std::vector<NetworkFile> networks =
    withStarter({{"netG.onnx", "ControlNet's anime line art: netG.pth exported as ONNX"}});

Values run(NodeRun& run)
{
    return networkMaps(
        run, findNetwork(run, networks), {usualSide, animeLines}, starterMaps("lineart_anime", starterLinesSide));
}

}

NodeType lineartAnimeNode()
{
    return preprocessNode({
        .id = "lineart_anime",
        .title = "Anime line art",
        .text = "Lines as in drawn films, white on black.",
        .from = "A picture",
        .run = run,
        .networks = networks,
    });
}

}
