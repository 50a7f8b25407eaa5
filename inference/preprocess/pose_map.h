// Poses of people as points, and the map that ControlNets for poses know them by. Their file format is pose_json.h's.
#pragma once
#include "inference/values/image.h"

#include <array>
#include <optional>
#include <vector>

namespace athanor {

struct PosePoint {
    double x = 0, y = 0; // shares of the canvas's width and height, y downwards; may lie outside of 0 … 1
    bool operator==(const PosePoint&) const = default;
};

// Numbered as OpenPose does; nothing where it was not found.
using PosePoints = std::vector<std::optional<PosePoint>>;

constexpr size_t bodyPoints = 18, handPoints = 21, facePoints = 70;

// The two points of each limb.
constexpr std::array<std::array<int, 2>, 17> poseLimbs{{{1, 2}, {1, 5}, {2, 3}, {3, 4}, {5, 6}, {6, 7}, {1, 8}, {8, 9},
    {9, 10}, {1, 11}, {11, 12}, {12, 13}, {1, 0}, {0, 14}, {14, 16}, {0, 15}, {15, 17}}};

struct PosePerson {
    PosePoints body; // bodyPoints: nose, neck, right shoulder, elbow, wrist, left …; or empty
    PosePoints leftHand, rightHand; // handPoints: the wrist, then four a finger from the thumb on; or empty
    PosePoints face; // at most facePoints
    bool operator==(const PosePerson&) const = default;
};

struct Poses {
    int width = 512, height = 512; // of the canvas, pixels
    std::vector<PosePerson> people;
    bool operator==(const Poses&) const = default;
};

struct PoseDrawing {
    enum class Style {
        Opaque, // ControlNet 1.1: limbs in darker colours, joints on top
        Blended, // ControlNet 1.0: joints, and limbs over them that let them shine through
    };
    Style style = Style::Opaque;
    bool wideLimbs = false; // wider on canvases from 500 pixels on, as xinsir's models for SDXL were trained
    bool body = true, hands = true, face = true;
};

// On black. width, height: pixels, 1 … 16384. Throws Error(BadArgument) for others.
RgbImage drawPoses(const Poses& poses, int width, int height, const PoseDrawing& drawing = {});

}
