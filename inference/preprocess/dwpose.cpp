#include "inference/preprocess/dwpose.h"

#include "inference/networks/network_picture.h"
#include "inference/values/mat.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace athanor {

namespace {

// YOLOX
constexpr int strides[] = {8, 16, 32};
constexpr double mostOverlap = 0.45, leastCandidate = 0.1, leastPerson = 0.3;
constexpr size_t mostDetected = 64;

double overlap(const PersonBox& a, const PersonBox& b)
{
    // Sides count both ends, as the detector's authors do.
    const auto area = [](const PersonBox& box) { return (box.right - box.left + 1) * (box.bottom - box.top + 1); };
    const double width = std::min(a.right, b.right) - std::max(a.left, b.left) + 1;
    const double height = std::min(a.bottom, b.bottom) - std::max(a.top, b.top) + 1;
    const double both = std::max(0.0, width) * std::max(0.0, height);
    return both / (area(a) + area(b) - both);
}

std::vector<PersonBox> withoutDoubles(std::vector<PersonBox> boxes)
{
    std::ranges::stable_sort(boxes, std::ranges::greater(), &PersonBox::score);
    std::vector<PersonBox> kept;
    for (const PersonBox& box : boxes)
        if (kept.size() < mostDetected
            && std::ranges::all_of(kept, [&](const PersonBox& other) { return overlap(box, other) <= mostOverlap; }))
            kept.push_back(box);
    return kept;
}

// The picture in the upper left corner of the size that the network sees, the rest grey.
cv::Mat onGrey(const cv::Mat& mat, cv::Size size, double ratio)
{
    cv::Mat seen(size, CV_8UC3, cv::Scalar::all(114)), inner;
    const cv::Size small(std::max(1, int(mat.cols * ratio)), std::max(1, int(mat.rows * ratio)));
    cv::resize(mat, inner, small, 0, 0, cv::INTER_LINEAR);
    inner.copyTo(seen(cv::Rect({}, small)));
    return seen;
}

// Calls `work` with the picture; there is no map to make of it.
template <class Work> void withMat(const RgbImage& image, Work work)
{
    throughMat(image, [&](const cv::Mat& mat) {
        work(mat);
        return cv::Mat(1, 1, CV_8U, cv::Scalar(0));
    });
}

// RTMPose
constexpr int pointCount = 133;
constexpr double splits = 2; // places a pixel
constexpr double leastPoint = 0.3, boxPadding = 1.25;

struct Point {
    double x = 0, y = 0, score = 0; // pixels of the picture
};

// What the network is shown of the picture: a box of its own proportions.
struct PersonWindow {
    double centreX = 0, centreY = 0, width = 0, height = 0;
};

PersonWindow windowOf(const PersonBox& box, cv::Size size)
{
    const double aspect = double(size.width) / size.height;
    const double width = (box.right - box.left) * boxPadding, height = (box.bottom - box.top) * boxPadding;
    const bool isWide = width > height * aspect;
    return {(box.left + box.right) / 2, (box.top + box.bottom) / 2, isWide ? width : height * aspect,
        isWide ? width / aspect : height};
}

cv::Mat seenThrough(const PersonWindow& window, const cv::Mat& mat, cv::Size size)
{
    const double scale = size.width / window.width;
    const cv::Matx23d to(
        scale, 0, size.width * 0.5 - scale * window.centreX, 0, scale, size.height * 0.5 - scale * window.centreY);
    cv::Mat seen;
    cv::warpAffine(mat, seen, to, size, cv::INTER_LINEAR);
    return seen;
}

// The place of the highest of `length` values and what it is.
std::pair<int, float> highest(const float* values, int length)
{
    const float* at = std::max_element(values, values + length);
    return {int(at - values), *at};
}

bool isSimcc(const NetArray& array, int side)
{
    return array.values.size() == size_t(pointCount) * size_t(side) && !array.shape.empty()
        && array.shape.back() == side;
}

std::vector<Point> pointsIn(OnnxNetwork& network, const cv::Mat& mat, const PersonBox& box, cv::Size size)
{
    const PersonWindow window = windowOf(box, size);
    const std::vector<NetArray> found = network.run(arrayOf(seenThrough(window, mat, size), imagenetForm));
    const int across = int(size.width * splits), down = int(size.height * splits);
    if (found.size() != 2 || !isSimcc(found[0], across) || !isSimcc(found[1], down))
        network.refuse("it does not give places for 133 points, as DWPose does");
    std::vector<Point> points;
    for (int i = 0; i < pointCount; ++i) {
        const auto [x, scoreX] = highest(found[0].values.data() + i * across, across);
        const auto [y, scoreY] = highest(found[1].values.data() + i * down, down);
        points.push_back({x / splits / size.width * window.width + window.centreX - window.width / 2,
            y / splits / size.height * window.height + window.centreY - window.height / 2, std::min(scoreX, scoreY)});
    }
    return points;
}

class Converter {
public:
    Converter(const std::vector<Point>& points, cv::Size canvas)
        : m_points(points)
        , m_canvas(canvas)
    {
    }

