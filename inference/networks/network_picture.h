// Pictures as networks take them, and maps from what they give, for the .cpp files of this folder.
#pragma once
#include "inference/networks/onnx_network.h"

#include <opencv2/core.hpp>

#include <functional>

namespace athanor {

struct PictureForm {
    cv::Scalar mean{0, 0, 0}, deviation{255, 255, 255}; // (shade − mean) / deviation, of R, G, B
    bool blueFirst = false;
};

// As ImageNet's classifiers take them, and all that was trained on from them.
extern const PictureForm imagenetForm;

// 8-bit R G B, or one channel → 1 × channels × height × width.
NetArray arrayOf(const cv::Mat& picture, const PictureForm& form);

// Channel `index` of an output as floats; it lives as long as the array. Refuses the network unless the output has at
// least `channels` of height × width.
cv::Mat channelOf(const OnnxNetwork& network, const NetArray& array, int channels, int index);

// The size that the network's file fixes; of no pixels where it is free.
cv::Size fixedSize(const OnnxNetwork& network);

// A map of the picture's size by `look`, which makes one of a picture that suits the network: of the size that its file
// fixes, or else with the last row and column repeated up to multiples of `multiple`.
cv::Mat seenBy(const OnnxNetwork& network, const cv::Mat& picture, int multiple,
    const std::function<cv::Mat(const cv::Mat&)>& look);

// 0 … 1 as shades, the fraction cut off.
cv::Mat shadesOf(const cv::Mat& shares);

}
