#include "inference/preprocess/shuffle.h"

#include "inference/preprocess/mat.h"

#include <opencv2/imgproc.hpp>

#include <random>

namespace athanor {

namespace {

// 0 … 1 with 53 bits, as numpy's uniform draws it from the Mersenne twister.
double uniform(std::mt19937& random)
{
    const uint32_t high = uint32_t(random()) >> 5, low = uint32_t(random()) >> 6;
    return (high * 67108864.0 + low) / 9007199254740992.0;
}

// Smooth noise from 0 to `highest`.
cv::Mat smoothField(std::mt19937& random, cv::Size size, int cell, double highest)
{
    cv::Mat_<double> points(size.height / cell + 2, size.width / cell + 2);
    for (double& point : points)
        point = uniform(random);
    cv::Mat wide, field;
    cv::resize(points, wide, {size.width + 2 * cell, size.height + 2 * cell}, 0, 0, cv::INTER_CUBIC);
    wide = wide(cv::Rect({cell, cell}, size));
    double lowest = 0, top = 0;
    cv::minMaxLoc(wide, &lowest, &top);
    const double range = top > lowest ? top - lowest : 1;
    cv::Mat((wide - lowest) / range * highest).convertTo(field, CV_32F);
    return field;
}

}

RgbImage shuffled(const RgbImage& image, const ShuffleParams& params)
{
    std::mt19937 random(uint32_t(params.seed ^ (params.seed >> 32)));
    return throughMat(image, [&](const cv::Mat& mat) {
        const cv::Mat x = smoothField(random, mat.size(), params.cell, mat.cols - 1);
        const cv::Mat y = smoothField(random, mat.size(), params.cell, mat.rows - 1);
        cv::Mat result;
        cv::remap(mat, result, x, y, cv::INTER_LINEAR);
        return result;
    });
}

}
