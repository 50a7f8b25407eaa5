#include "inference/preprocess/scribble_xdog.h"

#include "inference/values/mat.h"

#include <cstdint>

namespace athanor {

RgbImage scribbleXdog(const RgbImage& image, const ScribbleXdogParams& params)
{
    constexpr double fine = 0.5, coarse = 5; // pixels
    return throughMat(image, [&](const cv::Mat& mat) {
        const cv::Mat darker = leastChannel(blurredFloats(mat, coarse) - blurredFloats(mat, fine));
        cv::Mat lines = 255 - truncated(255 - darker); // the fraction rounded up, as the extension's 8-bit steps do
        for (uint8_t& value : cv::Mat_<uint8_t>(lines))
            value =
                uint8_t(value * 2) > params.threshold ? 255 : 0; // twice in 8 bits: 128 … 144 is no line there either
        return lines;
    });
}

}
