#include "inference/preprocess/normal.h"

#include "inference/values/mat.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cstdint>

namespace athanor {

namespace {

// White where the depth is less than a share of the depth there is; nowhere if all is alike.
cv::Mat farther(const cv::Mat_<float>& depth, float share)
{
    double lowest = 0, highest = 0;
    cv::minMaxLoc(depth, &lowest, &highest);
    const float range = float(highest - lowest);
    cv::Mat_<uint8_t> mask = cv::Mat_<uint8_t>::zeros(depth.size());
    if (range > 0)
        std::transform(depth.begin(), depth.end(), mask.begin(),
            [&](float value) { return (value - float(lowest)) / range < share ? 255 : 0; });
    return mask;
}

}

RgbImage normalFromDepth(const RgbImage& depth, const NormalParams& params)
{
    return throughMat(depth, [&](const cv::Mat& mat) {
        cv::Mat shades, slopes[3];
        gray(mat).convertTo(shades, CV_32F);
        cv::Sobel(shades, slopes[0], CV_32F, 1, 0);
        cv::Sobel(shades, slopes[1], CV_32F, 0, 1);
        const cv::Mat behind = farther(shades, float(params.background));
        slopes[0].setTo(0, behind);
        slopes[1].setTo(0, behind);
        slopes[2] = cv::Mat(mat.size(), CV_32F, cv::Scalar(params.z));
        cv::Mat length;
        cv::sqrt(slopes[0].mul(slopes[0]) + slopes[1].mul(slopes[1]) + slopes[2].mul(slopes[2]), length);
        for (cv::Mat& part : slopes)
            part = part / length * 127.5 + 127.5;
        cv::Mat normals;
        cv::merge(slopes, 3, normals);
        return truncated(normals);
    });
}

}
