#include "app/pictures/png_text.h"

#include "app/pictures/byte_text.h"
#include "app/pictures/exif.h"
#include "inference/weights/printable.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <vector>

namespace athanor {

namespace {

// PNG specification, third edition: 5.2 signature, 5.3 chunk layout, 11.2.1 IHDR, 11.3.3 texts.
constexpr std::string_view signature("\x89PNG\r\n\x1a\n", 8);
constexpr uint64_t headerEnd = 8 + 4 + 4 + 13 + 4;
constexpr uint64_t maxExifBytes = 2 * maxPictureTextBytes + 4096; // a comment is in UTF-16
constexpr uint64_t maxPngChunks = 1'000'000; // a gibibyte of image data in blocks of a kilobyte

uint32_t bigEndian(std::string_view bytes)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; ++i)
        value = value << 8 | uint8_t(bytes[i]);
    return value;
}

std::string bigEndian(uint32_t value)
{
    return {char(value >> 24), char(value >> 16), char(value >> 8), char(value)};
}

uint32_t checksum(std::string_view bytes)
{
    return uint32_t(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

std::string fromLatin1(std::string_view text)
{
    std::string utf8;
    for (const unsigned char c : text) {
        if (c < 0x80) {
            utf8 += char(c);
        } else {
            utf8 += char(0xc0 | c >> 6);
            utf8 += char(0x80 | (c & 0x3f));
        }
    }
    return utf8;
}

// The specification has Latin-1, and many programs write UTF-8. What is well-formed UTF-8 is hardly ever anything else.
std::string fromLatin1OrUtf8(std::string_view text)
{
    return isUtf8(text) ? std::string(text) : fromLatin1(text);
}

// Nothing if a character is not in Latin-1.
std::optional<std::string> toLatin1(std::string_view utf8)
{
    std::string latin1;
    for (size_t i = 0; i < utf8.size(); ++i) {
        const auto c = uint8_t(utf8[i]);
        if (c < 0x80) {
            latin1 += char(c);
        } else if ((c == 0xc2 || c == 0xc3) && i + 1 < utf8.size()) {
            latin1 += char(c << 6 | (uint8_t(utf8[++i]) & 0x3f));
        } else {
            return {};
        }
    }
    return latin1;
}

// Unpacks a zlib stream of at most maxBytes; nothing if it is damaged or longer.
std::optional<std::string> inflated(std::string_view packed, uint64_t maxBytes)
{
    z_stream stream{};
    if (inflateInit(&stream) != Z_OK)
        return {};
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = uInt(packed.size());
    std::string text;
    std::array<char, 16'384> block;
    int result = Z_OK;
    while (result == Z_OK && text.size() <= maxBytes) {
        stream.next_out = reinterpret_cast<Bytef*>(block.data());
        stream.avail_out = uInt(block.size());
        result = inflate(&stream, Z_NO_FLUSH);
        text.append(block.data(), block.size() - stream.avail_out);
    }
    inflateEnd(&stream);
    if (result != Z_STREAM_END || text.size() > maxBytes)
        return {};
    return text;
}

// The part up to the next NUL, which is taken off `data` too; nothing if there is none.
std::optional<std::string_view> cutAtNul(std::string_view& data)
{
    const size_t end = data.find('\0');
    if (end == data.npos)
        return {};
    const std::string_view part = data.substr(0, end);
    data.remove_prefix(end + 1);
    return part;
}

// Nothing if the chunk is not as the specification has it, or larger than maxBytes when unpacked.
std::optional<PictureText> parseText(std::string_view type, std::string_view data, uint64_t maxBytes)
{
    const auto key = cutAtNul(data);
    if (!key || key->empty() || key->size() > 79)
        return {};
    bool packed = type == "zTXt";
    if (type == "iTXt") {
        if (data.size() < 2 || data[0] < 0 || data[0] > 1)
            return {};
        packed = data[0] == 1;
        data.remove_prefix(1);
    }
    if (type != "tEXt") {
        if (data.empty() || data[0] != 0) // the only compression method
            return {};
        data.remove_prefix(1);
    }
    if (type == "iTXt" && !(cutAtNul(data) && cutAtNul(data))) // language, translated key
        return {};
    std::optional<std::string> text = packed ? inflated(data, maxBytes) : std::string(data);
    if (text && type != "iTXt")
        text = fromLatin1OrUtf8(*text);
    if (!text || !isUtf8(*text) || text->size() > maxBytes)
        return {};
    return PictureText{fromLatin1OrUtf8(*key), std::move(*text)};
}

// Reads the text chunk at `at` whose data has `length` bytes. Returns a warning, or nothing.
std::string addText(const ByteSource& file, uint64_t at, uint64_t length, std::vector<PictureText>& texts)
{
    uint64_t room = maxPictureTextBytes;
    for (const PictureText& text : texts)
        room -= text.text.size();
    if (length > room)
        return "a text is left out: all texts together exceed 16 MiB";
    const std::string chunk = readBytes(file, at + 4, 4 + length + 4);
    const std::string_view checked = std::string_view(chunk).substr(0, 4 + length);
    if (bigEndian(std::string_view(chunk).substr(4 + length)) != checksum(checked))
        return "a text is left out: its checksum is wrong";
    std::optional<PictureText> text = parseText(checked.substr(0, 4), checked.substr(4), room);
    if (!text)
        return "a text is left out: it is damaged, not UTF-8, or too long";
    const bool again = std::ranges::any_of(texts, [&](const PictureText& other) { return other.key == text->key; });
    const std::string warning = again ? "a second text named \"" + printable(text->key) + '"' : "";
    texts.push_back(std::move(*text));
    return warning;
}

// Texts that the file holds as chunks, too, count as those.
void addExif(const ByteSource& file, uint64_t at, uint64_t length, PictureInfo& info)
{
    if (length > maxExifBytes) {
        info.warnings.push_back("its Exif data is left out: it has " + std::to_string(length) + " bytes");
        return;
    }
    ExifData exif = readExif(readBytes(file, at + 8, length));
    info.orientation = exif.orientation;
    info.exifTexts = std::move(exif.texts);
    std::ranges::move(exif.warnings, std::back_inserter(info.warnings));
}

std::string_view pngColours(int type)
{
    switch (type) {
    case 0:
        return "gray";
    case 2:
        return "RGB";
    case 3:
        return "palette";
    case 4:
        return "gray and alpha";
    case 6:
        return "RGB and alpha";
    default:
        return {};
    }
}

PictureInfo readHeader(const ByteSource& file)
{
    if (!isPng(file))
        file.refuse("this is not a PNG file");
    if (file.size() < headerEnd)
        file.refuse("the PNG file ends inside its header");
    const std::string header = readBytes(file, 8, headerEnd - 8);
    const std::string_view data = std::string_view(header).substr(8, 13);
    PictureInfo info{.format = "PNG"};
    info.width = bigEndian(data.substr(0, 4));
    info.height = bigEndian(data.substr(4, 4));
    info.bitDepth = data[8];
    info.colours = pngColours(data[9]);
    info.interlaced = data[12] == 1;
    const bool sizesFit = info.width > 0 && info.width <= INT32_MAX && info.height > 0 && info.height <= INT32_MAX;
    if (header.substr(0, 8) != std::string_view("\0\0\0\rIHDR", 8) || !sizesFit || info.colours.empty()
        || bigEndian(header.substr(21)) != checksum(header.substr(4, 17)))
        file.refuse("the PNG file's header is damaged");
    return info;
}

}

bool isPng(const ByteSource& file)
{
    return file.size() >= signature.size() && readBytes(file, 0, signature.size()) == signature;
}

PictureInfo readPngInfo(const ByteSource& file)
{
    PictureInfo info = readHeader(file);
    const auto warn = [&](uint64_t at, const std::string& sentence) {
        info.warnings.push_back("at byte " + std::to_string(at) + ": " + sentence);
    };
    size_t textsSeen = 0;
    bool hasPixels = false;
    const auto cut = [&](bool isExtra) { (isExtra && hasPixels ? info.endsAfterPixels : info.isCut) = true; };
    uint64_t at = headerEnd;
    for (uint64_t chunk = 0; chunk < maxPngChunks; ++chunk) {
        if (file.size() - at < 12) {
            warn(at, "the file ends before its last chunk");
            cut(false);
            return info;
        }
        const std::string head = readBytes(file, at, 8);
        const std::string_view type = std::string_view(head).substr(4);
        const uint64_t length = bigEndian(head);
        if (length > file.size() - at - 12) {
            warn(at, "the " + printable(type) + " chunk reaches beyond the file's end");
            cut(type[0] >= 'a' && type[0] <= 'z');
            return info;
        }
        if (type == "IEND")
            return info;
        if (type == "iCCP")
            info.hasProfile = true;
        if (type == "IDAT")
            hasPixels = true;
        if (type == "acTL" && length == 8)
            info.frames = std::max(1u, bigEndian(readBytes(file, at + 8, 4)));
        if (type == "eXIf")
            addExif(file, at, length, info);
        if (type == "tEXt" || type == "zTXt" || type == "iTXt") {
            if (++textsSeen > maxPictureTexts) {
                warn(at, "more than " + std::to_string(maxPictureTexts) + " texts; the others are left out");
                return info;
            }
            const std::string problem = addText(file, at, length, info.texts);
            if (!problem.empty())
                warn(at, problem);
        }
        at += 12 + length;
    }
    warn(at, "more than a million chunks; the rest is not read");
    return info;
}

std::string pngChunk(const std::string& nameAndData)
{
    return bigEndian(uint32_t(nameAndData.size() - 4)) + nameAndData + bigEndian(checksum(nameAndData));
}

std::string withPngText(std::string_view png, const PictureText& text)
{
    assert(png.size() >= headerEnd && png.starts_with(signature));
    const auto key = toLatin1(text.key);
    auto latin1 = toLatin1(text.text);
    if (latin1 && fromLatin1OrUtf8(*latin1) != text.text) // would be read as UTF-8
        latin1.reset();
    assert(key && !key->empty() && key->size() <= 79);
    const std::string chunk = latin1 ? "tEXt" + *key + '\0' + *latin1
                                     : "iTXt" + *key + std::string(5, '\0') + text.text; // not packed, no language
    return std::string(png.substr(0, headerEnd)).append(pngChunk(chunk)).append(png.substr(headerEnd));
}

}
