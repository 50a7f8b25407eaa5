#include "inference/preprocess/drawing_sheet.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

namespace athanor {

namespace {

// Distances are reckoned in 1/256 of a unit.
constexpr int fine = 256, halfPixel = unitsPerPixel * fine / 2, pixel = 2 * halfPixel;
constexpr int directionBits = 20;
constexpr int64_t full = 255;

// A soft step instead of a straight one.
constexpr auto softStep = [] {
    std::array<uint8_t, 256> table{};
    for (int64_t u = 0; u <= full; ++u)
        table[size_t(u)] = uint8_t((u * u * (3 * full - 2 * u) + full * full / 2) / (full * full));
    return table;
}();

int64_t rootOf(int64_t square) // rounded down; square below 2^52
{
    int64_t root = int64_t(std::sqrt(double(square)));
    while (root * root > square)
        --root;
    while ((root + 1) * (root + 1) <= square)
        ++root;
    return root;
}

int64_t floorDiv(int64_t a, int64_t b) // b > 0
{
    return a >= 0 ? a / b : -((-a + b - 1) / b);
}

uint8_t mixed(uint8_t before, uint8_t covered, bool erases)
{
    const int room = erases ? before : 255 - before;
    const int change = (room * covered + 127) / 255;
    return uint8_t(erases ? before - change : before + change);
}

}

PixelRect united(const PixelRect& a, const PixelRect& b)
{
    if (a.isEmpty() || b.isEmpty())
        return a.isEmpty() ? b : a;
    return {std::min(a.left, b.left), std::min(a.top, b.top), std::max(a.right, b.right), std::max(a.bottom, b.bottom)};
}

// What the brush covers on its way from one point straight to the next, its radius changing evenly.
class Sheet::Segment {
public:
    Segment(const Brush& brush, const StrokePoint& a, const StrokePoint& b)
        : m_a(a)
        , m_b(b)
        , m_hardness(brush.hardness)
        , m_radiusA(radius(brush, a))
        , m_radiusB(radius(brush, b))
        , m_outer(std::max(m_radiusA, m_radiusB) + halfPixel)
    {
        const int64_t dx = b.x - a.x, dy = b.y - a.y;
        m_length = rootOf((dx * dx + dy * dy) * fine) * 16;
        if (m_length == 0)
            return;
        m_right = dx * fine * (1 << directionBits) / m_length;
        m_down = dy * fine * (1 << directionBits) / m_length;
        m_growth = (m_radiusB - m_radiusA) * (1 << directionBits) / m_length;
    }

    PixelRect bounds() const
    {
        const auto first = [&](int a, int b) { return int(floorDiv(int64_t(std::min(a, b)) * fine - m_outer, pixel)); };
        const auto last = [&](int a, int b) {
            return int(floorDiv(int64_t(std::max(a, b)) * fine + m_outer, pixel)) + 1;
        };
        return {first(m_a.x, m_b.x), first(m_a.y, m_b.y), last(m_a.x, m_b.x), last(m_a.y, m_b.y)};
    }

    // Of a row within the bounds, what may be covered: a slanted stroke leaves most of them free.
    void narrow(int y, int& left, int& right) const
    {
        if (m_down == 0)
            return;
        const int64_t below = int64_t(y) * unitsPerPixel + unitsPerPixel / 2 - m_a.y;
        const int64_t reach = m_outer << (directionBits - 8), steep = std::abs(m_down);
        const int64_t middle = m_down > 0 ? below * m_right : -below * m_right;
        const int64_t from = (floorDiv(middle - reach, steep) + m_a.x) / unitsPerPixel - 2;
        const int64_t to = (floorDiv(middle + reach, steep) + m_a.x) / unitsPerPixel + 3;
        left = int(std::clamp<int64_t>(from, left, right));
        right = int(std::clamp<int64_t>(to, left, right));
    }

    // Of the pixel's centre.
    uint8_t at(int x, int y) const
    {
        const int64_t right = int64_t(x) * unitsPerPixel + unitsPerPixel / 2 - m_a.x;
        const int64_t down = int64_t(y) * unitsPerPixel + unitsPerPixel / 2 - m_a.y;
        const int64_t along = (right * m_right + down * m_down) >> (directionBits - 8);
        if (along <= 0)
            return fromEnd(right, down, m_radiusA);
        if (along >= m_length)
            return fromEnd(right - (m_b.x - m_a.x), down - (m_b.y - m_a.y), m_radiusB);
        const int64_t beside = std::abs(right * m_down - down * m_right) >> (directionBits - 8);
        return covered(beside, m_radiusA + ((along * m_growth) >> directionBits));
    }

private:
    static int64_t radius(const Brush& brush, const StrokePoint& point)
    {
        return int64_t(brush.size) * (fine / 2) * point.pressure / mostPressure;
    }

