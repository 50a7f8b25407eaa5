#include "inference/preprocess/tile.h"

#include "inference/values/mat.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>

namespace athanor {

RgbImage tile(const RgbImage& image, const TileParams& params)
{
    constexpr double least = 1.1;
    if (params.downRate < least)
        return image;
    const cv::Size small(
        std::max(1, int(image.width / params.downRate)), std::max(1, int(image.height / params.downRate)));
    return throughMat(image, [&](const cv::Mat& mat) {
        cv::Mat shrunk, result;
        cv::resize(mat, shrunk, small, 0, 0, cv::INTER_AREA);
        cv::resize(shrunk, result, mat.size(), 0, 0, cv::INTER_CUBIC);
        return result;
    });
}

}
