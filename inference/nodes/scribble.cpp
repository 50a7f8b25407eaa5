#include "inference/preprocess/scribble.h"

#include "inference/nodes/preprocess_node.h"

#include <cstdint>
#include <string>

namespace athanor {

namespace {

Values runScribble(NodeRun& run)
{
    ScribbleParams params;
    params.from = run.text("from") == "drawing" ? ScribbleParams::From::Drawing : ScribbleParams::From::SoftEdges;
    params.threshold = int(run.integer("threshold"));
    params.sigma = run.number("sigma");
    return mapsOf(run, [&](const RgbImage& image) { return scribble(image, params); });
}

}

NodeType scribbleNode()
{
    return preprocessNode({
        .id = "scribble",
        .title = "Scribble",
        .text = "White strokes on black, from a drawing or from a map of soft edges.",
        .from = "A drawing: dark lines on light paper; or a map of soft edges",
        .params = {{"from", ParamKind::Choice, std::string("drawing"),
                       "drawing: what is dark becomes white; soft_edges: their ridges, drawn thick", 0, 0, 1,
                       {"drawing", "soft_edges"}},
            {"threshold", ParamKind::Int, int64_t(127), "Drawing: darker is a line; soft edges: brighter is", 0, 255,
                1},
            {"sigma", ParamKind::Float, 3.0, "Pixels by which soft edges are smoothed and lines thickened", 0.1, 20,
                0.1}},
        .run = runScribble,
    });
}

}
