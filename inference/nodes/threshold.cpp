#include "inference/preprocess/threshold.h"

#include "inference/nodes/preprocess_node.h"

#include <cstdint>

namespace athanor {

namespace {

Values runThreshold(NodeRun& run)
{
    const ThresholdParams params{int(run.integer("threshold"))};
    return mapsOf(run, [&](const RgbImage& image) { return threshold(image, params); });
}

}

NodeType thresholdNode()
{
    return preprocessNode({
        .id = "threshold",
        .title = "Threshold",
        .text = "White where a picture is bright in all channels, else black.",
        .from = "A picture",
        .params = {{"threshold", ParamKind::Int, int64_t(127), "Brighter becomes white", 0, 255, 1}},
        .run = runThreshold,
    });
}

}
