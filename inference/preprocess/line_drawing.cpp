#include "inference/preprocess/line_drawing.h"

#include "inference/networks/network_picture.h"
#include "inference/values/mat.h"

#include <opencv2/imgproc.hpp>

namespace athanor {

namespace {

cv::Mat onlyMap(OnnxNetwork& network, const cv::Mat& seen, const PictureForm& form)
{
    const NetArray map = network.run(arrayOf(seen, form), {network.outputs()[0].name})[0];
    return channelOf(network, map, 1, 0).clone();
}

cv::Mat inverted(const cv::Mat& shades)
{
    return 255 - shades;
}

cv::Mat mapBy(OnnxNetwork& network, const cv::Mat& mat, int multiple, const PictureForm& form)
{
    return seenBy(network, mat, multiple, [&](const cv::Mat& seen) { return onlyMap(network, seen, form); });
}

}

RgbImage drawnLines(OnnxNetwork& network, const RgbImage& image)
{
    return throughMat(
        image, [&](const cv::Mat& mat) { return inverted(shadesOf(mapBy(network, mat, 4, PictureForm{}))); });
}

RgbImage animeLines(OnnxNetwork& network, const RgbImage& image)
{
    const PictureForm form{{127.5, 127.5, 127.5}, {127.5, 127.5, 127.5}, false};
    return throughMat(image, [&](const cv::Mat& mat) {
        const auto up = [](int side) { return (side + 255) / 256 * 256; };
        const cv::Size fixed = fixedSize(network);
        cv::Mat seen, map;
        cv::resize(mat, seen, fixed.empty() ? cv::Size(up(mat.cols), up(mat.rows)) : fixed, 0, 0, cv::INTER_CUBIC);
        cv::resize(truncated(onlyMap(network, seen, form) * 127.5 + 127.5), map, mat.size(), 0, 0, cv::INTER_AREA);
        return inverted(map);
    });
}

RgbImage mangaLines(OnnxNetwork& network, const RgbImage& image)
{
    if (network.inputShape()[1] > 1)
        network.refuse("it takes pictures in colour, but manga line extraction in grey");
    const PictureForm form{{0, 0, 0}, {1, 1, 1}, false};
    return throughMat(
        image, [&](const cv::Mat& mat) { return inverted(truncated(mapBy(network, gray(mat), 16, form))); });
}

}
