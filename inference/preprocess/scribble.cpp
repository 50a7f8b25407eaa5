#include "inference/preprocess/scribble.h"

#include "inference/values/mat.h"

#include <opencv2/imgproc.hpp>

namespace athanor {

namespace {

// White where the map, smoothed, is a ridge in one of four directions and above the threshold.
cv::Mat ridges(const cv::Mat& map, int threshold, double sigma)
{
    constexpr uchar directions[4][9] = {
        {0, 0, 0, 1, 1, 1, 0, 0, 0},
        {0, 1, 0, 0, 1, 0, 0, 1, 0},
        {1, 0, 0, 0, 1, 0, 0, 0, 1},
        {0, 0, 1, 0, 1, 0, 1, 0, 0},
    };
    const cv::Mat smooth = blurredFloats(map, sigma);
    cv::Mat ridge = cv::Mat::zeros(smooth.size(), CV_8U), highest;
    for (const auto& direction : directions) {
        cv::dilate(smooth, highest, cv::Mat(3, 3, CV_8U, const_cast<uchar*>(direction)));
        ridge |= highest == smooth;
    }
    return ridge & (smooth > threshold);
}

cv::Mat thickened(const cv::Mat& lines, double sigma)
{
    constexpr int faintest = 4; // of a line's blur
    cv::Mat blurred;
    cv::GaussianBlur(lines, blurred, {}, sigma);
    return blurred > faintest;
}

}

RgbImage scribble(const RgbImage& image, const ScribbleParams& params)
{
    return throughMat(image, [&](const cv::Mat& mat) -> cv::Mat {
        if (params.from == ScribbleParams::From::Drawing)
            return leastChannel(mat) < params.threshold;
        return thickened(ridges(gray(mat), params.threshold, params.sigma), params.sigma);
    });
}

}
