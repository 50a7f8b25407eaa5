#include "inference/preprocess/soft_edges.h"

#include "inference/networks/network_picture.h"
#include "inference/values/mat.h"

#include <opencv2/imgproc.hpp>

#include <cmath>
#include <cstdint>
#include <string>

namespace athanor {

RgbImage hedEdges(OnnxNetwork& network, const RgbImage& image)
{
    constexpr size_t sideCount = 5;
    if (network.outputs().size() != sideCount)
        network.refuse("it has " + std::to_string(network.outputs().size())
            + " outputs, but HED 5: its sides before they are put together");
    const auto look = [&](const cv::Mat& seen) {
        cv::Mat sum = cv::Mat::zeros(seen.size(), CV_32F), side;
        for (const NetArray& array : network.run(arrayOf(seen, {{0, 0, 0}, {1, 1, 1}, false}))) {
            cv::resize(channelOf(network, array, 1, 0), side, seen.size(), 0, 0, cv::INTER_LINEAR);
            sum += side;
        }
        cv::exp(sum / -double(sideCount), sum);
        return cv::Mat(1 / (1 + sum));
    };
    return throughMat(image, [&](const cv::Mat& mat) { return shadesOf(seenBy(network, mat, 16, look)); });
}

RgbImage pidinetEdges(OnnxNetwork& network, const RgbImage& image)
{
    PictureForm form;
    form.blueFirst = true;
    const auto look = [&](const cv::Mat& seen) {
        const NetArray last = network.run(arrayOf(seen, form), {network.outputs().back().name})[0];
        return channelOf(network, last, 1, 0).clone();
    };
    return throughMat(image, [&](const cv::Mat& mat) { return shadesOf(seenBy(network, mat, 8, look)); });
}

RgbImage safeSteps(RgbImage map)
{
    for (uint8_t& shade : map.pixels)
        shade = shade < 85 ? 0 : shade < 170 ? 127 : 255;
    return map;
}

}
