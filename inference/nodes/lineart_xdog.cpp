#include "inference/preprocess/lineart_xdog.h"

#include "inference/nodes/preprocess_node.h"

namespace athanor {

namespace {

Values runLineartXdog(NodeRun& run)
{
    const LineartXdogParams params{
        run.number("sigma"), run.number("k"), run.number("tau"), run.number("epsilon"), run.number("phi")};
    return mapsOf(run, [&](const RgbImage& image) { return lineartXdog(image, params); });
}

}

NodeType lineartXdogNode()
{
    return preprocessNode({
        .id = "lineart_xdog",
        .title = "Line art, XDoG",
        .text = "White lines on black as ink would draw a picture, by the extended difference of Gaussians.",
        .from = "A picture",
        .params = {{"sigma", ParamKind::Float, 0.8, "Pixels: how fine the lines are", 0.1, 20, 0.1},
            {"k", ParamKind::Float, 1.6, "How much wider the second blur is", 1.01, 10, 0.1},
            {"tau", ParamKind::Float, 0.98, "Towards 1 faint edges become lines too", 0, 1, 0.01},
            {"epsilon", ParamKind::Float, 0.0, "Where ink begins; higher fills dark areas", -1, 1, 0.01},
            {"phi", ParamKind::Float, 100.0, "How hard the edges of lines are", 0.1, 1000, 1}},
        .run = runLineartXdog,
    });
}

}
