#include "inference/preprocess/shuffle.h"

#include "inference/values/mat.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
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

// The colour at a place between pixels, inside the picture. OpenCV's remap takes steps of 1/32 pixel before version 5.
cv::Vec3b between(const cv::Mat& image, float x, float y)
{
    const int left = std::min(int(x), std::max(0, image.cols - 2)), top = std::min(int(y), std::max(0, image.rows - 2));
    const int right = std::min(left + 1, image.cols - 1), bottom = std::min(top + 1, image.rows - 1);
    const float a = x - float(left), b = y - float(top);
    const auto pixel = [&](int row, int column) { return cv::Vec3f(image.at<cv::Vec3b>(row, column)); };
    const cv::Vec3f above = pixel(top, left) * (1 - a) + pixel(top, right) * a;
    const cv::Vec3f below = pixel(bottom, left) * (1 - a) + pixel(bottom, right) * a;
    return above * (1 - b) + below * b;
}

}

RgbImage shuffled(const RgbImage& image, const ShuffleParams& params)
{
    std::mt19937 random(uint32_t(params.seed ^ (params.seed >> 32)));
    return throughMat(image, [&](const cv::Mat& mat) {
        const cv::Mat x = smoothField(random, mat.size(), params.cell, mat.cols - 1);
        const cv::Mat y = smoothField(random, mat.size(), params.cell, mat.rows - 1);
        cv::Mat result(mat.size(), CV_8UC3);
        for (int row = 0; row < mat.rows; ++row)
            for (int column = 0; column < mat.cols; ++column)
                result.at<cv::Vec3b>(row, column) = between(mat, x.at<float>(row, column), y.at<float>(row, column));
        return result;
    });
}

}
