#include "app/pictures/picture_rows.h"

#include <cassert>
#include <new>
#include <string>

namespace athanor {

namespace {

QImage inSrgb(const QImage& strip)
{
    if (!strip.colorSpace().isValid() || strip.colorSpace() == QColorSpace::SRgb)
        return strip;
    return strip.convertToFormat(strip.hasAlphaChannel() ? QImage::Format_RGBA64 : QImage::Format_RGBX64)
        .convertedToColorSpace(QColorSpace::SRgb);
}

}

void requirePictureMemory(const ByteSource& file, uint64_t bytes, const char* advice)
{
    if (bytes > maxPictureMemory)
        file.refuse("decoding this picture takes " + std::to_string(bytes >> 20) + " MiB of memory; the limit is "
            + std::to_string(maxPictureMemory >> 20) + ". " + advice);
}

void PictureRows::addAll(const QImage& picture)
{
    for (int y = 0; y < picture.height(); y += rowsAtOnce(picture.width())) {
        const int count = std::min(rowsAtOnce(picture.width()), picture.height() - y);
        QImage strip(picture.constScanLine(y), picture.width(), count, picture.bytesPerLine(), picture.format());
        strip.setColorTable(picture.colorTable());
        add({.y = y}, std::move(strip));
    }
}

// Exif's eight: 2 to 4 mirrored, upside down; 5 to 8 on their side.
PictureRows::PictureRows(int width, int height, int orientation, std::vector<uint8_t>* alpha)
    : m_width(width)
    , m_height(height)
    , m_alpha(alpha)
{
    assert(width > 0 && height > 0 && orientation >= 1 && orientation <= 8);
    const ptrdiff_t w = width, h = height;
    const bool onItsSide = orientation >= 5;
    const ptrdiff_t line = onItsSide ? h : w; // of the result
    // The steps in the result for a step right and a step down as stored.
    const ptrdiff_t steps[9][2] = {
        {}, {1, line}, {-1, line}, {-1, -line}, {1, -line}, {line, 1}, {line, -1}, {-line, -1}, {-line, 1}};
    m_toRight = steps[orientation][0];
    m_down = steps[orientation][1];
    m_first = size_t((m_toRight < 0 ? -m_toRight * (w - 1) : 0) + (m_down < 0 ? -m_down * (h - 1) : 0));
    m_image.width = onItsSide ? height : width;
    m_image.height = onItsSide ? width : height;
    if (alpha)
        alpha->clear();
}

void PictureRows::add(const StripPlace& place, QImage strip)
{
    if (strip.isNull())
        throw std::bad_alloc();
    m_image.pixels.resize(size_t(m_width) * size_t(m_height) * 3);
    assert(place.x + (strip.width() - 1) * place.columnStep < m_width);
    assert(place.y + (strip.height() - 1) * place.rowStep < m_height);
    if (m_colours.isValid())
        strip.setColorSpace(m_colours);
    strip = inSrgb(strip);
    const bool keepsAlpha = m_alpha && strip.hasAlphaChannel();
    if (keepsAlpha && m_alpha->empty())
        m_alpha->resize(size_t(m_width) * size_t(m_height));
    const QImage alpha = keepsAlpha ? strip.convertToFormat(QImage::Format_RGBA8888) : QImage();
    const QImage rgb = strip.convertToFormat(QImage::Format_RGB888);
    if (rgb.isNull() || alpha.isNull() == keepsAlpha)
        throw std::bad_alloc();
    const ptrdiff_t step = m_toRight * place.columnStep;
    for (int row = 0; row < rgb.height(); ++row) {
        ptrdiff_t at = ptrdiff_t(m_first) + m_down * (place.y + ptrdiff_t(row) * place.rowStep) + m_toRight * place.x;
        const uint8_t* from = rgb.constScanLine(row);
        const uint8_t* fromAlpha = keepsAlpha ? alpha.constScanLine(row) + 3 : nullptr;
        if (step == 1)
            std::copy_n(from, size_t(rgb.width()) * 3, m_image.pixels.begin() + at * 3);
        for (int x = 0; x < rgb.width() && (step != 1 || keepsAlpha); ++x, at += step) {
            if (step != 1)
                std::copy_n(from + 3 * x, 3, m_image.pixels.begin() + at * 3);
            if (keepsAlpha)
                (*m_alpha)[size_t(at)] = fromAlpha[4 * x];
        }
    }
}

}
