// Pictures as OpenCV's arrays and back, for .cpp files of preprocess and networks; no other file knows OpenCV.
#pragma once
#include "inference/values/image.h"

#include <opencv2/core.hpp>

#include <functional>

namespace athanor {

// One thread, so that a result never depends on how work was divided; errors are told by us alone. Done once.
void prepareOpenCv();

// Calls `work` with the picture's own pixels, height × width × 3 of 8 bits, and makes a picture of what it returns:
// 8 bits, 3 channels, or 1, which becomes three alike. OpenCV's errors become ours; it keeps to this thread.
// Throws Error(BadArgument) for a picture without pixels.
RgbImage throughMat(const RgbImage& image, const std::function<cv::Mat(const cv::Mat&)>& work);

// The same for what is drawn onto the picture's own pixels, without another picture beside it.
void drawOn(RgbImage& image, const std::function<void(cv::Mat&)>& work);

// The least of a pixel's three channels.
cv::Mat leastChannel(const cv::Mat& image);
// By Rec. 601.
cv::Mat gray(const cv::Mat& image);
// Gaussian blur over floats, as wide as sigma needs.
cv::Mat blurredFloats(const cv::Mat& image, double sigma);

// What numpy's astype(uint8) makes of numbers: cut off to 0 … 255, then the fraction cut off.
cv::Mat truncated(const cv::Mat& floats);

}
