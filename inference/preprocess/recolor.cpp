#include "inference/preprocess/recolor.h"

#include "inference/values/mat.h"

#include <opencv2/imgproc.hpp>

#include <cmath>
#include <cstdint>

namespace athanor {

RgbImage recolor(const RgbImage& image, const RecolorParams& params)
{
    const bool luminance = params.by == RecolorParams::By::Luminance;
    return throughMat(image, [&](const cv::Mat& mat) {
        cv::Mat converted, shades;
        cv::cvtColor(mat, converted, luminance ? cv::COLOR_RGB2Lab : cv::COLOR_RGB2HSV);
        cv::extractChannel(converted, shades, luminance ? 0 : 2);
        cv::Mat table(1, 256, CV_8U);
        for (int i = 0; i < 256; ++i)
            table.at<uint8_t>(i) = uint8_t(std::pow(float(i) / 255.f, float(params.gamma)) * 255.f);
        cv::LUT(shades, table, shades);
        return shades;
    });
}

}
