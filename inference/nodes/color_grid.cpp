#include "inference/preprocess/color_grid.h"

#include "inference/nodes/preprocess_node.h"

#include <cstdint>

namespace athanor {

namespace {

Values runColorGrid(NodeRun& run)
{
    const ColorGridParams params{int(run.integer("cell"))};
    return mapsOf(
        run, [&](const RgbImage& image) { return colorGrid(image, params); }, false);
}

}

NodeType colorGridNode()
{
    return preprocessNode({
        .id = "color_grid",
        .title = "Colour grid",
        .text = "A picture's colours as even squares.",
        .from = "A picture",
        .params = {{"cell", ParamKind::Int, int64_t(64), "Pixels a side of a square", 1, 512, 1}},
        .run = runColorGrid,
    });
}

}
