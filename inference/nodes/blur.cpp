#include "inference/preprocess/blur.h"

#include "inference/nodes/preprocess_node.h"

namespace athanor {

namespace {

Values runBlur(NodeRun& run)
{
    const BlurParams params{run.number("sigma")};
    return mapsOf(
        run, [&](const RgbImage& image) { return blurred(image, params); }, false);
}

}

NodeType blurNode()
{
    return preprocessNode({
        .id = "blur",
        .title = "Blur to a map",
        .text = "A picture without its details, by Gaussian blur.",
        .from = "A picture",
        .params = {{"sigma", ParamKind::Float, 9.0, "Pixels", 0.01, 64, 0.1}},
        .run = runBlur,
    });
}

}
