#include "inference/preprocess/blur.h"

#include "inference/values/mat.h"

#include <opencv2/imgproc.hpp>

namespace athanor {

RgbImage blurred(const RgbImage& image, const BlurParams& params)
{
    return throughMat(image, [&](const cv::Mat& mat) {
        cv::Mat result;
        cv::GaussianBlur(mat, result, {}, params.sigma);
        return result;
    });
}

}
