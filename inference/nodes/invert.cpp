#include "inference/preprocess/invert.h"

#include "inference/nodes/preprocess_node.h"

namespace athanor {

namespace {

Values runInvert(NodeRun& run)
{
    return mapsOf(run, [&](const RgbImage& image) { return inverted(image); });
}

}

NodeType invertNode()
{
    return preprocessNode({
        .id = "invert",
        .title = "Invert to a map",
        .text = "Light becomes dark and dark light: a drawing on paper becomes a map.",
        .from = "A picture",
        .params = {},
        .run = runInvert,
    });
}

}
