#include "inference/preprocess/shuffle.h"

#include "inference/nodes/preprocess_node.h"

namespace athanor {

namespace {

Values runShuffle(NodeRun& run)
{
    const ShuffleParams params{run.seed("seed"), int(run.integer("cell"))};
    return mapsOf(
        run, [&](const RgbImage& image) { return shuffled(image, params); }, false);
}

}

NodeType shuffleNode()
{
    return preprocessNode({
        .id = "shuffle",
        .title = "Shuffle",
        .text = "A picture in disorder, of which only colours and style remain.",
        .from = "A picture",
        .params = {{"seed", ParamKind::Seed, int64_t(0), "Another one, another disorder"},
            {"cell", ParamKind::Int, int64_t(256), "Pixels between the points that are moved at random", 16, 1024, 1}},
        .run = runShuffle,
    });
}

}
