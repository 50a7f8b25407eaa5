#include "inference/preprocess/binary.h"

#include "inference/values/mat.h"

#include <opencv2/imgproc.hpp>

namespace athanor {

RgbImage binary(const RgbImage& image, const BinaryParams& params)
{
    const bool otsu = params.threshold <= 0 || params.threshold >= 255;
    return throughMat(image, [&](const cv::Mat& mat) {
        cv::Mat map;
        cv::threshold(gray(mat), map, params.threshold, 255, cv::THRESH_BINARY_INV | (otsu ? int(cv::THRESH_OTSU) : 0));
        return map;
    });
}

}
