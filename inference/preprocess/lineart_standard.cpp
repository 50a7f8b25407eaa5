#include "inference/preprocess/lineart_standard.h"

#include "inference/values/mat.h"

#include <algorithm>
#include <vector>

namespace athanor {

namespace {

// As numpy's: of an even number the mean of the middle two. 0 for none.
float median(std::vector<float> values)
{
    if (values.empty())
        return 0;
    const auto middle = values.begin() + std::ptrdiff_t(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2)
        return *middle;
    return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

}

RgbImage lineartStandard(const RgbImage& image, const LineartStandardParams& params)
{
    return throughMat(image, [&](const cv::Mat& mat) {
        cv::Mat floats;
        mat.convertTo(floats, CV_32F);
        cv::Mat darker = leastChannel(blurredFloats(mat, params.sigma) - floats);
        std::vector<float> counted;
        for (const float value : cv::Mat_<float>(darker))
            if (value > float(params.threshold))
                counted.push_back(std::min(value, 255.f));
        constexpr float faintest = 16; // paper alone shall not become lines
        const float strength = std::max(faintest, median(std::move(counted)));
        darker = cv::max(darker, 0) / strength * 127;
        return truncated(darker);
    });
}

}
