// Edits of poses as functions from value to value.
#pragma once
#include "inference/preprocess/pose_map.h"

#include <vector>

namespace athanor {

// Someone who stands, arms a little away, in the middle of a canvas of that size.
PosePerson standingPerson(int width, int height);

// The 18 points of the body where they are, and where those that are hidden would be if the person stood as
// standingPerson does. Empty for someone without a body.
std::vector<PosePoint> allJoints(const PosePerson& person, int width, int height);

struct PoseBox {
    double left = 0, top = 0, right = 0, bottom = 0; // shares of the canvas
};
PoseBox boxOf(const PosePerson& person); // around what is seen of the body, hands and face

PosePerson movedPerson(PosePerson person, double right, double down);
// About a point.
PosePerson scaledPerson(PosePerson person, PosePoint about, double x, double y);
// A hand goes with its wrist.
PosePerson withJoint(PosePerson person, size_t joint, PosePoint at);
PosePerson withoutJoint(PosePerson person, size_t joint);

}
