// The pictures of tests/data/preprocess/pictures.png, and maps of them in sheets alike (tests/reference/preprocess.py).
#pragma once
#include "inference/values/resample.h"

namespace athanor {

struct PictureSheet {
    static constexpr int cellWidth = 96, cellHeight = 72, columns = 6, pictures = 24;
};

// As the script's size(i).
inline Size sizeOf(int i)
{
    return {PictureSheet::cellWidth - i % 4 * 5, PictureSheet::cellHeight - i % 3 * 7};
}

inline RgbImage cellOf(const RgbImage& sheet, int column, int row, Size size)
{
    return cropped(sheet, {column * PictureSheet::cellWidth, row * PictureSheet::cellHeight, size.width, size.height});
}

inline RgbImage cellOf(const RgbImage& sheet, int i)
{
    return cellOf(sheet, i % PictureSheet::columns, i / PictureSheet::columns, sizeOf(i));
}

}
