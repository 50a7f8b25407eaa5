#include "inference/preprocess/normal.h"

#include "inference/nodes/preprocess_node.h"

namespace athanor {

namespace {

Values run(NodeRun& run)
{
    const NormalParams params{run.number("background"), run.number("z")};
    return mapsOf(run, [&](const RgbImage& image) { return normalFromDepth(image, params); });
}

}

NodeType normalNode()
{
    return preprocessNode({
        .id = "normal",
        .title = "Normals from depth",
        .text = "Which way surfaces face, as colours: blue the camera, red the left, green the top.",
        .from = "A map of depth: near is white",
        .params = {{"background", ParamKind::Float, 0.4, "Share of the depth there is below which all faces the camera",
                       0, 1, 0.01},
            {"z", ParamKind::Float, 6.283185307179586, "Smaller: steeper slopes", 0.1, 1000, 0.1}},
        .run = run,
    });
}

}
