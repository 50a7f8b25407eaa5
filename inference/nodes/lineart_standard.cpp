#include "inference/preprocess/lineart_standard.h"

#include "inference/nodes/preprocess_node.h"

#include <cstdint>

namespace athanor {

namespace {

Values runLineartStandard(NodeRun& run)
{
    const LineartStandardParams params{run.number("sigma"), int(run.integer("threshold"))};
    return mapsOf(run, [&](const RgbImage& image) { return lineartStandard(image, params); });
}

}

NodeType lineartStandardNode()
{
    return preprocessNode({
        .id = "lineart_standard",
        .title = "Line art, standard",
        .text = "White lines on black from a drawing on paper: what is darker than its surroundings.",
        .from = "A drawing: dark lines on light paper",
        .params = {{"sigma", ParamKind::Float, 6.0, "Pixels the surroundings reach", 0.1, 100, 0.1},
            {"threshold", ParamKind::Int, int64_t(8),
                "What differs less does not count when the strength of lines is measured", 0, 255, 1}},
        .run = runLineartStandard,
    });
}

}
