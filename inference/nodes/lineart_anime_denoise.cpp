#include "inference/preprocess/line_drawing.h"

#include "inference/nodes/network_node.h"

#include <vector>

namespace athanor {

namespace {

const std::vector<NetworkFile> lineartAnimeDenoiseNetworks =
    withStarter({{"erika.onnx", "MangaLineExtraction_PyTorch by Li, Liu and Wong: erika.pth exported as ONNX"}});

Values runLineartAnimeDenoise(NodeRun& run)
{
    return networkMaps(run, findNetwork(run, lineartAnimeDenoiseNetworks), {usualSide, mangaLines},
        starterMaps("lineart_anime_denoise", starterLinesSide));
}

}

NodeType lineartAnimeDenoiseNode()
{
    return preprocessNode({
        .id = "lineart_anime_denoise",
        .title = "Anime line art, less detail",
        .text = "Lines as in drawn films without screentones and fine detail, white on black.",
        .from = "A picture",
        .run = runLineartAnimeDenoise,
        .networks = lineartAnimeDenoiseNetworks,
    });
}

}
