#include "app/pictures/contact_sheet.h"

#include "app/pictures/image_store.h"
#include "render/error.h"

#include <algorithm>
#include <cstdint>

namespace athanor {

namespace {

constexpr int largestCell = 256, smallestCell = 16, gap = 8; // pixels
constexpr uint8_t background = 32, missing = 128;

void fill(RgbImage& sheet, int left, int top, int side, uint8_t gray)
{
    for (int y = top; y < top + side; ++y)
        std::fill_n(sheet.pixels.begin() + (int64_t(y) * sheet.width + left) * 3, side * 3, gray);
}

void draw(RgbImage& sheet, int left, int top, int cell, const RgbImage& picture)
{
    const double factor = std::min(1.0, double(cell) / std::max(picture.width, picture.height));
    const RgbImage small =
        scaled(picture, std::max(1, int(picture.width * factor)), std::max(1, int(picture.height * factor)));
    left += (cell - small.width) / 2;
    top += (cell - small.height) / 2;
    for (int y = 0; y < small.height; ++y)
        std::copy_n(small.pixels.begin() + int64_t(y) * small.width * 3, small.width * 3,
            sheet.pixels.begin() + (int64_t(top + y) * sheet.width + left) * 3);
}

}

std::string contactSheet(const std::vector<std::string>& paths, int columns)
{
    const int rows = (int(paths.size()) + columns - 1) / columns;
    const int cell = std::min(largestCell, (maxImageSide - gap) / std::max(rows, columns) - gap);
    if (cell < smallestCell)
        return {};
    RgbImage sheet{columns * (cell + gap) + gap, rows * (cell + gap) + gap, {}};
    sheet.pixels.assign(size_t(sheet.width) * size_t(sheet.height) * 3, background);
    for (int i = 0; i < int(paths.size()); ++i) {
        const int left = gap + i % columns * (cell + gap), top = gap + i / columns * (cell + gap);
        try {
            if (paths[size_t(i)].empty())
                fill(sheet, left, top, cell, missing);
            else
                draw(sheet, left, top, cell, readImage(paths[size_t(i)]));
        } catch (const Error&) { // changed since it was written
            fill(sheet, left, top, cell, missing);
        }
    }
    return encodePng(sheet);
}

}
