// The pixels of a drawing, made stroke by stroke: what the paint view shows and what the node gives are the same bytes
// on every machine, as all of it is reckoned in whole numbers.
#pragma once
#include "inference/preprocess/drawing.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace athanor {

struct PixelRect {
    int left = 0, top = 0, right = 0, bottom = 0; // the last two lie outside
    bool isEmpty() const { return left >= right || top >= bottom; }
    bool operator==(const PixelRect&) const = default;
};
PixelRect united(const PixelRect& a, const PixelRect& b);

class Sheet {
public:
    struct Patch { // a part as it was
        PixelRect rect;
        std::vector<uint8_t> ink;
    };

    Sheet(int width, int height); // pixels, 1 … largestSheet

    int width() const { return m_width; }
    int height() const { return m_height; }
    // Rows from the top: 0 nothing … 255 full.
    const std::vector<uint8_t>& ink() const { return m_ink; }

    // A stroke covers no pixel twice, however often it crosses itself.
    void begin(const Brush& brush);
    PixelRect add(const StrokePoint& point); // what changed lies within
    Patch end(); // what was there before the stroke
    void restore(const Patch& patch); // between strokes

private:
    class Segment;
    void cover(const Segment& segment, const PixelRect& rect);

    int m_width, m_height;
    std::vector<uint8_t> m_ink, m_before, m_covered; // before and by the stroke in progress
    Brush m_brush;
    StrokePoint m_last;
    bool m_begun = false; // has a point
    PixelRect m_touched; // by the stroke
};

// All of a drawing. `point` is called before each point and may throw to stop.
std::vector<uint8_t> inkOf(const Drawing& drawing, const std::function<void()>& point = {});

}
