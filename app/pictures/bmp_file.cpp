#include "app/pictures/bmp_file.h"

#include "app/pictures/bmp_header.h"

#include <QBuffer>
#include <QImageReader>

#include <algorithm>
#include <array>
#include <cstdint>
#include <new>
#include <span>

namespace athanor {

namespace {

[[noreturn]] void bmpEndsEarly(const ByteSource& file)
{
    file.refuse("the picture is damaged: the file ends before its last pixel");
}

// By Qt's plug-in of that name and no other.
QImage bmpByQt(const ByteSource& file, QByteArray bytes, const BmpHeader& header)
{
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::ReadOnly);
    QImageReader::setAllocationLimit(0); // sizes have been checked
    QImageReader reader(&buffer, "bmp");
    reader.setAutoDetectImageFormat(false);
    QImage picture = reader.read();
    if (!picture.isNull())
        return picture;
    if (QImage(int(header.width), int(header.height), QImage::Format_RGB32).isNull())
        throw std::bad_alloc();
    file.refuse("the picture is damaged: " + reader.errorString().toStdString());
}

// A walk through a file in blocks.
class ByteWalk {
public:
    ByteWalk(const ByteSource& file, uint64_t at)
        : m_file(file)
        , m_at(at)
    {
    }
    uint8_t next()
    {
        if (m_at >= m_end) {
            if (m_at >= m_file.size())
                bmpEndsEarly(m_file);
            m_begin = m_at;
            m_end = std::min(m_file.size(), m_at + m_block.size());
            m_file.read(m_begin, std::span(m_block).first(size_t(m_end - m_begin)));
        }
        return std::to_integer<uint8_t>(m_block[size_t(m_at++ - m_begin)]);
    }
    void skip(uint64_t count)
    {
        m_at += count;
        if (m_at > m_file.size())
            bmpEndsEarly(m_file);
    }

private:
    const ByteSource& m_file;
    uint64_t m_at, m_begin = 0, m_end = 0;
    std::array<std::byte, 65'536> m_block;
};

// Throws where the runs end before the picture does.
void requireAllRuns(const ByteSource& file, const BmpHeader& header)
{
    ByteWalk bytes(file, header.pixelsAt);
    int64_t x = 0, y = 0;
    while (y < header.height - 1 || (y == header.height - 1 && x < header.width)) {
        const uint8_t count = bytes.next(), value = bytes.next();
        if (count > 0) {
            x += count;
        } else if (value == 0) {
            x = 0;
            ++y;
        } else if (value == 1) { // the rest is empty
            return;
        } else if (value == 2) {
            x += bytes.next();
            y += bytes.next();
        } else {
            const uint64_t stored = header.packing == BmpPacking::RunsOf8 ? value : (value + 1u) / 2;
            bytes.skip(stored + stored % 2);
            x += value;
        }
    }
}

// A file of the picture's lines from `first` on alone. `head`: all that is before the pixels.
QByteArray stripBytes(const ByteSource& file, const BmpHeader& header, QByteArray head, int64_t first, int64_t count)
{
    const qsizetype heightAt = header.isCore ? 20 : 22;
    const int64_t height = header.fromTheTop ? -count : count;
    for (int i = 0; i < (header.isCore ? 2 : 4); ++i)
        head[heightAt + i] = char(height >> 8 * i);
    const int64_t firstStored = header.fromTheTop ? first : header.height - first - count;
    const qsizetype headBytes = head.size(), pixelBytes = count * qsizetype(header.lineBytes());
    head.resize(headBytes + pixelBytes);
    file.read(header.pixelsAt + uint64_t(firstStored) * header.lineBytes(),
        std::as_writable_bytes(std::span(head.data() + headBytes, size_t(pixelBytes))));
    return head;
}

QByteArray fileStart(const ByteSource& file, uint64_t count)
{
    QByteArray bytes(qsizetype(count), Qt::Uninitialized);
    file.read(0, std::as_writable_bytes(std::span(bytes.data(), size_t(count))));
    return bytes;
}

}

void decodeBmp(const ByteSource& file, PictureRows& rows)
{
    const BmpHeader header = readBmpHeader(file);
    if (header.width != rows.width() || header.height != rows.height())
        file.refuse("the picture is damaged: two sizes are told");
    const uint64_t pixels = uint64_t(header.width) * uint64_t(header.height);
    if (header.isPacked()) {
        requireAllRuns(file, header);
        requirePictureMemory(file, 2 * file.size() + pixels * 4, "Save it as PNG");
        return rows.addAll(bmpByQt(file, fileStart(file, file.size()), header));
    }
    if (header.pixelsAt > file.size() || (file.size() - header.pixelsAt) / header.lineBytes() < uint64_t(header.height))
        bmpEndsEarly(file);
    requirePictureMemory(file, pixels * (header.bits >= 16 && rows.keepsAlpha() ? 4 : 3), "Save it as PNG");
    const QByteArray head = fileStart(file, header.pixelsAt);
    for (int64_t y = 0; y < header.height; y += PictureRows::rowsAtOnce(rows.width())) {
        const int64_t count = std::min<int64_t>(PictureRows::rowsAtOnce(rows.width()), header.height - y);
        BmpHeader strip = header;
        strip.height = count;
        rows.add({.y = int(y)}, bmpByQt(file, stripBytes(file, header, head, y, count), strip));
    }
}

}
