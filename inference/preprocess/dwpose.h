// Poses with hands and faces by DWPose (Yang et al. 2023): YOLOX finds people, RTMPose their 133 points. Users have
// both as ONNX files, yolox_l.onnx and dw-ll_ucoco_384.onnx.
#pragma once
#include "inference/networks/onnx_network.h"
#include "inference/preprocess/pose_map.h"
#include "inference/values/image.h"

#include <vector>

namespace athanor {

struct PersonBox {
    double left = 0, top = 0, right = 0, bottom = 0; // pixels
    double score = 0;
};

// The most certain first, without those that overlap a better one much. Throws Error(BadFile) for another network.
std::vector<PersonBox> findPeople(OnnxNetwork& yolox, const RgbImage& image);

// The points in each box, or without boxes in the whole picture. Throws Error(BadFile) for another network.
Poses posesIn(OnnxNetwork& dwpose, const RgbImage& image, const std::vector<PersonBox>& boxes);

}
