#include "inference/preprocess/straight_lines.h"

#include "inference/networks/network_picture.h"
#include "inference/values/mat.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

namespace athanor {

namespace {

constexpr size_t mostLines = 200;

struct Centre {
    double score = 0;
    int x = 0, y = 0;
};

// Where the map is highest among its neighbours, the highest first.
std::vector<Centre> centres(const cv::Mat& map)
{
    cv::Mat highest;
    cv::dilate(map, highest, cv::Mat::ones(3, 3, CV_8U));
    std::vector<Centre> found;
    for (int y = 0; y < map.rows; ++y)
        for (int x = 0; x < map.cols; ++x)
            if (const float value = map.at<float>(y, x); value == highest.at<float>(y, x))
                found.push_back({1 / (1 + std::exp(-double(value))), x, y});
    std::ranges::stable_sort(found, std::ranges::greater(), &Centre::score);
    found.resize(std::min(found.size(), mostLines));
    return found;
}

NetArray fourChannels(const cv::Mat& seen)
{
    NetArray array = arrayOf(seen, {{127.5, 127.5, 127.5}, {127.5, 127.5, 127.5}, false});
    array.shape[1] = 4;
    array.values.resize(array.values.size() + seen.total(), 1 / 127.5f - 1);
    return array;
}

// As the network's authors draw: coordinates beyond any picture are far outside of this one.
cv::Point pixelAt(double x, double y)
{
    constexpr double farAway = 30'000;
    return {int(std::clamp(x, -farAway, farAway)), int(std::clamp(y, -farAway, farAway))};
}

}

RgbImage straightLines(OnnxNetwork& network, const RgbImage& image, const StraightLinesParams& params)
{
    if (network.inputShape()[1] != 0 && network.inputShape()[1] != 4)
        network.refuse("it takes pictures of " + std::to_string(network.inputShape()[1]) + " channels, but M-LSD of 4");
    return throughMat(image, [&](const cv::Mat& mat) {
        const auto up = [](int side) { return (side + 63) / 64 * 64; };
        const cv::Size fixed = fixedSize(network);
        cv::Mat seen;
        cv::resize(mat, seen, fixed.empty() ? cv::Size(up(mat.cols), up(mat.rows)) : fixed, 0, 0, cv::INTER_AREA);
        const NetArray found = network.run(fourChannels(seen), {network.outputs()[0].name})[0];
        std::array<cv::Mat, 5> maps; // centre; x and y to the start, then to the end
        for (int i = 0; i < 5; ++i)
            maps[size_t(i)] = channelOf(network, found, 5, i);
        const double across = 2.0 * mat.cols / seen.cols, down = 2.0 * mat.rows / seen.rows;
        cv::Mat drawing = cv::Mat::zeros(mat.size(), CV_8U);
        for (const Centre& c : centres(maps[0])) {
            std::array<double, 4> way;
            for (size_t i = 0; i < 4; ++i)
                way[i] = maps[i + 1].at<float>(c.y, c.x);
            if (c.score > params.score && std::hypot(way[0] - way[2], way[1] - way[3]) > params.distance)
                cv::line(drawing, pixelAt((c.x + way[0]) * across, (c.y + way[1]) * down),
                    pixelAt((c.x + way[2]) * across, (c.y + way[3]) * down), 255);
        }
        return drawing;
    });
}

}
