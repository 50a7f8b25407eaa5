#include "inference/preprocess/tile.h"

#include "inference/nodes/preprocess_node.h"

namespace athanor {

namespace {

Values runTile(NodeRun& run)
{
    const TileParams params{run.number("down_rate")};
    return mapsOf(
        run, [&](const RgbImage& image) { return tile(image, params); }, false);
}

}

NodeType tileNode()
{
    return preprocessNode({
        .id = "tile",
        .title = "Tile",
        .text = "A picture with fewer details, for models that put new ones in.",
        .from = "A picture",
        .params = {{"down_rate", ParamKind::Float, 1.0,
            "How much smaller it is made for a while; below 1.1 it stays as it is", 1, 8, 0.25}},
        .run = runTile,
    });
}

}
