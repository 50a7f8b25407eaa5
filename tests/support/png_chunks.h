// PNG chunks put together by hand, whole or damaged, independent of the program's own writer.
#pragma once
#include <QByteArray>
#include <QtEndian>

namespace athanor {

// CRC-32 bit by bit (PNG specification, annex D).
inline quint32 pngChecksum(const QByteArray& bytes)
{
    quint32 crc = 0xffffffff;
    for (const char byte : bytes) {
        crc ^= quint8(byte);
        for (int bit = 0; bit < 8; ++bit)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}

inline QByteArray bigEndian(quint32 value)
{
    QByteArray bytes(4, 0);
    qToBigEndian(value, bytes.data());
    return bytes;
}

inline QByteArray pngChunk(const QByteArray& type, const QByteArray& data)
{
    return bigEndian(quint32(data.size())) + type + data + bigEndian(pngChecksum(type + data));
}

// A 64×32 RGB file without image data: signature, header, the chunks, end.
inline QByteArray pngWith(const QByteArray& chunks)
{
    const QByteArray header = bigEndian(64) + bigEndian(32) + QByteArray("\x08\x02\0\0\0", 5);
    return "\x89PNG\r\n\x1a\n" + pngChunk("IHDR", header) + chunks + pngChunk("IEND", {});
}

}
