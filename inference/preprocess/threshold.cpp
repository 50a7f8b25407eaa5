#include "inference/preprocess/threshold.h"

#include "inference/values/mat.h"

namespace athanor {

RgbImage threshold(const RgbImage& image, const ThresholdParams& params)
{
    return throughMat(image, [&](const cv::Mat& mat) -> cv::Mat { return leastChannel(mat) > params.threshold; });
}

}
