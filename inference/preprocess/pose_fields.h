// People from heat maps of points and fields along limbs (Cao et al. 2017, "part affinity fields").
#pragma once
#include "inference/preprocess/pose_map.h"

#include <span>

namespace athanor {

struct PoseFields {
    int width = 0, height = 0;
    // height × width each: 18 heat maps and "nothing"; then x and y of the way along each of poseLimbs.
    std::span<const float> planes;
};

constexpr size_t poseFieldPlanes = bodyPoints + 1 + 2 * 17;

// The canvas is left at its default. Those with few points or little certainty are left out.
Poses posesFromFields(const PoseFields& fields);

}
