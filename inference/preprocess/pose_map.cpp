#include "inference/preprocess/pose_map.h"

#include "inference/values/mat.h"
#include "render/error.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

namespace athanor {

namespace {

constexpr int longestMap = 16'384;
constexpr int limbHalfWidth = 4, jointRadius = 4, faceRadius = 3, handLineWidth = 2;

// Limb i of poseLimbs has colour i, as has joint i.
constexpr int colours[bodyPoints] = {0xff0000, 0xff5500, 0xffaa00, 0xffff00, 0xaaff00, 0x55ff00, 0x00ff00, 0x00ff55,
    0x00ffaa, 0x00ffff, 0x00aaff, 0x0055ff, 0x0000ff, 0x5500ff, 0xaa00ff, 0xff00ff, 0xff00aa, 0xff0055};

cv::Scalar colourOf(size_t index)
{
    const int rgb = colours[index];
    return cv::Scalar(rgb >> 16, (rgb >> 8) & 255, rgb & 255);
}

// Red over green and blue back to red: `turn` from 0 to 1 is the hue.
cv::Scalar hue(double turn)
{
    const int sixth = int(turn * 6);
    const double part = turn * 6 - sixth, rising = 255 * part, falling = 255 * (1 - part);
    const cv::Scalar sixths[] = {
        {255, rising, 0}, {falling, 255, 0}, {0, 255, rising}, {0, falling, 255}, {rising, 0, 255}, {255, 0, falling}};
    return sixths[sixth % 6];
}

class PosePainter {
public:
    PosePainter(cv::Mat& canvas, const PoseDrawing& drawing)
        : m_canvas(canvas)
        , m_drawing(drawing)
    {
    }

    void joint(const PosePoints& points, size_t index) const
    {
        if (index < points.size() && points[index])
            cv::circle(m_canvas, pixelOf(*points[index]), jointRadius, colourOf(index), cv::FILLED);
    }

    // The limb's outline; empty where it was not found.
    std::vector<cv::Point> limb(const PosePoints& points, size_t index) const
    {
        if (points.size() != bodyPoints)
            return {};
        const auto &from = points[size_t(poseLimbs[index][0])], &to = points[size_t(poseLimbs[index][1])];
        if (!from || !to)
            return {};
        const double x0 = from->x * m_canvas.cols, x1 = to->x * m_canvas.cols;
        const double y0 = from->y * m_canvas.rows, y1 = to->y * m_canvas.rows;
        const double length = std::sqrt((y0 - y1) * (y0 - y1) + (x0 - x1) * (x0 - x1));
        const double angle = std::atan2(y0 - y1, x0 - x1) * (180 / CV_PI);
        std::vector<cv::Point> outline;
        cv::ellipse2Poly(cv::Point(int((x0 + x1) / 2), int((y0 + y1) / 2)), {int(length / 2), halfWidth()}, int(angle),
            0, 360, 1, outline);
        return outline;
    }

    void hand(const PosePoints& points) const
    {
        constexpr int edges = 20, finger = 4;
        if (points.size() != handPoints)
            return;
        for (int edge = 0; edge < edges; ++edge) {
            const auto &from = points[size_t(edge % finger ? edge : 0)], &to = points[size_t(edge + 1)];
            if (from && to && isDrawn(*from) && isDrawn(*to))
                cv::line(m_canvas, pixelOf(*from), pixelOf(*to), hue(double(edge) / edges), handLineWidth);
        }
        discs(points, jointRadius, cv::Scalar(0, 0, 255));
    }

    void face(const PosePoints& points) const { discs(points, faceRadius, cv::Scalar(255, 255, 255)); }

private:
    cv::Point pixelOf(const PosePoint& point) const
    {
        return {int(point.x * m_canvas.cols), int(point.y * m_canvas.rows)};
    }

    // In the first row or column stand points of hands and faces that were not found.
    bool isDrawn(const PosePoint& point) const
    {
        const cv::Point pixel = pixelOf(point);
        return pixel.x > 0 && pixel.y > 0;
    }

    void discs(const PosePoints& points, int radius, const cv::Scalar& colour) const
    {
        for (const auto& point : points)
            if (point && isDrawn(*point))
                cv::circle(m_canvas, pixelOf(*point), radius, colour, cv::FILLED);
    }

    int halfWidth() const
    {
        const int side = std::max(m_canvas.cols, m_canvas.rows);
        return limbHalfWidth * (!m_drawing.wideLimbs || side < 500 ? 1 : std::min(2 + side / 1000, 7));
    }

    cv::Mat& m_canvas;
    const PoseDrawing& m_drawing;
};

void drawOpaque(const PosePainter& painter, cv::Mat& canvas, const PosePerson& person)
{
    constexpr double shade = 0.6;
    for (size_t i = 0; i < std::size(poseLimbs); ++i) {
        cv::Scalar colour = colourOf(i);
        for (int c = 0; c < 3; ++c)
            colour[c] = int(colour[c] * shade);
        if (const std::vector<cv::Point> outline = painter.limb(person.body, i); !outline.empty())
            cv::fillConvexPoly(canvas, outline, colour);
    }
    for (size_t i = 0; i < bodyPoints; ++i)
        painter.joint(person.body, i);
}

// Limb by limb over all people, as they let shine through what lies below.
void drawBlended(const PosePainter& painter, cv::Mat& canvas, const std::vector<PosePerson>& people)
{
    constexpr double below = 0.4, above = 0.6;
    for (size_t i = 0; i < bodyPoints; ++i)
        for (const PosePerson& person : people)
            painter.joint(person.body, i);
    for (size_t i = 0; i < std::size(poseLimbs); ++i)
        for (const PosePerson& person : people) {
            std::vector<cv::Point> outline = painter.limb(person.body, i);
            // Beside the limb it changes nothing, and a copy of the whole canvas may be large.
            const cv::Rect part = cv::boundingRect(outline) & cv::Rect({}, canvas.size());
            if (outline.empty() || part.empty())
                continue;
            for (cv::Point& point : outline)
                point -= part.tl();
            cv::Mat under = canvas(part), over = under.clone();
            cv::fillConvexPoly(over, outline, colourOf(i));
            cv::addWeighted(under, below, over, above, 0, under);
        }
}

}

RgbImage drawPoses(const Poses& poses, int width, int height, const PoseDrawing& drawing)
{
    if (width < 1 || height < 1 || width > longestMap || height > longestMap)
        throw Error(ErrorKind::BadArgument,
            "the map of poses would have " + std::to_string(width) + "×" + std::to_string(height)
                + " pixels, but sides must be from 1 to " + std::to_string(longestMap));
    RgbImage map{width, height, std::vector<uint8_t>(size_t(width) * size_t(height) * 3)}; // black
    drawOn(map, [&](cv::Mat& canvas) {
        const PosePainter painter(canvas, drawing);
        const bool blended = drawing.style == PoseDrawing::Style::Blended;
        if (drawing.body && blended)
            drawBlended(painter, canvas, poses.people);
        for (const PosePerson& person : poses.people) {
            if (drawing.body && !blended)
                drawOpaque(painter, canvas, person);
            if (drawing.hands) {
                painter.hand(person.leftHand);
                painter.hand(person.rightHand);
            }
            if (drawing.face)
                painter.face(person.face);
        }
    });
    return map;
}

}
