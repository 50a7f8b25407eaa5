// JPEG and WebP files changed by hand: segments and chunks put in, independent of the program's own writers.
#pragma once
#include <QByteArray>

#include <algorithm>

namespace athanor {

// The file with a segment behind its start.
inline QByteArray withJpegSegment(const QByteArray& jpeg, char marker, const QByteArray& data)
{
    const auto length = quint32(data.size() + 2);
    return jpeg.first(2) + '\xff' + marker + char(length >> 8) + char(length) + data + jpeg.mid(2);
}

inline QByteArray littleEndian(quint32 value, int size)
{
    QByteArray bytes;
    for (int i = 0; i < size; ++i)
        bytes += char(quint64(value) >> 8 * i);
    return bytes;
}

inline QByteArray webpChunk(const QByteArray& name, const QByteArray& data)
{
    return name + littleEndian(quint32(data.size()), 4) + data + QByteArray(data.size() % 2, 0);
}

inline QByteArray webpOf(const QByteArray& chunks)
{
    return "RIFF" + littleEndian(quint32(chunks.size() + 4), 4) + "WEBP" + chunks;
}

// A plain WebP file with Exif behind its picture; flags 8: it has some.
inline QByteArray withWebpExif(const QByteArray& plain, int width, int height, const QByteArray& exif)
{
    return webpOf(webpChunk("VP8X",
                      littleEndian(8, 4) + littleEndian(quint32(width - 1), 3) + littleEndian(quint32(height - 1), 3))
        + plain.mid(12) + webpChunk("EXIF", exif));
}

// An Exif block that says how the picture is turned, 1 … 8.
inline QByteArray orientationExif(int orientation)
{
    QByteArray tiff("MM\0*\0\0\0\x08\0\1\x01\x12\0\3\0\0\0\1\0\0\0\0\0\0\0\0", 26);
    tiff[19] = char(orientation);
    return tiff;
}

}
