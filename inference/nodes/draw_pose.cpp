#include "inference/preprocess/pose_json.h"

#include "inference/nodes/pose_params.h"

#include <cstdint>
#include <vector>

namespace athanor {

namespace {

// Someone who stands, arms a little away.
constexpr const char* standing =
    R"({"people": [{"pose_keypoints_2d": [256,116,1, 256,165,1, 214,167,1, 190,225,1, 178,280,1, 298,167,1, 322,225,1,)"
    R"( 334,280,1, 230,285,1, 226,370,1, 224,450,1, 282,285,1, 286,370,1, 288,450,1, 246,106,1, 266,106,1, 232,112,1,)"
    R"( 280,112,1]}], "animals": [], "canvas_width": 512, "canvas_height": 512})";

Values runDrawPose(NodeRun& run)
{
    const Poses poses = readPoses(run.text("pose"), "pose", run.number("confidence"));
    const int width = int(run.integer("width")), height = int(run.integer("height"));
    RgbImage map = drawPoses(poses, width ? width : poses.width, height ? height : poses.height, drawingOf(run));
    return {shared(ImageValue{{std::move(map)}, {}})};
}

Param side(std::string_view name, std::string_view text)
{
    return {name, ParamKind::Int, int64_t(0), text, 0, 8192, 64};
}

}

NodeType drawPoseNode()
{
    std::vector<Param> params{
        {"pose", ParamKind::Pose, std::string(standing), "OpenPose's JSON, with hands and faces if it has them"},
        side("width", "Pixels; 0: the canvas's"), side("height", "Pixels; 0: the canvas's"),
        {"confidence", ParamKind::Float, leastConfidence, "Points of at most this count as not found", 0, 1, 0.05}};
    for (Param& param : drawingParams())
        params.push_back(std::move(param));
    return {
        .id = "draw_pose",
        .title = "Draw poses",
        .category = "Preprocess",
        .text = "The map of people's poses that ControlNets know, from OpenPose's JSON.",
        .params = std::move(params),
        .outputs = {{"image", PortType::Image, "The map, for a ControlNet"}},
        .run = runDrawPose,
    };
}

}
