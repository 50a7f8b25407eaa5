#include "inference/preprocess/canny.h"

#include "inference/nodes/preprocess_node.h"

#include <cstdint>

namespace athanor {

namespace {

Values runCanny(NodeRun& run)
{
    const CannyParams params{int(run.integer("low")), int(run.integer("high"))};
    return mapsOf(run, [&](const RgbImage& image) { return canny(image, params); });
}

}

NodeType cannyNode()
{
    return preprocessNode({
        .id = "canny",
        .title = "Canny edges",
        .text = "Thin white lines on black where brightness or colour changes.",
        .from = "A picture",
        .params = {{"low", ParamKind::Int, int64_t(100), "An edge is followed while it is above this", 1, 255, 1},
            {"high", ParamKind::Int, int64_t(200), "An edge begins where it is above this; lower finds more", 1, 255,
                1}},
        .run = runCanny,
    });
}

}
