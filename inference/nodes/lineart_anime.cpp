#include "inference/preprocess/line_drawing.h"

#include "inference/nodes/network_node.h"

#include <vector>

namespace athanor {

namespace {

const std::vector<NetworkFile> lineartAnimeNetworks =
    withStarter({{"netG.onnx", "ControlNet's anime line art: netG.pth exported as ONNX"}});

Values runLineartAnime(NodeRun& run)
{
    return networkMaps(run, findNetwork(run, lineartAnimeNetworks), {usualSide, animeLines},
        starterMaps("lineart_anime", starterLinesSide));
}

}

NodeType lineartAnimeNode()
{
    return preprocessNode({
        .id = "lineart_anime",
        .title = "Anime line art",
        .text = "Lines as in drawn films, white on black.",
        .from = "A picture",
        .run = runLineartAnime,
        .networks = lineartAnimeNetworks,
    });
}

}
