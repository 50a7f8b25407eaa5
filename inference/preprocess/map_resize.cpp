#include "inference/preprocess/map_resize.h"

#include "inference/values/mat.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace athanor {

namespace {

constexpr size_t fewColours = 200;

// Up to fewColours, then it stops.
size_t countColours(const cv::Mat& map)
{
    std::vector<bool> seen(1 << 24);
    size_t count = 0;
    for (int y = 0; y < map.rows && count < fewColours; ++y)
        for (int x = 0; x < map.cols; ++x) {
            const auto& p = map.at<cv::Vec3b>(y, x);
            const auto colour = size_t(p[0]) << 16 | size_t(p[1]) << 8 | size_t(p[2]);
            count += !seen[colour];
            seen[colour] = true;
        }
    return count;
}

bool isBlackAndWhite(const cv::Mat& map)
{
    double least = 0, most = 0;
    cv::minMaxLoc(map.reshape(1), &least, &most);
    return least < 16 && most > 240;
}

// Whether most of what is white goes when the map is opened by 3 × 3.
bool isOfThinLines(const cv::Mat& map)
{
    cv::Mat opened;
    cv::morphologyEx(map, opened, cv::MORPH_OPEN, cv::Mat::ones(3, 3, CV_8U));
    const cv::Mat gone = opened<map, white = map> 127;
    return cv::countNonZero(gone.reshape(1)) * 2 > cv::countNonZero(white.reshape(1));
}

// What is a highest value along one of four directions; the rest black.
cv::Mat ridges(const cv::Mat& shades)
{
    const uint8_t directions[4][9] = {{0, 0, 0, 1, 1, 1, 0, 0, 0}, {0, 1, 0, 0, 1, 0, 0, 1, 0},
        {1, 0, 0, 0, 1, 0, 0, 0, 1}, {0, 0, 1, 0, 1, 0, 1, 0, 0}};
    cv::Mat result = cv::Mat::zeros(shades.size(), CV_8U), highest;
    for (const auto& direction : directions) {
        cv::dilate(shades, highest, cv::Mat(3, 3, CV_8U, const_cast<uint8_t*>(direction)));
        shades.copyTo(result, highest == shades);
    }
    return result;
}

using Pattern = std::array<int8_t, 9>; // 1 white, −1 black, 0 either; row by row

Pattern quarterTurned(const Pattern& p) // to the left
{
    return {p[2], p[5], p[8], p[1], p[4], p[7], p[0], p[3], p[6]};
}

// Blackens the middle wherever the pattern fits; whether it did anywhere.
bool takeAway(cv::Mat& lines, const Pattern& pattern)
{
    cv::Mat kernel(3, 3, CV_32S), fits;
    std::copy(pattern.begin(), pattern.end(), kernel.begin<int>());
    cv::morphologyEx(lines, fits, cv::MORPH_HITMISS, kernel);
    lines.setTo(0, fits);
    return cv::countNonZero(fits) > 0;
}

// Each pattern in its four turns.
bool takeAllAway(cv::Mat& lines, std::array<Pattern, 2> patterns)
{
    bool any = false;
    for (int turn = 0; turn < 4; ++turn)
        for (Pattern& pattern : patterns) {
            any = takeAway(lines, pattern) || any;
            pattern = quarterTurned(pattern);
        }
    return any;
}

// Lines of one pixel. withoutSpurs: ends that stand off by one pixel go too.
void thin(cv::Mat& lines, bool withoutSpurs)
{
    constexpr int mostRounds = 32;
    const std::array<Pattern, 2> edges{{{-1, -1, -1, 0, 1, 0, 1, 1, 1}, {0, -1, -1, 1, 1, -1, 0, 1, 0}}};
    const std::array<Pattern, 2> spurs{{{-1, -1, -1, -1, 1, -1, 0, 0, -1}, {-1, -1, -1, -1, 1, -1, -1, 0, 0}}};
    for (int round = 0; round < mostRounds && takeAllAway(lines, edges); ++round) { }
    if (withoutSpurs)
        takeAllAway(lines, spurs);
}

cv::Mat inBlackAndWhite(const cv::Mat& resized, bool thinLines, bool grows)
{
    cv::Mat channels[3], shades(resized.size(), CV_8U);
    cv::split(resized, channels);
    for (int y = 0; y < resized.rows; ++y)
        for (int x = 0; x < resized.cols; ++x)
            shades.at<uint8_t>(y, x) = uint8_t(
                (channels[0].at<uint8_t>(y, x) + channels[1].at<uint8_t>(y, x) + channels[2].at<uint8_t>(y, x)) / 3);
    if (thinLines)
        shades = ridges(shades);
    cv::threshold(shades, shades, 0, 255, cv::THRESH_BINARY | cv::THRESH_OTSU);
    if (thinLines)
        thin(shades, grows);
    return shades;
}

template <class Work> RgbImage inSize(const RgbImage& image, int width, int height, Work work)
{
    if (image.width == width && image.height == height)
        return image;
    const int64_t area = int64_t(width) * height, was = int64_t(image.width) * image.height;
    return throughMat(image, [&](const cv::Mat& mat) { return work(mat, area<was, area> was); });
}

cv::Mat inSizeBy(const cv::Mat& mat, int width, int height, cv::InterpolationFlags how)
{
    cv::Mat result;
    cv::resize(mat, result, {width, height}, 0, 0, how);
    return result;
}

}

RgbImage resizedMap(const RgbImage& map, int width, int height)
{
    return inSize(map, width, height, [&](const cv::Mat& mat, bool shrinks, bool grows) {
        const size_t colours = countColours(mat);
        if (colours > 2 && colours < fewColours)
            return inSizeBy(mat, width, height, cv::INTER_NEAREST);
        const cv::Mat resized = inSizeBy(mat, width, height, shrinks ? cv::INTER_AREA : cv::INTER_CUBIC);
        return colours == 2 && isBlackAndWhite(mat) ? inBlackAndWhite(resized, isOfThinLines(mat), grows) : resized;
    });
}

RgbImage resizedShades(const RgbImage& picture, int width, int height)
{
    return inSize(picture, width, height, [&](const cv::Mat& mat, bool shrinks, bool) {
        return inSizeBy(mat, width, height, shrinks ? cv::INTER_AREA : cv::INTER_CUBIC);
    });
}

}
