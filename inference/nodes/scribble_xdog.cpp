#include "inference/preprocess/scribble_xdog.h"

#include "inference/nodes/preprocess_node.h"

#include <cstdint>

namespace athanor {

namespace {

Values runScribbleXdog(NodeRun& run)
{
    const ScribbleXdogParams params{int(run.integer("threshold"))};
    return mapsOf(run, [&](const RgbImage& image) { return scribbleXdog(image, params); });
}

}

NodeType scribbleXdogNode()
{
    return preprocessNode({
        .id = "scribble_xdog",
        .title = "Scribble, XDoG",
        .text = "White strokes on black where a picture is darker than its surroundings.",
        .from = "A picture",
        .params = {{"threshold", ParamKind::Int, int64_t(32), "Lower draws more", 1, 64, 1}},
        .run = runScribbleXdog,
    });
}

}
