#include "inference/preprocess/canny.h"

#include "inference/values/mat.h"

#include <opencv2/imgproc.hpp>

namespace athanor {

RgbImage canny(const RgbImage& image, const CannyParams& params)
{
    return throughMat(image, [&](const cv::Mat& mat) {
        cv::Mat edges;
        cv::Canny(mat, edges, params.low, params.high);
        return edges;
    });
}

}
