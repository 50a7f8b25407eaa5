#include "inference/values/mat.h"

#include "render/error.h"

#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <new>
#include <string>
#include <vector>

namespace athanor {

namespace {

RgbImage toImage(const cv::Mat& mat)
{
    assert(mat.depth() == CV_8U && (mat.channels() == 1 || mat.channels() == 3));
    RgbImage image{mat.cols, mat.rows, std::vector<uint8_t>(mat.total() * 3)};
    cv::Mat target(mat.rows, mat.cols, CV_8UC3, image.pixels.data());
    if (mat.channels() == 3)
        mat.copyTo(target);
    else
        cv::cvtColor(mat, target, cv::COLOR_GRAY2RGB);
    return image;
}

}

void prepareOpenCv()
{
    static const bool done = [] {
        cv::setNumThreads(1);
        cv::redirectError([](int, const char*, const char*, const char*, int, void*) { return 0; });
        cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
        return true;
    }();
    (void)done;
}

namespace {

// What `work` gives for the picture's pixels.
template <class Work> auto withPixels(const RgbImage& image, uint8_t* pixels, Work work)
{
    if (image.width <= 0 || image.height <= 0)
        throw Error(ErrorKind::BadArgument, "the picture has no pixels");
    prepareOpenCv();
    try {
        return work(cv::Mat(image.height, image.width, CV_8UC3, pixels));
    } catch (const cv::Exception& error) {
        if (error.code == cv::Error::StsNoMem)
            throw std::bad_alloc();
        throw Error(ErrorKind::Internal,
            "OpenCV refused a picture of " + std::to_string(image.width) + "×" + std::to_string(image.height)
                + " pixels: " + error.err);
    }
}

}

RgbImage throughMat(const RgbImage& image, const std::function<cv::Mat(const cv::Mat&)>& work)
{
    // OpenCV has no view that cannot be written through; `work` only reads.
    return withPixels(
        image, const_cast<uint8_t*>(image.pixels.data()), [&](const cv::Mat& mat) { return toImage(work(mat)); });
}

void drawOn(RgbImage& image, const std::function<void(cv::Mat&)>& work)
{
    withPixels(image, image.pixels.data(), [&](cv::Mat mat) { work(mat); });
}

cv::Mat leastChannel(const cv::Mat& image)
{
    cv::Mat least, other; // never all three at once
    cv::extractChannel(image, least, 0);
    for (const int channel : {1, 2}) {
        cv::extractChannel(image, other, channel);
        cv::min(least, other, least);
    }
    return least;
}

cv::Mat gray(const cv::Mat& image)
{
    cv::Mat result;
    cv::cvtColor(image, result, cv::COLOR_RGB2GRAY);
    return result;
}

cv::Mat blurredFloats(const cv::Mat& image, double sigma)
{
    cv::Mat floats, result;
    image.convertTo(floats, CV_32F);
    cv::GaussianBlur(floats, result, {}, sigma);
    return result;
}

cv::Mat truncated(const cv::Mat& floats)
{
    assert(floats.depth() == CV_32F);
    cv::Mat result(floats.size(), CV_8UC(floats.channels()));
    for (int y = 0; y < floats.rows; ++y)
        std::transform(floats.ptr<float>(y), floats.ptr<float>(y) + size_t(floats.cols) * size_t(floats.channels()),
            result.ptr<uint8_t>(y), [](float value) { return uint8_t(std::clamp(value, 0.f, 255.f)); });
    return result;
}

}
