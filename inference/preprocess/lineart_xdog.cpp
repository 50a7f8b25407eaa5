#include "inference/preprocess/lineart_xdog.h"

#include "inference/values/mat.h"

#include <cmath>

namespace athanor {

RgbImage lineartXdog(const RgbImage& image, const LineartXdogParams& params)
{
    return throughMat(image, [&](const cv::Mat& mat) {
        const cv::Mat shades = gray(mat);
        cv::Mat_<float> map =
            (blurredFloats(shades, params.sigma) - params.tau * blurredFloats(shades, params.k * params.sigma)) / 255;
        for (float& value : map) {
            const double over = double(value) - params.epsilon;
            value = over >= 0 ? 0.f : float(-255 * std::tanh(params.phi * over));
        }
        return truncated(map);
    });
}

}
