#include "inference/preprocess/detect_size.h"

#include "inference/values/mat.h"
#include "render/error.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <string>

namespace athanor {

namespace {

constexpr int longestSource = 16'384;
constexpr int padMultiple = 64;

cv::Size sizeAt(const RgbImage& image, int resolution)
{
    const double factor = double(resolution) / double(std::min(image.width, image.height));
    const double width = std::nearbyint(image.width * factor), height = std::nearbyint(image.height * factor);
    if (std::max(width, height) > longestSource)
        throw Error(ErrorKind::BadArgument,
            "at resolution " + std::to_string(resolution) + " the picture of " + std::to_string(image.width) + "×"
                + std::to_string(image.height) + " pixels would have a side longer than "
                + std::to_string(longestSource) + "; crop it, or take resolution 0");
    return {int(width), int(height)};
}

int padding(int side)
{
    return (padMultiple - side % padMultiple) % padMultiple;
}

}

RgbImage atResolution(const RgbImage& image, int resolution, const Preprocess& preprocess, bool padded)
{
    if (resolution == 0)
        return preprocess(image);
    if (resolution < lowestResolution || resolution > highestResolution)
        throw Error(ErrorKind::BadArgument,
            "resolution is " + std::to_string(resolution) + ", but must be 0 or from "
                + std::to_string(lowestResolution) + " to " + std::to_string(highestResolution));
    if (image.width <= 0 || image.height <= 0)
        throw Error(ErrorKind::BadArgument, "the picture has no pixels");
    const cv::Size size = sizeAt(image, resolution);
    const RgbImage seen = throughMat(image, [&](const cv::Mat& mat) {
        cv::Mat resized;
        cv::resize(mat, resized, size, 0, 0,
            resolution > std::min(image.width, image.height) ? cv::INTER_CUBIC : cv::INTER_AREA);
        if (padded)
            cv::copyMakeBorder(resized, resized, 0, padding(size.height), 0, padding(size.width), cv::BORDER_REPLICATE);
        return resized;
    });
    const RgbImage map = preprocess(seen);
    if (map.width == size.width && map.height == size.height)
        return map;
    return throughMat(map, [&](const cv::Mat& mat) { return mat(cv::Rect({}, size)); });
}

}
