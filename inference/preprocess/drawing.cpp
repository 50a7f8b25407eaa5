#include "inference/preprocess/drawing.h"

#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace athanor {

namespace {

constexpr std::string_view format = "drawing 1 ";
constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr int bitsEach = 5, more = 1 << bitsEach, mostDigits = 5; // 25 bits hold every difference
constexpr int farthestPoint = largestSheet * unitsPerPixel;

constexpr auto digitOf = [] {
    std::array<int8_t, 256> table{};
    table.fill(-1);
    for (size_t i = 0; i < letters.size(); ++i)
        table[uint8_t(letters[i])] = int8_t(i);
    return table;
}();

[[noreturn]] void refuse(const std::string& what)
{
    throw Error(ErrorKind::BadArgument, what);
}

void put(std::string& text, int number)
{
    uint32_t rest = number < 0 ? uint32_t(-2 * number - 1) : uint32_t(2 * number);
    for (; rest >= more; rest >>= bitsEach)
        text += letters[more + rest % more];
    text += letters[rest];
}

int side(std::string_view& text, const char* name)
{
    int pixels = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pixels);
    const bool whole = error == std::errc() && (end == text.data() + text.size() || *end == ' ');
    if (!whole || pixels < smallestSheet || pixels > largestSheet)
        refuse(std::string("the ") + name + " of the drawing is "
            + inQuotes(std::string(text.substr(0, text.find(' ')))) + ", but must be a whole number of pixels from "
            + std::to_string(smallestSheet) + " to " + std::to_string(largestSheet));
    text.remove_prefix(size_t(end - text.data()));
    return pixels;
}

// One stroke's word.
class WordReader {
public:
    WordReader(std::string_view word, size_t number)
        : m_word(word)
        , m_number(number)
    {
    }

    Stroke read(size_t pointsBefore)
    {
        const char tool = m_word.front();
        if (tool != 'b' && tool != 'e' && tool != 'B' && tool != 'E')
            wrong("begins with " + inQuotes(std::string(1, tool)) + ", but must with one of b, e, B, E");
        m_word.remove_prefix(1);
        const bool pressed = tool == 'B' || tool == 'E';
        Stroke stroke{{.erases = tool == 'e' || tool == 'E'}, {}};
        stroke.brush.size = take("size", unitsPerPixel, widestBrush * unitsPerPixel);
        stroke.brush.hardness = take("hardness", 0, 100);
        StrokePoint point{0, 0, 0};
        do {
            point.x = take("x", -farthestPoint, 2 * farthestPoint, point.x);
            point.y = take("y", -farthestPoint, 2 * farthestPoint, point.y);
            point.pressure = pressed ? take("pressure", 0, mostPressure, point.pressure) : mostPressure;
            stroke.points.push_back(point);
            if (pointsBefore + stroke.points.size() > maxStrokePoints)
                wrong("is too long: a drawing has at most " + std::to_string(maxStrokePoints) + " points");
        } while (!m_word.empty());
        return stroke;
    }

private:
    [[noreturn]] void wrong(const std::string& what) const
    {
        refuse("stroke " + std::to_string(m_number) + " of the drawing " + what);
    }

    // A number added to what it differs from.
    int take(const char* name, int lowest, int highest, int from = 0)
    {
        uint32_t bits = 0;
        for (int shift = 0;; shift += bitsEach) {
            if (m_word.empty())
                wrong(std::string("ends before its ") + name);
            const int digit = digitOf[uint8_t(m_word.front())];
            if (digit < 0 || shift >= mostDigits * bitsEach)
                wrong(std::string("holds no number for its ") + name);
            m_word.remove_prefix(1);
            bits |= uint32_t(digit % more) << shift;
            if (digit < more)
                break;
        }
        const int value = from + (bits % 2 ? -int(bits / 2) - 1 : int(bits / 2));
        if (value < lowest || value > highest)
            wrong(std::string("has the ") + name + ' ' + std::to_string(value) + ", but it must be from "
                + std::to_string(lowest) + " to " + std::to_string(highest));
        return value;
    }

    std::string_view m_word;
    const size_t m_number; // from 1
};

}

Drawing readDrawing(std::string_view text)
{
    if (text.size() > maxDrawingBytes)
        refuse("the drawing has " + std::to_string(text.size()) + " bytes, the limit is "
            + std::to_string(maxDrawingBytes));
    if (!text.starts_with(format))
        refuse("the drawing begins with " + inQuotes(std::string(text.substr(0, format.size())))
            + ", but must with \"drawing 1 \", its width and its height");
    text.remove_prefix(format.size());
    Drawing drawing;
    drawing.width = side(text, "width");
    text.remove_prefix(std::min<size_t>(1, text.size()));
    drawing.height = side(text, "height");
    for (size_t points = 0; !text.empty(); points += drawing.strokes.back().points.size()) {
        text.remove_prefix(1); // the space
        const std::string_view word = text.substr(0, text.find(' '));
        const size_t number = drawing.strokes.size() + 1;
        if (word.empty() || number > maxStrokes)
            refuse("stroke " + std::to_string(number) + " of the drawing "
                + (word.empty() ? "is empty" : "is too many: the limit is " + std::to_string(maxStrokes)));
        drawing.strokes.push_back(WordReader(word, number).read(points));
        text.remove_prefix(word.size());
    }
    return drawing;
}

std::string writeDrawing(const Drawing& drawing)
{
    std::string text = std::string(format) + std::to_string(drawing.width) + ' ' + std::to_string(drawing.height);
    for (const Stroke& stroke : drawing.strokes)
        appendStroke(text, stroke);
    return text;
}

void appendStroke(std::string& text, const Stroke& stroke)
{
    const bool pressed =
        std::ranges::any_of(stroke.points, [](const StrokePoint& p) { return p.pressure != mostPressure; });
    text += ' ';
    text += stroke.brush.erases ? (pressed ? 'E' : 'e') : (pressed ? 'B' : 'b');
    put(text, stroke.brush.size);
    put(text, stroke.brush.hardness);
    StrokePoint last{0, 0, 0};
    for (const StrokePoint& point : stroke.points) {
        put(text, point.x - last.x);
        put(text, point.y - last.y);
        if (pressed)
            put(text, point.pressure - last.pressure);
        last = point;
    }
}

}
