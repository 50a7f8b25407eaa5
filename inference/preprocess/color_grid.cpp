#include "inference/preprocess/color_grid.h"

#include "inference/values/mat.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>

namespace athanor {

RgbImage colorGrid(const RgbImage& image, const ColorGridParams& params)
{
    const cv::Size cells(std::max(1, image.width / params.cell), std::max(1, image.height / params.cell));
    return throughMat(image, [&](const cv::Mat& mat) {
        cv::Mat small, result;
        cv::resize(mat, small, cells, 0, 0, cv::INTER_CUBIC);
        cv::resize(small, result, mat.size(), 0, 0, cv::INTER_NEAREST);
        return result;
    });
}

}
