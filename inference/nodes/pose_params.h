// How nodes draw poses.
#pragma once
#include "inference/nodes/common.h"
#include "inference/preprocess/pose_map.h"

#include <string>
#include <vector>

namespace athanor {

inline std::vector<Param> drawingParams()
{
    return {
        {"style", ParamKind::Choice, std::string("opaque"),
            "opaque: as ControlNet 1.1 was trained; blended: as ControlNet 1.0 was", 0, 0, 1, {"opaque", "blended"}},
        {"wide_limbs", ParamKind::Bool, false, "Wider from 500 pixels on, as xinsir's models for SDXL know them"},
        {"body", ParamKind::Bool, true, "Whether bodies are drawn"},
        {"hands", ParamKind::Bool, true, "Whether hands are drawn"},
        {"face", ParamKind::Bool, true, "Whether faces are drawn"}};
}

inline PoseDrawing drawingOf(const NodeRun& run)
{
    PoseDrawing drawing;
    drawing.style = run.text("style") == "opaque" ? PoseDrawing::Style::Opaque : PoseDrawing::Style::Blended;
    drawing.wideLimbs = run.boolean("wide_limbs");
    drawing.body = run.boolean("body");
    drawing.hands = run.boolean("hands");
    drawing.face = run.boolean("face");
    return drawing;
}

}