    PosePerson person() const
    {
        // COCO's points as OpenPose numbers them; its neck lies between the shoulders.
        constexpr int nose = 0, leftShoulder = 5, rightShoulder = 6, neck = -1;
        constexpr int order[bodyPoints] = {nose, neck, 6, 8, 10, 5, 7, 9, 12, 14, 16, 11, 13, 15, 2, 1, 4, 3};
        PosePerson person;
        for (const int index : order) {
            if (index != neck) {
                person.body.push_back(point(index));
                continue;
            }
            const Point &a = m_points[leftShoulder], &b = m_points[rightShoulder];
            const bool isSeen = a.score > leastPoint && b.score > leastPoint;
            person.body.push_back(isSeen ? share({(a.x + b.x) / 2, (a.y + b.y) / 2, 1}) : std::optional<PosePoint>());
        }
        person.leftHand = part(91, handPoints);
        person.rightHand = part(112, handPoints);
        person.face = part(23, 68);
        if (!person.face.empty()) // which OpenPose's face has too
            person.face.insert(person.face.end(), {person.body[14], person.body[15]});
        return person;
    }

private:
    std::optional<PosePoint> share(const Point& point) const
    {
        return PosePoint{point.x / m_canvas.width, point.y / m_canvas.height};
    }
    std::optional<PosePoint> point(int index) const
    {
        const Point& found = m_points[size_t(index)];
        return found.score >= leastPoint ? share(found) : std::nullopt;
    }
    PosePoints part(int first, size_t count) const
    {
        PosePoints points;
        bool isSeen = false;
        for (size_t i = 0; i < count; ++i) {
            points.push_back(point(first + int(i)));
            isSeen = isSeen || points.back();
        }
        return isSeen ? points : PosePoints();
    }

    const std::vector<Point>& m_points;
    const cv::Size m_canvas;
};

bool isSeen(const PosePerson& person)
{
    return std::ranges::any_of(person.body, [](const auto& point) { return point.has_value(); })
        || !person.leftHand.empty() || !person.rightHand.empty() || !person.face.empty();
}

}

std::vector<PersonBox> findPeople(OnnxNetwork& yolox, const RgbImage& image)
{
    std::vector<PersonBox> boxes;
    const cv::Size fixed = fixedSize(yolox), size = fixed.empty() ? cv::Size(640, 640) : fixed;
    withMat(image, [&](const cv::Mat& mat) {
        const double ratio = std::min(double(size.height) / mat.rows, double(size.width) / mat.cols);
        const NetArray found =
            yolox.run(arrayOf(onGrey(mat, size, ratio), {{0, 0, 0}, {1, 1, 1}, false}), {yolox.outputs()[0].name})[0];
        const int numbers = found.shape.empty() ? 0 : found.shape.back(); // box, certainty, a score for each class
        size_t cells = 0;
        for (const int stride : strides)
            cells += size_t(size.width / stride) * size_t(size.height / stride);
        if (numbers < 6 || found.values.size() != cells * size_t(numbers))
            yolox.refuse("it does not give boxes as YOLOX does");
        const float* row = found.values.data();
        for (const int stride : strides)
            for (int y = 0; y < size.height / stride; ++y)
                for (int x = 0; x < size.width / stride; ++x, row += numbers) {
                    const double score = double(row[4]) * double(row[5]); // a person's is the first class
                    if (!(score > leastCandidate))
                        continue;
                    const double centreX = (row[0] + x) * stride, centreY = (row[1] + y) * stride;
                    const double width = std::exp(double(row[2])) * stride, height = std::exp(double(row[3])) * stride;
                    boxes.push_back({(centreX - width / 2) / ratio, (centreY - height / 2) / ratio,
                        (centreX + width / 2) / ratio, (centreY + height / 2) / ratio, score});
                }
    });
    boxes = withoutDoubles(std::move(boxes));
    std::erase_if(boxes, [](const PersonBox& box) { return !(box.score > leastPerson); });
    return boxes;
}

Poses posesIn(OnnxNetwork& dwpose, const RgbImage& image, const std::vector<PersonBox>& boxes)
{
    const cv::Size fixed = fixedSize(dwpose), size = fixed.empty() ? cv::Size(288, 384) : fixed;
    Poses poses{image.width, image.height, {}};
    const PersonBox whole{0, 0, double(image.width), double(image.height), 1};
    withMat(image, [&](const cv::Mat& mat) {
        for (const PersonBox& box : boxes.empty() ? std::vector{whole} : boxes)
            if (const PosePerson person = Converter(pointsIn(dwpose, mat, box, size), mat.size()).person();
                isSeen(person))
                poses.people.push_back(person);
    });
    return poses;
}

}
