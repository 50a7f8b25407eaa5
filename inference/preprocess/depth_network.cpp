#include "inference/preprocess/depth_network.h"

#include "inference/networks/network_picture.h"
#include "inference/values/mat.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace athanor {

namespace {

cv::Size sizeFor(const OnnxNetwork& network, const cv::Mat& picture, const DepthView& view)
{
    if (const cv::Size fixed = fixedSize(network); !fixed.empty())
        return fixed;
    const double factor = double(view.side) / std::min(picture.cols, picture.rows);
    constexpr int longest = 4096;
    const auto side = [&](int length) {
        const int multiples = int(std::lround(length * factor / view.multiple));
        return std::clamp(multiples, 1, longest / view.multiple) * view.multiple;
    };
    return {side(picture.cols), side(picture.rows)};
}

}

RgbImage depthByNetwork(OnnxNetwork& network, const RgbImage& image, const DepthView& view)
{
    return throughMat(image, [&](const cv::Mat& mat) {
        cv::Mat seen, depth;
        cv::resize(mat, seen, sizeFor(network, mat, view), 0, 0, cv::INTER_CUBIC);
        const NetArray found = network.run(arrayOf(seen, imagenetForm), {network.outputs()[0].name})[0];
        cv::resize(channelOf(network, found, 1, 0), depth, mat.size(), 0, 0, cv::INTER_CUBIC);
        double farthest = 0, nearest = 0;
        cv::minMaxLoc(depth, &farthest, &nearest);
        const double range = nearest - farthest;
        return shadesOf(range > 0 ? cv::Mat((depth - farthest) / range) : cv::Mat::zeros(depth.size(), CV_32F));
    });
}

RgbImage normalsByNetwork(OnnxNetwork& network, const RgbImage& image)
{
    const auto look = [&](const cv::Mat& seen) {
        const NetArray found = network.run(arrayOf(seen, imagenetForm), {network.outputs().back().name})[0];
        cv::Mat channels[3], map;
        for (int i = 0; i < 3; ++i)
            channels[i] = channelOf(network, found, 3, i) * 0.5 + 0.5;
        cv::merge(channels, 3, map);
        return map;
    };
    return throughMat(image, [&](const cv::Mat& mat) { return shadesOf(seenBy(network, mat, 32, look)); });
}

}
