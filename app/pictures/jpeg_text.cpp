#include "app/pictures/jpeg_text.h"

#include "app/pictures/byte_text.h"
#include "app/pictures/exif.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <span>

namespace athanor {

namespace {

constexpr std::string_view exifName("Exif\0\0", 6), moreName("athanor\0", 8);
constexpr uint8_t exifMarker = 0xe1, moreMarker = 0xe9;
constexpr size_t mostInSegment = 65'533, moreHead = 12; // bytes behind a segment's length; of ours in front of its part
constexpr size_t maxSegments = 10'000;

uint32_t bigEndian16(std::string_view bytes, size_t at)
{
    return uint32_t(uint8_t(bytes[at])) << 8 | uint8_t(bytes[at + 1]);
}

std::string bigEndian16(size_t value)
{
    return {char(value >> 8), char(value)};
}

std::string_view jpegColours(int components)
{
    return components == 1 ? "gray" : components == 3 ? "YCbCr" : components == 4 ? "CMYK" : "unknown";
}

// Gathers what the segments before the first scan tell.
class SegmentReader {
public:
    explicit SegmentReader(const ByteSource& file)
        : m_file(file)
    {
        m_info.format = "JPEG";
    }

    PictureInfo read()
    {
        readSegments();
        if (m_info.width == 0 || m_info.height == 0)
            m_file.refuse("the picture is damaged: its header is missing or cut short");
        if (m_partsSeen != m_partsWanted)
            warn("a text is left out: " + std::to_string(m_partsWanted) + " parts are told of, "
                + std::to_string(m_partsSeen) + " are there");
        else if (!m_more.empty())
            take(readExif(m_more), false);
        return std::move(m_info);
    }

private:
    void readSegments()
    {
        uint64_t at = 2;
        for (size_t i = 0; i < maxSegments && m_file.size() - at >= 4; ++i) {
            const std::string head = readBytes(m_file, at, 4);
            const auto marker = uint8_t(head[1]);
            if (uint8_t(head[0]) != 0xff || marker == 0xda || marker == 0xd9) // the picture itself, or its end
                return;
            if (marker == 0xff || marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8)) { // filling; without length
                at += marker == 0xff ? 1 : 2;
                continue;
            }
            const uint64_t length = bigEndian16(head, 2);
            if (length < 2 || length > m_file.size() - at - 2)
                return;
            readSegment(marker, readBytes(m_file, at + 4, length - 2));
            at += 2 + length;
        }
    }

    void readSegment(uint8_t marker, std::string_view data)
    {
        const bool isFrame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
        if (isFrame && data.size() >= 6 && m_info.width == 0) {
            m_info.bitDepth = uint8_t(data[0]);
            m_info.height = bigEndian16(data, 1);
            m_info.width = bigEndian16(data, 3);
            m_info.colours = jpegColours(uint8_t(data[5]));
            m_info.interlaced = marker == 0xc2 || marker == 0xc6 || marker == 0xca || marker == 0xce;
        } else if (marker == exifMarker && data.starts_with(exifName)) {
            take(readExif(data), true);
        } else if (marker == 0xe2 && data.starts_with(std::string_view("ICC_PROFILE\0", 12))) {
            m_info.hasProfile = true;
        } else if (marker == moreMarker && data.starts_with(moreName) && data.size() >= moreHead) {
            m_partsWanted = bigEndian16(data, 10);
            if (bigEndian16(data, 8) == m_partsSeen + 1 && m_more.size() + data.size() <= maxPictureTextBytes) {
                m_more += data.substr(moreHead);
                ++m_partsSeen;
            }
        }
    }

    void take(ExifData exif, bool turns)
    {
        if (turns)
            m_info.orientation = exif.orientation;
        std::ranges::move(exif.texts, std::back_inserter(m_info.texts));
        std::ranges::move(exif.warnings, std::back_inserter(m_info.warnings));
    }

    void warn(std::string sentence) { m_info.warnings.push_back(std::move(sentence)); }

    const ByteSource& m_file;
    PictureInfo m_info;
    std::string m_more;
    uint32_t m_partsSeen = 0, m_partsWanted = 0;
};

}

bool isJpeg(const ByteSource& file)
{
    return file.size() >= 3 && readBytes(file, 0, 3) == "\xff\xd8\xff";
}

PictureInfo readJpegInfo(const ByteSource& file)
{
    return SegmentReader(file).read();
}

std::vector<JpegSegment> jpegTextSegments(const std::vector<PictureText>& texts, std::vector<std::string>& warnings)
{
    constexpr size_t most = mostInSegment - exifName.size(), part = mostInSegment - moreHead;
    std::string first = writeExif(texts), more;
    if (first.size() > most) {
        std::vector<PictureText> parameters, others;
        for (const PictureText& text : texts)
            (text.key == parametersKey ? parameters : others).push_back(text);
        first = writeExif(parameters);
        more = writeExif(others);
    }
    if (first.size() > most) {
        warnings.push_back("the prompt and its settings are not in the JPEG, which holds 64 KB of them: they take "
            + std::to_string(first.size() / 1024) + " KB; PNG and WebP hold them");
        first.clear();
    }
    if (more.size() > maxPictureTextBytes) {
        warnings.push_back("the workflow is not in the JPEG, which holds 16 MB of it: it takes "
            + std::to_string(more.size() >> 20) + " MB");
        more.clear();
    }
    std::vector<JpegSegment> segments;
    if (!first.empty())
        segments.push_back({exifMarker, std::string(exifName) + first});
    const size_t count = (more.size() + part - 1) / part;
    for (size_t i = 0; i < count; ++i)
        segments.push_back({moreMarker,
            std::string(moreName) + bigEndian16(i + 1) + bigEndian16(count) + more.substr(i * part, part)});
    return segments;
}

}
