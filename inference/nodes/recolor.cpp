#include "inference/preprocess/recolor.h"

#include "inference/nodes/preprocess_node.h"

#include <string>

namespace athanor {

namespace {

Values runRecolor(NodeRun& run)
{
    RecolorParams params;
    params.by = run.text("by") == "luminance" ? RecolorParams::By::Luminance : RecolorParams::By::Intensity;
    params.gamma = run.number("gamma");
    return mapsOf(
        run, [&](const RgbImage& image) { return recolor(image, params); }, false);
}

}

NodeType recolorNode()
{
    return preprocessNode({
        .id = "recolor",
        .title = "Recolour",
        .text = "A picture without its colours, for models that give it new ones.",
        .from = "A picture",
        .params = {{"by", ParamKind::Choice, std::string("luminance"),
                       "luminance: as bright as people see it; intensity: as its brightest channel", 0, 0, 1,
                       {"luminance", "intensity"}},
            {"gamma", ParamKind::Float, 1.0, "Above 1 darker, below brighter", 0.1, 2, 0.01}},
        .run = runRecolor,
    });
}

}
