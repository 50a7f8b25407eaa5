// Gathers a picture that a decoder gives in strips: each is converted to sRGB at 8 bits and put where it belongs once
// the picture is turned upright, so that besides the result only a strip is ever held.
#pragma once
#include "inference/values/image.h"
#include "inference/weights/byte_source.h"

#include <QColorSpace>
#include <QImage>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace athanor {

constexpr uint64_t maxPictureMemory = uint64_t(1920) << 20; // while decoding; the program itself has 128 MiB more

// Throws BadFile with both numbers where decoding takes more than maxPictureMemory.
void requirePictureMemory(const ByteSource& file, uint64_t bytes, const char* advice);

// Where the pixels of a strip lie in the picture as it is stored.
struct StripPlace {
    int y = 0;
    int rowStep = 1; // 8, 4 or 2 in the passes of an interlaced file
    int x = 0, columnStep = 1;
};

class PictureRows {
public:
    // The size and orientation as stored (Exif, 1 … 8). `alpha`, which may be null, receives that of each pixel, or
    // becomes empty where the strips have none. Memory is taken with the first strip.
    PictureRows(int width, int height, int orientation, std::vector<uint8_t>* alpha);

    int width() const { return m_width; }
    int height() const { return m_height; }
    bool keepsAlpha() const { return m_alpha != nullptr; }
    // Colours of the file; invalid: sRGB, or what a strip says.
    const QColorSpace& colours() const { return m_colours; }
    void setColours(const QColorSpace& colours) { m_colours = colours; }
    void add(const StripPlace& place, QImage strip); // throws std::bad_alloc, for a null strip, too
    void addAll(const QImage& picture); // in strips
    RgbImage take() { return std::move(m_image); }

    // How many rows of a picture make a strip of a few MiB.
    static int rowsAtOnce(int width) { return std::clamp((4 << 20) / std::max(1, 8 * width), 1, 1024); }

private:
    const int m_width, m_height;
    size_t m_first = 0; // the place of the pixel stored first
    ptrdiff_t m_toRight = 1, m_down = 0; // from a pixel's place to those of its neighbours as stored
    std::vector<uint8_t>* m_alpha;
    QColorSpace m_colours;
    RgbImage m_image;
};

}