    uint8_t fromEnd(int64_t right, int64_t down, int64_t radius) const
    {
        const int64_t square = right * right + down * down; // of units
        const int64_t outer = (radius + halfPixel) / fine + 1, inner = (radius * m_hardness / 100 - halfPixel) / fine;
        if (square >= outer * outer)
            return 0;
        if (inner > 0 && square <= inner * inner)
            return 255;
        return covered(rootOf(square * fine * fine), radius);
    }

    uint8_t covered(int64_t distance, int64_t radius) const
    {
        const int64_t inner = radius * m_hardness / 100 - halfPixel, outer = radius + halfPixel;
        if (distance >= outer)
            return 0;
        return distance <= inner ? 255 : softStep[size_t((outer - distance) * full / (outer - inner))];
    }

    const StrokePoint m_a, m_b;
    const int64_t m_hardness, m_radiusA, m_radiusB, m_outer;
    int64_t m_length = 0;
    int64_t m_right = 0, m_down = 0, m_growth = 0; // the way, and the radius', times 2^directionBits
};

Sheet::Sheet(int width, int height)
    : m_width(width)
    , m_height(height)
    , m_ink(size_t(width) * size_t(height))
    , m_before(m_ink)
    , m_covered(m_ink)
{
}

void Sheet::begin(const Brush& brush)
{
    m_brush = brush;
    m_begun = false;
    m_touched = {};
}

PixelRect Sheet::add(const StrokePoint& point)
{
    const Segment segment(m_brush, m_begun ? m_last : point, point);
    m_last = point;
    m_begun = true;
    const PixelRect bounds = segment.bounds();
    const PixelRect rect{std::max(0, bounds.left), std::max(0, bounds.top), std::min(m_width, bounds.right),
        std::min(m_height, bounds.bottom)};
    if (rect.isEmpty())
        return {};
    cover(segment, rect);
    m_touched = united(m_touched, rect);
    return rect;
}

void Sheet::cover(const Segment& segment, const PixelRect& rect)
{
    constexpr uint64_t allFull = ~uint64_t(0);
    for (int y = rect.top; y < rect.bottom; ++y) {
        int left = rect.left, right = rect.right;
        segment.narrow(y, left, right);
        const size_t row = size_t(y) * size_t(m_width);
        for (int x = left; x < right; ++x) {
            uint64_t next = 0;
            if (x + 8 <= right)
                std::memcpy(&next, &m_covered[row + size_t(x)], 8);
            if (next == allFull) { // as most are below a wide brush that moves a little
                x += 7;
                continue;
            }
            uint8_t& covered = m_covered[row + size_t(x)];
            if (covered == 255)
                continue;
            const uint8_t now = segment.at(x, y);
            if (now <= covered)
                continue;
            covered = now;
            m_ink[row + size_t(x)] = mixed(m_before[row + size_t(x)], now, m_brush.erases);
        }
    }
}

Sheet::Patch Sheet::end()
{
    Patch patch{m_touched, {}};
    const PixelRect& r = m_touched;
    if (r.isEmpty())
        return patch;
    const size_t wide = size_t(r.right - r.left);
    patch.ink.reserve(wide * size_t(r.bottom - r.top));
    for (int y = r.top; y < r.bottom; ++y) {
        const size_t from = size_t(y) * size_t(m_width) + size_t(r.left);
        patch.ink.insert(patch.ink.end(), &m_before[from], &m_before[from] + wide);
        std::memcpy(&m_before[from], &m_ink[from], wide);
        std::memset(&m_covered[from], 0, wide);
    }
    m_touched = {};
    return patch;
}

void Sheet::restore(const Patch& patch)
{
    const PixelRect& r = patch.rect;
    const size_t wide = size_t(std::max(0, r.right - r.left));
    for (int y = r.top; y < r.bottom; ++y) {
        const size_t to = size_t(y) * size_t(m_width) + size_t(r.left);
        std::memcpy(&m_ink[to], &patch.ink[size_t(y - r.top) * wide], wide);
        std::memcpy(&m_before[to], &m_ink[to], wide);
    }
}

std::vector<uint8_t> inkOf(const Drawing& drawing, const std::function<void()>& point)
{
    Sheet sheet(drawing.width, drawing.height);
    for (const Stroke& stroke : drawing.strokes) {
        sheet.begin(stroke.brush);
        for (const StrokePoint& at : stroke.points) {
            if (point)
                point();
            sheet.add(at);
        }
        sheet.end();
    }
    return sheet.ink();
}

}
