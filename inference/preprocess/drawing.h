// What is drawn by hand: strokes of a brush and an eraser on a sheet, and the text that a workflow keeps them as. Their
// pixels are drawing_sheet.h's.
//
//   drawing 1 512 512 bIgyBkC… E…
//
// Width and height, then a word for each stroke: b a brush, e an eraser, B and E with pressure; then numbers: size,
// hardness, and for each point x, y and with pressure that, each as the difference from the point before. A number is
// put as 2n, or −2n − 1 if it is negative, and written five bits at a time, the lowest first, a letter each; 32 is
// added where more follow. The letters are base64url's, none of which JSON writes in another way.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

constexpr int unitsPerPixel = 8;
constexpr int smallestSheet = 64, largestSheet = 8192; // pixels a side
constexpr int widestBrush = 2048; // pixels across
constexpr int mostPressure = 255;
constexpr size_t maxDrawingBytes = (8 << 20) - 64; // with its quotes a text that a file may hold
constexpr size_t maxStrokes = 100'000, maxStrokePoints = 2'000'000; // of a drawing; points of all strokes

struct StrokePoint {
    int x = 0, y = 0; // units from the sheet's upper left corner, at most its largest side outside
    int pressure = mostPressure; // 0 … mostPressure: share of the size
    bool operator==(const StrokePoint&) const = default;
};

struct Brush {
    bool erases = false;
    int size = 4 * unitsPerPixel; // units across, 1 pixel … widestBrush
    int hardness = 100; // percent of the radius that is full
    bool operator==(const Brush&) const = default;
};

struct Stroke {
    Brush brush;
    std::vector<StrokePoint> points; // at least one
    bool operator==(const Stroke&) const = default;
};

struct Drawing {
    int width = 512, height = 512; // pixels
    std::vector<Stroke> strokes;
    bool operator==(const Drawing&) const = default;
};

// Throws Error(BadArgument) "stroke 3 …" for what is not such a text, or more than the limits.
Drawing readDrawing(std::string_view text);
std::string writeDrawing(const Drawing& drawing);
// Adds a stroke to the text of a drawing.
void appendStroke(std::string& text, const Stroke& stroke);

}
