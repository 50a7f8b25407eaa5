#include "inference/preprocess/binary.h"

#include "inference/nodes/preprocess_node.h"

#include <cstdint>

namespace athanor {

namespace {

Values runBinary(NodeRun& run)
{
    const BinaryParams params{int(run.integer("threshold"))};
    return mapsOf(run, [&](const RgbImage& image) { return binary(image, params); });
}

}

NodeType binaryNode()
{
    return preprocessNode({
        .id = "binary",
        .title = "Binary",
        .text = "White where a picture is dark, black where it is light.",
        .from = "A picture",
        .params = {{"threshold", ParamKind::Int, int64_t(100),
            "At or below it is dark; 0 or 255: chosen by the picture (Otsu)", 0, 255, 1}},
        .run = runBinary,
    });
}

}
