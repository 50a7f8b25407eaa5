#include "inference/networks/network_picture.h"

#include "inference/values/mat.h"

#include <opencv2/imgproc.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace athanor {

const PictureForm imagenetForm{{123.675, 116.28, 103.53}, {58.395, 57.12, 57.375}, false};

NetArray arrayOf(const cv::Mat& picture, const PictureForm& form)
{
    const int channels = picture.channels(), area = int(picture.total());
    NetArray array{{1, channels, picture.rows, picture.cols}, std::vector<float>(picture.total() * size_t(channels))};
    std::vector<cv::Mat> planes;
    cv::split(picture, planes);
    for (int c = 0; c < channels; ++c) {
        const int to = form.blueFirst ? channels - 1 - c : c;
        cv::Mat plane(picture.size(), CV_32F, array.values.data() + size_t(to) * size_t(area));
        planes[size_t(c)].convertTo(plane, CV_32F);
        plane = (plane - form.mean[c]) / form.deviation[c];
    }
    return array;
}

cv::Mat channelOf(const OnnxNetwork& network, const NetArray& array, int channels, int index)
{
    const size_t dims = array.shape.size();
    const int height = dims >= 2 ? array.shape[dims - 2] : 0, width = dims >= 2 ? array.shape[dims - 1] : 0;
    const size_t area = size_t(height) * size_t(width);
    if (area == 0 || array.values.size() < area * size_t(channels))
        network.refuse("an output has too few numbers for " + std::to_string(channels)
            + (channels == 1 ? " map" : " maps") + "; is this another network?");
    return cv::Mat(height, width, CV_32F, const_cast<float*>(array.values.data()) + area * size_t(index));
}

cv::Size fixedSize(const OnnxNetwork& network)
{
    const std::vector<int64_t>& shape = network.inputShape();
    constexpr int64_t most = 4096;
    if (shape[2] > most || shape[3] > most)
        network.refuse("it takes pictures of more than " + std::to_string(most) + " pixels a side");
    return shape[2] && shape[3] ? cv::Size(int(shape[3]), int(shape[2])) : cv::Size();
}

cv::Mat seenBy(const OnnxNetwork& network, const cv::Mat& picture, int multiple,
    const std::function<cv::Mat(const cv::Mat&)>& look)
{
    cv::Mat seen, map;
    if (const cv::Size fixed = fixedSize(network); !fixed.empty()) {
        const bool smaller = fixed.area() < picture.size().area();
        cv::resize(picture, seen, fixed, 0, 0, smaller ? cv::INTER_AREA : cv::INTER_CUBIC);
        cv::resize(look(seen), map, picture.size(), 0, 0, cv::INTER_LINEAR);
        return map;
    }
    const int below = (multiple - picture.rows % multiple) % multiple;
    const int right = (multiple - picture.cols % multiple) % multiple;
    cv::copyMakeBorder(picture, seen, 0, below, 0, right, cv::BORDER_REPLICATE);
    map = look(seen);
    if (map.size() != seen.size())
        cv::resize(cv::Mat(map), map, seen.size(), 0, 0, cv::INTER_LINEAR);
    return map(cv::Rect({}, picture.size()));
}

cv::Mat shadesOf(const cv::Mat& shares)
{
    return truncated(shares * 255);
}

}
